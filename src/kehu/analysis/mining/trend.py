"""How the customer's time moves: cases by the period they began in, and how long they took.

The interval of each median is the distribution-free one between order statistics (H. A. David and H. N. Nagaraja, Order
Statistics, 2003, section 7.1), at 95 %, with the normal approximation of the binomial.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

from kehu.analysis.calendars import zone_clock
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.durations import customer_end, ends_for_customer, spans
from kehu.analysis.mining.runs import whole

Step = Literal["day", "week", "month"]
_DAY = 86_400_000_000
_LEAST = 6
"""Fewer cases than this give no interval of a median at 95 %."""


@dataclass(frozen=True)
class Period:
    """The cases that began in one period; seconds until the customer's end. ``low`` and ``high`` bound the median."""

    begin: date
    cases: int
    median_s: float | None
    low_s: float | None
    high_s: float | None
    whole: bool = True


@dataclass(frozen=True)
class Trend:
    """Periods in order, none left out; ``step`` is the length that gives a readable number of them.

    Cases that began near the log's end could not finish in it, which makes the last periods look short: a period is
    ``whole`` where nine in ten cases of the log would have had the time.
    """

    step: Step
    end: str | None
    periods: tuple[Period, ...]


def trend(log: EventLog, selection: Selection = EVERYTHING) -> Trend:
    """Cases and the customer's median time by day, week or month of their beginning, in the log's zone.

    Raises InputError where the zone is unknown.
    """
    end, _source = customer_end(log)
    run = whole(log, selection)
    if not run.cases:
        return Trend("day", end, ())
    begin, _last = spans(run)
    taken = run.end[ends_for_customer(run, end)] - begin
    seen_until = int(np.max(run.end)) - int(np.quantile(taken, 0.9))
    local = begin
    if log.header.zone is not None:
        local = zone_clock(log.header.zone, int(begin.min()), int(begin.max())).local(begin)
    step = _readable(int(local.max() - local.min()) // _DAY)
    days = (local // _DAY).astype("datetime64[D]")
    keys = days.astype("datetime64[M]") if step == "month" else _mondays(days) if step == "week" else days
    return Trend(step, end, _periods(keys, taken, step, seen_until))


def median_interval(ordered: Int64Array) -> tuple[float | None, float | None]:
    """Bounds of the median at 95 % in the unit of the ascending values; ``None`` where there are too few."""
    n = int(ordered.shape[0])
    if n < _LEAST:
        return None, None
    half = 1.96 * math.sqrt(n) / 2
    low, high = max(0, math.floor(n / 2 - half)), min(n - 1, math.ceil(n / 2 + half))
    return float(ordered[low]), float(ordered[high])


def _readable(days: int) -> Step:
    return "day" if days <= 60 else "week" if days <= 400 else "month"


def _mondays(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    number = days.astype(np.int64)
    return (number - (number + 3) % 7).astype("datetime64[D]")  # 1970-01-01 was a Thursday


def _periods(
    keys: np.ndarray[tuple[int], np.dtype[np.datetime64]], taken: Int64Array, step: Step, seen_until: int
) -> tuple[Period, ...]:
    order = np.argsort(keys, kind="stable")
    found, first = np.unique(keys[order], return_index=True)
    groups = dict(zip(found.astype("datetime64[D]").astype(object), np.split(taken[order], first[1:]), strict=True))
    periods, begin, last = list[Period](), min(groups), max(groups)
    while begin <= last:
        following = _next(begin, step)
        closes = datetime(following.year, following.month, following.day, tzinfo=UTC).timestamp() * 1e6
        periods.append(_period(begin, groups.get(begin), whole=closes <= seen_until))
        begin = following
    return tuple(periods)


def _period(begin: date, taken: Int64Array | None, *, whole: bool) -> Period:
    if taken is None:
        return Period(begin, 0, None, None, None, whole)
    ordered = np.sort(taken)
    low, high = median_interval(ordered)
    median = float(np.median(ordered)) / 1e6
    return Period(
        begin, int(taken.size), median, None if low is None else low / 1e6, None if high is None else high / 1e6, whole
    )


def _next(begin: date, step: Step) -> date:
    if step == "month":
        return (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
    return begin + timedelta(days=7 if step == "week" else 1)
