"""Collect the strings to translate from code and templates into the one catalogue of each language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "kehu"
LANGUAGES = ("zh_Hans", "ru")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "t", "Sentence")),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "plural"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
"""What marks a string; ``t`` and ``plural`` are the report's ``Words``, ``Sentence`` what the analysis says."""

_HEADER = """msgid ""
msgstr ""
"Language: %s\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: %s\\n"

"""
"""No dates and no names: the history of the file is git's."""


def main() -> None:
    """Update every catalogue; translations stay, what no source says any more goes."""
    settings.configure()
    template = Catalog(charset="utf-8")
    for path in _sources():
        for line, message, comments, context in extract(*_text(path), KEYWORDS, comment_tags=("Translators:",)):
            place = (str(path.relative_to(ROOT)), line)
            template.add(message, locations=[place], auto_comments=comments, context=context)
    for language in LANGUAGES:
        _update(SOURCE / "locale" / language / "LC_MESSAGES" / "django.po", template, language)


def _sources() -> Iterator[Path]:
    yield from sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    yield from sorted((SOURCE / "web").rglob("templates/**/*.html"))


def _text(path: Path) -> tuple[str, io.BytesIO]:
    """What babel reads: Python as it is, a template as the Python that Django makes of it."""
    text = path.read_text(encoding="utf-8")
    return "python", io.BytesIO((templatize(text) if path.suffix == ".html" else text).encode())


def _update(path: Path, template: Catalog, language: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=language, charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    body = io.BytesIO()
    write_po(body, catalogue, width=120, include_lineno=False, sort_output=True, omit_header=True)
    path.write_text(_HEADER % (language, catalogue.plural_forms) + body.getvalue().decode(), encoding="utf-8")
    missing = sum(not all(_forms(message.string)) for message in catalogue if message.id)
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} strings, {missing} without translation")


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (string or "",)


if __name__ == "__main__":
    main()
