"""What people read can be had in every language: raises carry sentences, catalogues are full and agree."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "src" / "kehu").rglob("*.py") if "migrations" not in path.parts)
RAISED = {"InputError", "ImproperlyConfigured"}
CATALOGUES = sorted((ROOT / "src" / "kehu" / "locale").glob("*/LC_MESSAGES/django.po"))


def faults(source: str) -> Iterator[str]:
    """Parts of errors that no catalogue can know: texts put together at once, or not marked as sentences."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            parts = [*node.args, *(word.value for word in node.keywords)]
            if node.func.id in RAISED:
                yield from (f"{node.lineno}: {ast.unparse(part)}" for part in parts if not is_known(part))
            if node.func.id == "Sentence" and not (node.args and isinstance(node.args[0], ast.Constant)):
                yield f"{node.lineno}: {ast.unparse(node)} has no literal template"


def is_known(part: ast.expr) -> bool:
    """A sentence, or something that already is one or is data (a name, an attribute, a look-up); never a built text."""
    if isinstance(part, ast.Call):
        name = part.func.id if isinstance(part.func, ast.Name) else ""
        return (
            name != "str"
            or "filename" in ast.unparse(part)
            or "path" in ast.unparse(part)
            or "target" in ast.unparse(part)
        )
    return isinstance(part, ast.Name | ast.Attribute | ast.Subscript)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_errors_are_made_of_sentences(path):
    """An f-string or a plain text in an error would be English to everybody."""
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("raised", ['f"{x} is odd"', '"is odd"', '"is " + x', "str(error)", '"%s" % x'])
def test_a_plain_text_in_an_error_is_seen(raised):
    """The check itself can fail."""
    assert list(faults(f"raise InputError({raised})"))
    assert list(faults(f'raise InputError(Sentence("is odd"), remedy={raised})'))
    assert not list(faults('raise InputError(Sentence("is odd"), where=path.name)'))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_message_is_translated(path):
    """Nothing is empty, and nothing is a guess."""
    found = [message for message in catalogue(path) if message.id]
    assert [message.id for message in found if message.fuzzy or not all(texts(message.string))] == []


def test_every_message_of_the_code_stands_in_the_catalogues():
    """Whoever adds a string runs `make messages` and translates it; else it would be English to everybody."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "house" / "messages.py")
    messages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(messages)
    said = {
        message[0] if isinstance(message, tuple) else message
        for path in messages._sources()
        for _, message, _, _ in extract(*messages._text(path), messages.KEYWORDS)
    }
    for path in CATALOGUES:
        assert said - {texts(message.id)[0] for message in catalogue(path)} == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_placeholders_agree(path):
    """A translation names just what the message names: less would hide a fact, more would fail when it is shown."""
    odd = [
        (message.id, text)
        for message in catalogue(path)
        for text in texts(message.string)
        if message.id and not all(names(text) <= names(one) for one in texts(message.id)[-1:])
    ]
    assert odd == []
    single = [message for message in catalogue(path) if message.id and isinstance(message.id, str)]
    assert [message.id for message in single if names(message.string) != names(message.id)] == []


def catalogue(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def texts(string):
    return string if isinstance(string, (tuple, list)) else (string,)


def names(text):
    """Named placeholders, of Python's kind and of the browser's."""
    return set(re.findall(r"%\((\w+)\)", text)) | set(re.findall(r"(?<!%)\{(\w+)\}", text))
