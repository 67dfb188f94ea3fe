"""CSV and other delimited texts: DuckDB reads them, in place where they are UTF-8, else through a streamed copy."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import duckdb

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.dialect import Dialect, decoded, guess_dialect
from kehu.analysis.log.staged_rows import stage_table
from kehu.analysis.log.staging import ImportOptions, Staged, Staging, literal
from kehu.analysis.log.tables import Table

MAX_LINE = 16_777_216
"""Bytes a row may have; a longer one is refused before it is read to its end."""
_CHUNK = 1_048_576
_HEAD = 262_144
_PREVIEW = 1_048_576


class CsvImporter:
    """Rows of a delimited text file, packed with gzip or not."""

    name = "csv"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Any text whose first line parts into columns; signatures of other kinds of files are no text."""
        if _is_binary(head):
            return False
        dialect = guess_dialect(head[:_HEAD])
        first = next(_records(decoded(head, dialect.encoding), dialect), [])
        return len(first) >= 2

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """The file's rows as events, or as cases with several times."""
        return stage_table(staging, self.open_table(path, staging, options), options)

    def open_table(self, path: Path, staging: Staging, options: ImportOptions, *, rows: int | None = None) -> Table:
        """The rows as a DuckDB table of texts; rows that do not part into the header's columns are rejected."""
        with _opened(path) as file:
            head = _read(file, _HEAD, path)
        dialect = guess_dialect(head, encoding=options.encoding, delimiter=options.delimiter)
        names = _header(decoded(head, dialect.encoding), dialect, path)
        source = _source(path, dialect, staging, options, part=rows is not None)
        skipped = _load(staging, source, names, dialect, path)
        first = dialect.skip + 1 + dialect.header
        return Table(
            file=path.name,
            relation="raw",
            names=names,
            types=("VARCHAR",) * len(names),
            number="raw.rowid",
            first=first,
            skipped=skipped,
            encoding=dialect.encoding,
            delimiter=dialect.delimiter,
        )


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"PK\x03\x04", b"PAR1", b"SQLite format 3", b"%PDF", b"\xd0\xcf\x11\xe0")):
        return True
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["} or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2] in {
        b"<?",
        b"<l",
        b"<!",
    }:
        return True
    return 0 in head[:1000] and head[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} and not _utf16_like(head)


def _utf16_like(head: bytes) -> bool:
    part = head[:1000]
    return (
        max(part[::2].count(0), part[1::2].count(0)) > len(part) // 5 > 3 * min(part[::2].count(0), part[1::2].count(0))
    )


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def _read(file: BinaryIO, size: int, path: Path) -> bytes:
    try:
        return file.read(size)
    except (EOFError, OSError, zlib.error) as error:
        raise InputError(
            Sentence("is a damaged or cut-off gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
        ) from error


def _records(text: str, dialect: Dialect) -> Iterator[list[str]]:
    lines = text.splitlines(keepends=True)[dialect.skip :]
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)


def first_record(text: str, dialect: Dialect) -> list[str]:
    """The cells of a table's first row."""
    return next(_records(text, dialect), [])


