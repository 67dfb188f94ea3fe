"""When cases come in: by day, by week, and by weekday and hour on the wall clock of the log's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from kehu.analysis.calendars import zone_clock
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.durations import spans
from kehu.analysis.mining.runs import Run, carry

_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Arrivals:
    """Cases by the time of their first moment.

    ``days`` holds (date, cases) of every date from the first to the last, ``weeks`` the same by the week's Monday;
    ``pattern`` is 7 rows (Monday first) of 24 hours. ``zone`` is ``None`` where the log names none: then days and
    hours are the source's own.
    """

    cases: int
    zone: str | None
    days: tuple[tuple[date, int], ...]
    weeks: tuple[tuple[date, int], ...]
    pattern: tuple[tuple[int, ...], ...]

    @property
    def mean_per_day(self) -> float:
        """Cases a day, over all days from the first to the last."""
        return self.cases / len(self.days) if self.days else 0.0

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {
            "cases": self.cases,
            "zone": self.zone,
            "mean_per_day": self.mean_per_day,
            "days": [[day.isoformat(), count] for day, count in self.days],
            "weeks": [[day.isoformat(), count] for day, count in self.weeks],
            "pattern": [list(hours) for hours in self.pattern],
        }


def arrivals(log: EventLog, selection: Selection = EVERYTHING) -> Arrivals:
    """Arrivals of the selected cases, in ``log.header.zone``. Raises InputError where that zone is unknown."""
    return carry(ArrivalKernel(log.header.zone), log, selection)


@dataclass(frozen=True, eq=False)
class ArrivalSummary:
    """Cases by hour: ``hour`` counts from 1970-01-01 on the wall clock, ascending; ``count`` has the same shape."""

    hour: Int64Array
    count: Int64Array


@dataclass(frozen=True)
class ArrivalKernel:
    """The kernel of ``arrivals``."""

    zone: str | None = None

    def summarise(self, run: Run) -> ArrivalSummary:
        """Count the cases of one run by the hour."""
        begin = spans(run)[0]
        if self.zone is not None and begin.size:
            begin = zone_clock(self.zone, int(begin.min()), int(begin.max())).local(begin)
        return ArrivalSummary(*np.unique(begin // _HOUR, return_counts=True))

    def merge(self, parts: Sequence[ArrivalSummary]) -> ArrivalSummary:
        """Add the parts up."""
        hour, place = np.unique(np.concatenate([part.hour for part in parts]), return_inverse=True)
        count = np.zeros(hour.shape[0], np.int64)
        np.add.at(count, place, np.concatenate([part.count for part in parts]))
        return ArrivalSummary(hour, count)

    def finish(self, summary: ArrivalSummary, log: EventLog) -> Arrivals:
        """Lay the hours out as days, weeks and the week's pattern."""
        day, hour = summary.hour // 24, summary.hour % 24
        pattern = np.zeros((7, 24), np.int64)
        np.add.at(pattern, ((day + 3) % 7, hour), summary.count)
        return Arrivals(
            cases=int(summary.count.sum()),
            zone=log.header.zone,
            days=_filled(day, summary.count, 1),
            weeks=_filled(day - (day + 3) % 7, summary.count, 7),
            pattern=tuple(tuple(row) for row in pattern.tolist()),
        )


def _filled(day: Int64Array, count: Int64Array, step: int) -> tuple[tuple[date, int], ...]:
    """Counts of every ``step``-th day from the first to the last; days are numbered from 1970-01-01."""
    if not day.size:
        return ()
    first = int(day.min())
    filled = np.zeros((int(day.max()) - first) // step + 1, np.int64)
    np.add.at(filled, (day - first) // step, count)
    dates = (np.datetime64(first, "D") + step * np.arange(filled.shape[0])).tolist()
    return tuple(zip(dates, filled.tolist(), strict=True))
