"""Print which test closes which inventory ID; fail on an ID that the inventory does not have."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print the matrix, part by part."""
    parts = tomllib.loads((ROOT / "docs/reference/items.toml").read_text(encoding="utf-8"))["part"]
    tests: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for item, name in _marked(path):
            tests[item].append(f"{path.relative_to(ROOT)}::{name}")
    unknown = sorted(set(tests) - {item for items in parts.values() for item in items})
    for part, items in parts.items():
        closed = sum(item in tests for item in items)
        print(f"Part {part}: {closed} of {len(items)} have a closing test")
        for item in items:
            for test in tests.get(item, []):
                print(f"  {item:6} {test}")
    if unknown:
        sys.exit(f"Not in docs/reference/items.toml: {', '.join(unknown)}")


def _marked(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.spec":
                yield from ((ast.literal_eval(argument), node.name) for argument in mark.args)


if __name__ == "__main__":
    main()
