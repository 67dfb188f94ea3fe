"""Workbooks of Excel and LibreOffice (.xlsx), one sheet as a table, streamed row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.importers.csv import unique_names
from kehu.analysis.log.staged_rows import stage_table
from kehu.analysis.log.staging import ImportOptions, Staged, Staging, quoted
from kehu.analysis.log.tables import Table

_OLD = b"\xd0\xcf\x11\xe0"
_BATCH = 5_000
_MOST_BYTES = 4_000_000_000
_MOST_STRINGS = 512_000_000
"""The shared texts of a workbook are held in memory."""
_BOMB_RATIO = 300
"""Sheets pack 10 to 50 times; a bomb about 1,000 times."""


class XlsxImporter:
    """Rows of one sheet of a workbook."""

    name = "xlsx"

    def recognises(self, path: Path, head: bytes) -> bool:
        """A zip that holds a workbook; an old or locked workbook too, so that it is refused by name."""
        if head.startswith(_OLD) or path.suffix.lower() in {".xlsx", ".xlsm"}:
            return True
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(path) as packed:
                return "xl/workbook.xml" in packed.namelist()
        except (zipfile.BadZipFile, OSError):
            return False

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """The sheet's rows as events, or as cases with several times."""
        return stage_table(staging, self.open_table(path, staging, options), options)

    def open_table(self, path: Path, staging: Staging, options: ImportOptions, *, rows: int | None = None) -> Table:
        """The chosen sheet, or the first that holds two columns, as texts; empty rows are passed over."""
        formulas = _checked(path)
        with _workbook(path, values=True) as book, _workbook(path, values=False) as source:
            sheets = tuple(str(sheet.title) for sheet in book.worksheets)
            sheet, at, cells = _chosen(book, sheets, options.sheet, path)
            names = unique_names(_trimmed(cells))
            found = _records(book[sheet], source[sheet] if formulas else None, at, len(names))
            _fill(staging, names, found, path, options, rows=rows)
        others = [title for title in sheets if title != sheet]
        note = (
            (
                Sentence(
                    "Sheet %(sheet)r was read; the file also has %(others)s",
                    sheet=sheet,
                    others=", ".join(map(repr, others)),
                ),
            )
            if others
            else ()
        )
        return Table(
            file=path.name,
            relation="raw",
            names=names,
            types=("VARCHAR",) * len(names),
            number="kehu_row",
            first=0,
            sheet=sheet,
            sheets=sheets,
            notes=note if options.sheet is None else (),
        )


def _checked(path: Path) -> bool:
    """Refuse what is no workbook, a zip bomb or XML with entities; tells whether cells hold formulas."""
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            raise InputError(
                Sentence("is an old (.xls) or locked workbook"),
                where=path.name,
                remedy=Sentence("Save it as .xlsx without a password"),
            )
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_bomb(path, packed.infolist())
            return _scan(path, packed)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            Sentence("is no readable workbook"), where=path.name, remedy=Sentence("Save or copy it again")
        ) from error


def _refuse_bomb(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    bomb = any(p.file_size > 64_000_000 and p.file_size > _BOMB_RATIO * max(1, p.compress_size) for p in parts)
    if bomb or strings > _MOST_STRINGS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise InputError(
            Sentence("unpacks to far more than a workbook holds"), where=path.name, remedy=Sentence("Export it as CSV")
        )


def _scan(path: Path, packed: zipfile.ZipFile) -> bool:
    formulas = False
    for part in packed.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        with packed.open(part) as file:
            head = file.read(65_536)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                raise InputError(
                    Sentence("declares entities, which no workbook does"),
                    where=Sentence("%(file)s, %(part)s", file=path.name, part=part.filename),
                )
            while part.filename.startswith("xl/worksheets/") and head and not formulas:
                formulas = b"<f>" in head or b"<f " in head
                head = file.read(1_048_576)
    return formulas


@contextmanager
def _workbook(path: Path, *, values: bool) -> Iterator[Any]:
    """The workbook, read as it is needed; ``values`` for what formulas gave when it was saved, else their texts."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise InputError(
            Sentence("is no readable workbook"), where=path.name, remedy=Sentence("Save it again as .xlsx")
        ) from error
    try:
        yield book
    finally:
        book.close()


def _chosen(book: Any, sheets: tuple[str, ...], wanted: str | None, path: Path) -> tuple[str, int, Sequence[Any]]:
    """The sheet's name, the number of its header's row and its cells."""
    if wanted is not None and wanted not in sheets:
        raise InputError(
            Sentence("has no sheet %(wanted)r", wanted=wanted),
            where=path.name,
            remedy=Sentence("It has: %(names)s", names=", ".join(sheets)),
        )
    for title in (wanted,) if wanted is not None else sheets:
        book[title].reset_dimensions()
        for at, cells in enumerate(book[title].iter_rows(values_only=True, max_row=50), 1):
            if sum(cell not in {None, ""} for cell in cells) >= 2:
                return title, at, cells
    raise InputError(
        Sentence("has no sheet with a header of two columns"), where=path.name, remedy=Sentence("Name the --sheet")
    )


def _trimmed(cells: Sequence[Any]) -> list[str]:
    texts = [_text(cell) or "" for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _records(sheet: Any, formulas: Any, at: int, width: int) -> Iterator[tuple[int, list[str | None]]]:
    """Rows below the header as texts, with their numbers; a formula without a saved value is its own text."""
    if formulas is not None:
        formulas.reset_dimensions()
    sources = None if formulas is None else formulas.iter_rows(values_only=True, min_row=at + 1)
    for number, cells in enumerate(sheet.iter_rows(values_only=True, min_row=at + 1), at + 1):
        row = [_text(cell) for cell in cells[:width]]
        for place, source in enumerate(next(sources, ())[:width] if sources is not None else ()):
            if row[place] is None and isinstance(source, str) and source.startswith("="):
                row[place] = source
        if any(row):
            yield number, row + [None] * (width - len(row))


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def _fill(
    staging: Staging,
    names: tuple[str, ...],
    found: Iterator[tuple[int, list[str | None]]],
    path: Path,
    options: ImportOptions,
    *,
    rows: int | None,
) -> None:
    declared = ", ".join(f"{quoted(name)} VARCHAR" for name in names)
    staging.connection.execute(f"CREATE OR REPLACE TABLE raw (kehu_row BIGINT, {declared})")
    for batch in _batches(found, path, rows):
        columns = [pa.array([number for number, _ in batch], pa.int64())]
        columns += [pa.array([row[place] for _, row in batch], pa.string()) for place in range(len(names))]
        staging.connection.register("batch", pa.table(columns, names=[f"c{place}" for place in range(len(columns))]))
        staging.connection.execute("INSERT INTO raw SELECT * FROM batch")
        staging.connection.unregister("batch")
        options.progress("read", 0.0)


def _batches(
    found: Iterator[tuple[int, list[str | None]]], path: Path, rows: int | None
) -> Iterator[list[tuple[int, list[str | None]]]]:
    batch: list[tuple[int, list[str | None]]] = []
    taken = 0
    try:
        for record in found:
            batch.append(record)
            taken += 1
            if taken == rows:
                break
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except Exception as error:  # a damaged sheet: zip, XML or number errors alike
        raise InputError(
            Sentence("is damaged"),
            where=Sentence("%(file)s, row %(row)d", file=path.name, row=batch[-1][0] + 1 if batch else 1),
            remedy=Sentence("Save it again as .xlsx"),
        ) from error
    if batch:
        yield batch
