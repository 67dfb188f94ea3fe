"""How a text file is written: its encoding, delimiter, quote and decimal sign, guessed from its beginning."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kehu.analysis.errors import InputError, Sentence

_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True)
class Dialect:
    """How a text table is written; ``skip`` counts lines before the header (a ``sep=;`` line, as Excel writes it)."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    skip: int = 0
    header: bool = True


def guess_encoding(head: bytes) -> str:
    """The encoding of a file by its first bytes.

    A byte-order mark decides; then UTF-8 where it is valid; then UTF-16 by its zero bytes; then GB18030, cp1251 or
    cp1252 by how the high bytes stand: Chinese in pairs whose lead is a common character's, Cyrillic in runs of
    letters, Western accents alone.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if _utf8(head):
        return "utf-8"
    zeros = head[:4000].count(0)
    if zeros > len(head[:4000]) // 5:
        return "utf-16-le" if head[1:4000:2].count(0) > zeros // 2 else "utf-16-be"
    runs = _HIGH_RUN.findall(head)
    pairs = [run[i] for run in runs if len(run) % 2 == 0 for i in range(0, len(run), 2)]
    high = sum(map(len, runs)) or 1
    common = sum(1 for lead in pairs if 0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA9)
    if common * 2 >= 0.8 * high:
        return "gb18030"
    letters = sum(1 for run in runs for byte in run if byte >= 0xC0 or byte in {0xA8, 0xB8, 0xB9})
    return "cp1251" if letters >= 0.8 * high and high / len(runs) >= 2 else "cp1252"


def known_encoding(name: str) -> str:
    """The name Python knows an encoding by. Raises InputError where there is no such encoding."""
    try:
        return codecs.lookup(name.strip()).name
    except LookupError as error:
        raise InputError(
            Sentence("%(name)r is no encoding", name=name), remedy=Sentence("Use utf-8, utf-16, gb18030 or cp1251")
        ) from error


def guess_delimiter(text: str) -> str:
    """The sign that splits the first lines into the same number of fields, most fields first."""
    lines = [line for line in text.splitlines()[:50] if line.strip()][:-1] or text.splitlines()[:1]

    def steadiness(sign: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign))
        width, times = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (times / max(1, sum(counts.values())) if width > 1 else 0.0, width)

    return max(_DELIMITERS, key=steadiness)


def guess_decimal(values: Sequence[str]) -> str:
    """``,`` or ``.``: the decimal sign of a column of numbers, empty where the column holds others too.

    A comma that only parts thousands (1,234) is no decimal sign and leaves the column a text.
    """
    texts = [value.strip() for value in values if value.strip()]
    if not texts:
        return ""
    for sign, form in ((".", r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$"), (",", r"[+-]?\d+(?:,\d+)?$")):
        if all(re.match(form, text) for text in texts):
            return sign
    return ""


def guess_dialect(head: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Dialect:
    """The dialect of a text file by its first bytes; what is given is not guessed. Raises InputError."""
    name = known_encoding(encoding) if encoding else guess_encoding(head)
    text = decoded(head, name)
    skip = 1 if re.match(r"sep=.\r?\n", text, re.IGNORECASE) else 0
    if skip:
        delimiter = delimiter or text[4]
        text = text.split("\n", 1)[1]
    sign = delimiter or guess_delimiter(text)
    return Dialect(encoding=name, delimiter=sign, skip=skip, header=_has_header(text, sign))


def decoded(head: bytes, encoding: str) -> str:
    """The text of a file's beginning, which may end in the midst of a character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return decoder.decode(head).removeprefix("\ufeff")


def _utf8(head: bytes) -> bool:
    if 0 in head[:4000]:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        # One stray byte in a long text is a damaged row, not another encoding.
        return error.start > 1000 and len(head[: error.start]) != len(head[: error.start].decode("utf-8"))
    return True


def _has_header(text: str, delimiter: str) -> bool:
    """Whether the first line names the columns: no number, no date and no empty cell among several in it."""
    first = next(csv.reader(text.splitlines()[:1], delimiter=delimiter), [])
    return not any(re.match(r"[+-]?[\d.,:/ T-]*\d[\d.,:/ TZ+-]*$", cell.strip()) for cell in first)
