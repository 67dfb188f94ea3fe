"""The bytes of a source in pieces: unpacked where it is gzip, in UTF-8 whatever it was written in."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kehu.analysis.errors import InputError, Sentence

_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def xml_encoding(head: bytes, where: str) -> str:
    """The encoding an XML text is written in: its mark, else what it declares, else UTF-8. Raises InputError."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[:2] in {b"<\x00", b"\x00<"}:
        return "utf-16-le" if head[:1] == b"<" else "utf-16-be"
    declared = _DECLARED.search(head[:200])
    name = declared.group(1).decode() if declared else "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise InputError(
            Sentence("is written in %(name)s, which is not known", name=name),
            where=where,
            remedy=Sentence("Save it as UTF-8"),
        ) from error


def open_unpacked(path: Path) -> IO[bytes]:
    """The file, unpacked where it is gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def pieces(path: Path, encoding: str, size: int) -> Iterator[bytes]:
    """The file in pieces of ``size`` bytes, as UTF-8. Raises InputError where it is cut off or not in ``encoding``."""
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    try:
        with open_unpacked(path) as file:
            while piece := file.read(size):
                yield piece if decoder is None else decoder.decode(piece).encode()
            if decoder is not None:
                decoder.decode(b"", final=True)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            Sentence("is a damaged gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
        ) from error
    except UnicodeError as error:
        raise InputError(
            Sentence("is not in %(encoding)s, as it says", encoding=encoding),
            where=path.name,
            remedy=Sentence("Export it again"),
        ) from error
