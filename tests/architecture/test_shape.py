"""The shape of the code that no linter holds: sizes and names."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kehu"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
BANNED = {"service", "services", "utils", "helpers", "common", "core", "manager", "managers", "misc"}


def test_no_file_is_longer_than_600_lines():
    """Past 400 lines a file becomes a folder of the same name."""
    assert [f"{p}: {n}" for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 600] == []


def test_no_function_is_longer_than_60_lines():
    """A longer one holds two ideas."""
    assert [
        f"{path}:{node.lineno} {node.name}" for path in FILES for node in functions(path) if length(node) > 60
    ] == []


def test_every_room_has_a_name_that_says_something():
    """`service` means customer service here; `utils` means nothing."""
    assert [str(path) for path in FILES if path.stem in BANNED or path.parent.name in BANNED] == []


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)]


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