def _header(text: str, dialect: Dialect, path: Path) -> tuple[str, ...]:
    """The columns' names; empty ones are numbered and repeated ones told apart."""
    try:
        first = next(_records(text, dialect), [])
    except csv.Error as error:
        raise InputError(
            Sentence("has no readable header (%(error)s)", error=str(error)),
            where=path.name,
            remedy=Sentence("Export it again"),
        ) from error
    if not any(cell.strip() for cell in first):
        raise InputError(
            Sentence("has no header"),
            where=Sentence("%(file)s, row 1", file=path.name),
            remedy=Sentence("The first row must name the columns"),
        )
    return unique_names(first if dialect.header else [""] * len(first))


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Column names of a header's cells: trimmed, ``column_3`` for an empty one, ``name_2`` for a second of a name."""
    names: list[str] = []
    taken = {"rowid", "kehu_row"}  # these number the rows
    for place, cell in enumerate(cells, 1):
        plain = name = cell.strip() or f"column_{place}"
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _source(path: Path, dialect: Dialect, staging: Staging, options: ImportOptions, *, part: bool) -> Path:
    """The file itself where DuckDB can read it, else a copy in UTF-8; of a part, the first megabyte's whole lines."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if dialect.encoding in {"utf-8", "utf-8-sig", "ascii"} and not packed and not part:
        _refuse_long_line(path)
        return path
    target = staging.folder / "source.csv"
    with _opened(path) as file, target.open("wb") as copy:
        for chunk in _transcoded(file, path, dialect.encoding, options, limit=_PREVIEW if part else None):
            copy.write(chunk)
    return target


def _refuse_long_line(path: Path) -> None:
    """Refuse a file with a line past the limit, as soon as the limit is passed; DuckDB would drop it unsaid."""
    line, since = 1, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            since = since + len(chunk) if last < 0 else len(chunk) - last - 1
            if since > MAX_LINE:
                raise _too_long(path, line)
            line += chunk.count(b"\n")


def _too_long(path: Path, row: int) -> InputError:
    return InputError(
        Sentence("is longer than %(size)d MB", size=MAX_LINE // 1048576),
        where=Sentence("%(file)s, row %(row)d", file=path.name, row=row),
        remedy=Sentence("A quote may be open, or this is no table"),
    )


def _transcoded(
    file: BinaryIO, path: Path, encoding: str, options: ImportOptions, *, limit: int | None
) -> Iterator[bytes]:
    """The file's text as UTF-8, a chunk at a time; refuses a line past the limit and a cut-off gzip.

    A part ends with its last whole line.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    size, done, line, since = path.stat().st_size, 0, 1, 0
    while chunk := _read(file, _CHUNK, path):
        text = decoder.decode(chunk).encode()
        done += len(chunk)
        breaks = text.count(b"\n")
        line, since = line + breaks, len(text) - text.rfind(b"\n") - 1 if breaks else since + len(text)
        if since > MAX_LINE:
            raise _too_long(path, line)
        if limit is not None and done >= limit and breaks:
            yield text[: text.rfind(b"\n") + 1]
            return
        yield text
        options.progress("read", min(1.0, done / max(1, size)))
    yield decoder.decode(b"", final=True).encode()


def _load(staging: Staging, source: Path, names: tuple[str, ...], dialect: Dialect, path: Path) -> tuple[int, ...]:
    """Fill the table ``raw``; returns the numbers of the rows that were rejected."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = (
        f"auto_detect=false, columns={{{columns}}}, delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)},"
        f" escape={literal(dialect.quote)}, header={str(dialect.header).lower()}, skip={dialect.skip},"
        f" max_line_size={MAX_LINE}, buffer_size={2 * MAX_LINE}, store_rejects=true, strict_mode=true"
    )
    try:
        try:
            _create(staging, source, options)
        except duckdb.InvalidInputException:  # line ends of several kinds in one file
            _create(staging, _one_line_end(source, staging), options)
    except duckdb.Error as error:
        raise InputError(
            Sentence("cannot be read as a table (%(error)s)", error=_plain(error)),
            where=path.name,
            remedy=Sentence("Name its --delimiter or --encoding"),
        ) from error
    return _reject_unparted(staging, dialect, path)


def _create(staging: Staging, source: Path, options: str) -> None:
    staging.connection.execute(
        f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv({literal(str(source))}, {options})"
    )


def _one_line_end(source: Path, staging: Staging) -> Path:
    """A copy in which every line ends the same way."""
    target = staging.folder / "lines.csv"
    with source.open("rb") as file, target.open("wb") as copy:
        pending = b""
        while chunk := file.read(_CHUNK):
            text = pending + chunk
            pending = b"\r" if text.endswith(b"\r") else b""
            copy.write(text[: len(text) - len(pending)].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        copy.write(b"\n" if pending else b"")
    return target


def _plain(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:160].rstrip(".")


def _reject_unparted(staging: Staging, dialect: Dialect, path: Path) -> tuple[int, ...]:
    """Move what DuckDB could not part into columns to the rejects, one reason a row."""
    found = staging.connection.execute(
        f"""SELECT line + {dialect.skip}, any_value(coalesce(column_name, '')), any_value(coalesce(csv_line, '')),
                   any_value(error_type::VARCHAR) FROM reject_errors GROUP BY line ORDER BY line"""
    ).fetchall()
    for line, column, text, kind in found:
        if "LINE SIZE" in str(kind):
            raise _too_long(path, int(line))
        staging.reject(int(line), str(column), str(text), _REASONS.get(str(kind), str(kind).lower()))
    return tuple(int(row[0]) for row in found)


_REASONS = {
    "MISSING COLUMNS": Sentence("the row has fewer columns than the header"),
    "TOO MANY COLUMNS": Sentence("the row has more columns than the header"),
    "UNQUOTED VALUE": Sentence("a quote is not closed"),
    "INVALID ENCODING": Sentence("the text is not of the file's encoding"),
    "CAST": Sentence("the value is of another kind"),
}
