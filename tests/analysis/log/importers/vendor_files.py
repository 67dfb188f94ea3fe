"""What the contract suite asks of every importer: a factory of files shaped as the vendor writes them.

A new importer adds one ``VendorFile`` to ``VENDOR_FILES`` (in a module of its own beside this one where it is long) and
a line to README.md saying after which public documentation the file was made.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from kehu.analysis.log.staging import ImportOptions

ACTIVITIES = ("Открыто", "处理中", "=1+1", "Closed, at last")
"""What most factories call their steps: three scripts, a formula and a delimiter."""
BEGIN = datetime(2024, 1, 5, 9, 30)  # noqa: DTZ001 - files carry times of no zone


@dataclass(frozen=True)
class VendorFile:
    """How to make files of one kind.

    ``make(folder, cases, encoding, bad)`` writes a file of so many whole cases, all of the same steps and all with the
    same people; ``bad`` adds one record that cannot be used, after the first case, in addition to the good ones.
    ``encodings`` are those the format may come in (the first is the usual one); ``activities`` what one case holds in
    its order; ``bad_row`` and ``bad_column`` what the reject must name (``None``: the format has no bad records, or
    refuses the whole file). ``many`` is how many cases make a file worth measuring the memory of, ``megabytes`` the
    most that reading it may take in all.
    """

    importer: str
    make: Callable[[Path, int, str, bool], Path]
    activities: tuple[str, ...] = ACTIVITIES
    encodings: tuple[str, ...] = ("utf-8",)
    options: ImportOptions = ImportOptions()
    bad_row: int | None = None
    bad_column: str = ""
    many: int = 20_000
    megabytes: int = 700

    def file(self, folder: Path, *, cases: int = 6, encoding: str = "", bad: bool = False) -> Path:
        """A file of so many cases, in the usual encoding unless another is named."""
        return self.make(folder, cases, encoding or self.encodings[0], bad)

    @property
    def id(self) -> str:
        """What a test of it is called."""
        return self.importer


def events(cases: int):
    """Rows (case, activity, time, resource, department) of so many cases, four steps each, interleaved in time."""
    for step, activity in enumerate(ACTIVITIES):
        for case in range(cases):
            when = BEGIN + timedelta(hours=step, minutes=case % 7, days=case // 100)
            yield f"C-{case:06}", activity, when, ("Ann", "Борис", "陈")[case % 3], ("Desk", "Склад")[step % 2]


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
)
