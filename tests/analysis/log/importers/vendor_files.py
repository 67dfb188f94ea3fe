"""What the contract suite asks of every importer: a factory of files shaped as the vendor writes them.

A new importer adds one ``VendorFile`` to ``VENDOR_FILES`` (in a module of its own beside this one where it is long) and
a line to README.md saying after which public documentation the file was made.
"""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from .desk_files import DESK_FILES
from .shape import VendorFile, events
from .xes_files import XES


def table_rows(cases: int, *, bad: bool):
    """The rows as texts; the bad one, without an activity, stands second, in row 3 of a sheet with a header."""
    for place, (case, activity, when, who, team) in enumerate(events(cases)):
        if bad and place == 1:
            yield ["C-000000", "", when, who, team]
        yield [case, activity, when, who, team]


HEADER = ["Ticket", "Activity", "Time", "Agent", "Team"]


def make_csv(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """A semicolon table with German dates, quoted texts and line breaks in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*HEADER, "Note"])
    for case, activity, when, who, team in table_rows(cases, bad=bad):
        writer.writerow([case, activity, when.strftime("%d.%m.%Y %H:%M:%S"), who, team, 'said "no"\r\nand left'])
    path = folder / f"tickets.{encoding}.csv"
    packed = encoding == "gzip"
    data = text.getvalue().encode("utf-8" if packed else encoding)
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def make_parquet(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """Columns of a data frame, as pandas and Spark write them."""
    rows = [[value or None for value in row] for row in table_rows(cases, bad=bad)]
    columns = dict(zip(HEADER, zip(*rows, strict=True), strict=True))
    path = folder / f"tickets.{encoding}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def make_xlsx(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """A sheet below a title, with real dates, and formulas that were never computed as labels."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append(["Tickets of the month"])
    sheet.append(HEADER)
    for row in table_rows(cases, bad=bad):
        sheet.append(row)
    book.create_sheet("Notes").append(["made by hand"])
    path = folder / f"tickets.{encoding}.xlsx"
    book.save(path)
    return path


VENDOR_FILES = (
    VendorFile(
        "csv",
        make_csv,
        encodings=("utf-8", "utf-8-sig", "utf-16", "gb18030", "gzip"),
        bad_row=3,
        bad_column="Activity",
        many=100_000,
    ),
    VendorFile("xlsx", make_xlsx, bad_row=4, bad_column="Activity", many=4_000),
    VendorFile("parquet", make_parquet, bad_row=2, bad_column="Activity", many=200_000),
    XES,
    *DESK_FILES,
)
