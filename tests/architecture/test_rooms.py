"""What the import linter cannot see of the server's rooms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import django
import pytest

WEB = Path(__file__).resolve().parents[2] / "src" / "kehu" / "web"
ROOMS = sorted(path.name for path in WEB.iterdir() if (path / "__init__.py").is_file())
DOORS = {"actions", "queries", "rules", "events"}
OTHER_DOORS = {("ledger", "jobs"), ("people", "models.Person")}
"""The decorator of background work; the class of whoever asks, known to all as the user model is."""
LIBRARIES = {"ui"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
RANKS = {"urls": 0, "views": 1, "api": 1, "jobs": 1, "channels": 2, "forms": 3, "actions": 4, "queries": 5} | {
    "rules": 6,
    "models": 7,
    "events": 8,
}


def sources(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((WEB / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def part(room: str, path: Path) -> str:
    """The part of its room that a file belongs to, such as views."""
    return path.relative_to(WEB / room).parts[0].removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Every (room, part, name) imported from the server's rooms; what only annotations need is left out."""
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kehu.web."):
            _, _, room, *rest = (node.module or "").split(".")
            for alias in node.names:
                yield (room, rest[0], alias.name) if rest else (room, alias.name, "")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("kehu.web.") and alias.name.count(".") > 2:
                    _, _, room, *rest = alias.name.split(".")
                    yield room, rest[0], ""


@pytest.mark.parametrize("room", sorted({*ROOMS} - LIBRARIES))
def test_only_actions_write(room):
    """Every change of state is one function in `actions`; a view that saves a row would escape rule and ledger."""
    found = []
    for path, tree in sources(room):
        if part(room, path) == "actions":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name, on = node.func.attr, ast.unparse(node.func.value)
                if name in WRITES or (name == "update" and ("objects" in on or "filter(" in on)):
                    found.append(f"{path.relative_to(WEB)}:{node.lineno} {on}.{name}")
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_meet_at_their_doors_only(room):
    """Another room's models, views and forms are its own affair."""
    found = [
        f"{path.relative_to(WEB)}: {other}.{inside} {name}"
        for path, tree in sources(room)
        for other, inside, name in imported(tree)
        if other != room
        and other not in LIBRARIES
        and inside not in DOORS
        and not {(other, inside), (other, f"{inside}.{name}")} & OTHER_DOORS
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_layered(room):
    """Addresses, urls → views, api, jobs → channels → forms → actions → queries → rules → models → events."""
    found = [
        f"{path.relative_to(WEB)} imports {inside}"
        for path, tree in sources(room)
        for other, inside, _ in imported(tree)
        if other == room and RANKS.get(inside, 9) < RANKS.get(part(room, path), 0)
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_happens_behind_the_back(room):
    """No signals, and no logic in `save()`: what follows from what can be read where it is written."""
    for path, tree in sources(room):
        text = path.read_text(encoding="utf-8")
        assert "models.signals" not in text, path
        assert "dispatch import receiver" not in text, path
        named = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        assert part(room, path) != "models" or "save" not in named, path


@pytest.mark.parametrize("room", ROOMS)
def test_actions_are_called_by_name(room):
    """Every argument of an action stands with its name at the call, so that no two can be mixed up."""
    loose = {"start_job", "record", "once", "finish_job", "report_progress", "extend_lease", "put_back_job"}
    loose |= {"cancel_job", "cancel_jobs_about", "erase_person", "plain_file_name"}
    for path, tree in sources(room):
        if part(room, path) == "actions":
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in loose:
                    assert node.args.args == [], f"{path.relative_to(WEB)}:{node.lineno} {node.name}"


def test_foreign_keys_stay_in_their_room():
    """Across rooms an object is named by its public id; only people are pointed at, through AUTH_USER_MODEL."""
    django.setup()
    from django.apps import apps

    found = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("kehu.web.")
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        if field.related_model._meta.app_label != model._meta.app_label
        if field.related_model._meta.label != "people.Person"
    ]
    assert found == []


def test_every_event_tells_itself():
    """Its sentence names only its fields, and whoever a personal value belongs to is named by a field."""
    django.setup()
    for room in ROOMS:
        if (WEB / room / "events.py").is_file():
            import_module(f"kehu.web.{room}.events")
    from kehu.web.ledger.events import KINDS

    for kind, event in KINDS.items():
        names = {field.name for field in fields(event)}
        assert set(re.findall(r"%\((\w+)\)", str(event.SENTENCE))) <= names, kind
        assert set(event.PERSONAL) | set(event.PERSONAL.values()) <= names, kind
        assert kind.startswith("test.") or kind == f"{event.__module__.split('.')[2]}.{event.__name__}"
