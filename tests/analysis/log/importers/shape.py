"""What the contract suite must know of a kind of file, and the rows most factories write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

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
