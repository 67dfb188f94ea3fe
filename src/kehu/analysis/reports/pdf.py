"""The report as a PDF, set by Typst from the same blocks; nothing but packages from PyPI is needed (``kehu[pdf]``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.reports.blocks import Block, Figures, Picture, Report, Section, Table, Text

_A4_WIDTH, _A4_HEIGHT = 494.0, 600.0
"""Room for a picture in points, inside the margins and under its title."""
_FONTS = '("Noto Sans CJK SC", "Noto Sans", "DejaVu Sans")'


def as_pdf(report: Report) -> bytes:
    """The report set on A4, with its pictures as drawings, tagged for screen readers.

    Raises InputError where the packages of ``kehu[pdf]`` are not installed.
    """
    try:
        import noto_cjk_sans_otc  # noqa: PLC0415 an extra: 19 MB of letters, only for this
        import typst  # noqa: PLC0415 as above
    except ImportError as error:
        remedy = Sentence("Install them with: pip install kehu[pdf]; or print the HTML report from a browser")
        raise InputError(Sentence("a PDF needs two more packages"), remedy=remedy) from error
    fonts = typst.Fonts(font_paths=[str(noto_cjk_sans_otc.FONT_PATH.parent)])
    made = int(datetime.fromisoformat(f"{report.made}T00:00:00+00:00").timestamp())
    source: bytes = as_typst(report).encode()
    return bytes(typst.compile(source, font_paths=fonts, timestamp=made))


def as_typst(report: Report) -> str:
    """The source that Typst sets; every text of the report is a string in it, never markup."""
    look = (files("kehu.analysis.reports") / "templates" / "report.typ").read_text(encoding="utf-8")
    language, _, script = report.language.partition("-")
    region = ', region: "cn"' if script == "Hans" else ""
    parts = [
        look,
        f"#set document(title: {_string(report.title)})",
        f'#set text(font: {_FONTS}, size: 10pt, fill: ink, lang: "{language}"{region})',
        f"#heading(level: 1, {_string(report.title)})",
        f"#about({_string(' · '.join(report.about))})",
        f"#short({_string(report.labels['short'])}, {_array(_string(finding) for _, finding in report.findings)})",
        *(part for section in report.sections for part in _section(section)),
        f"#section({_string('')})",
        f"#heading(level: 2, {_string(report.labels['words'])})",
        f"#meanings({_array(_array(map(_string, pair)) for pair in report.words)})",
        f"#evidence({_string(report.labels['by'] + ' · ' + report.made)})",
    ]
    return "\n".join(parts)


def _section(section: Section) -> list[str]:
    head = [f"#section({_string(section.question)})", f"#heading(level: 2, {_string(section.title)})"]
    return head + [part for block in section.blocks for part in _block(block)]


def _block(block: Block) -> list[str]:
    if isinstance(block, Text):
        return [f"#{block.kind}({_string(block.text)})"]
    if isinstance(block, Figures):
        return [f"#figures({_array(_array(map(_string, figure)) for figure in block.figures)})"]
    if isinstance(block, Picture):
        return [f"#drawing({_string(block.svg)}, {_width(block.svg):.0f}pt, {_string(block.described)})"]
    return _table(block)


def _table(block: Table) -> list[str]:
    rows = _array(_array(map(_string, row)) for row in block.rows)
    table = f"#figures-table({_array(map(_string, block.head))}, {rows}, {block.numbers})"
    return [table, *([f"#evidence({_string(block.note)})"] if block.note else [])]


def _width(svg: str) -> float:
    """As wide as the page, unless the picture is small, or so high that it would not fit."""
    sizes = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    if sizes is None:
        return _A4_WIDTH
    width, height = float(sizes[1]), float(sizes[2])
    return min(_A4_WIDTH, 0.75 * width, _A4_HEIGHT * width / height)


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    return f'"{escaped}"'


def _array(items: Iterable[str]) -> str:
    """A Typst array; the comma at the end keeps one of a single item an array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"
