"""Working weeks found in a log: at which half-hours of the week somebody was seen at work.

After López-Pintado & Dumas, "Business process simulation with differentiated resources: does it make a difference?"
(BPM 2022): a granule of the week is working time where the share of weeks in which work was recorded there (its
*confidence*) reaches a threshold; the share of all records that fall into the granules kept is the *support* of the
calendar; who took part too little gets the calendar of their colleagues, or of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.calendars.business import BusinessCalendar, Hours
from kehu.analysis.calendars.zones import DAY, Instants, zone_clock

GRANULES_A_DAY = 48
_GRANULE = DAY // GRANULES_A_DAY
_WEEK = 7 * GRANULES_A_DAY
_CONFIDENCE = 0.1
"""Least share of weeks in which a half-hour must have seen work."""
_PARTICIPATION = 24
"""Least number of records and, for each weekday kept, least that the busiest half-hour could hold."""
_EVIDENCE = 5.0
"""A half-hour within the day is called a break only where so many weeks were expected to see work and few did."""

Owners: TypeAlias = npt.NDArray[np.int32]
Grid: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class WeekPatterns:
    """The working weeks found. ``open`` (owners, 336): half-hours from Monday 00:00 on the wall clock of ``zone``.

    ``source`` (owners,): 0 = their own records, 1 = their colleagues', 2 = everybody's. ``support`` (owners,): share
    of the owner's records that lie within the calendar given to them (1.0 for who has none). ``closed_days``: days
    since 1970-01-01 on which nobody worked although it was a working weekday.
    """

    zone: str
    open: Grid
    source: npt.NDArray[np.int8]
    support: npt.NDArray[np.float64]
    closed_days: tuple[int, ...]

    def calendar(self, owner: int) -> BusinessCalendar:
        """The working week of one owner as a business calendar."""
        return week_calendar(self.zone, self.open[owner])


def discover_weeks(
    records: Instants, owner: Owners, *, owners: int, colleagues: Owners | None = None, zone: str = "UTC"
) -> WeekPatterns:
    """Find when each owner works from the instants at which work of theirs was begun or finished.

    ``records`` and ``owner`` have shape (records,); ``colleagues`` (owners,) numbers the group each belongs to.
    Raises InputError where the zone is unknown.
    """
    group = np.zeros(owners, np.int32) if colleagues is None else colleagues
    if not records.size:
        return WeekPatterns(zone, np.ones((owners, _WEEK), np.bool_), np.full(owners, 2, np.int8), np.ones(owners), ())
    local = zone_clock(zone, int(records.min()), int(records.max())).local(records)
    day, granule = local // DAY, local % DAY // _GRANULE
    closed = _closed_days(day)
    layers = [
        _patterns(day, granule, owner, owners),
        _patterns(day, granule, group[owner], int(group.max()) + 1),
        _patterns(day, granule, np.zeros_like(owner), 1),
    ]
    given = np.zeros((owners, _WEEK), np.bool_)
    source = np.full(owners, 2, np.int8)
    for level, who in ((2, np.zeros(owners, np.int32)), (1, group), (0, np.arange(owners, dtype=np.int32))):
        grid, trusted = layers[level]
        use = trusted[who] if level < 2 else np.ones(owners, np.bool_)
        given[use] = grid[who[use]]
        source[use] = level
    place = (day + 3) % 7 * GRANULES_A_DAY + granule
    hits = np.bincount(owner, weights=given[owner, place], minlength=owners)
    seen = np.bincount(owner, minlength=owners)
    return WeekPatterns(zone, given, source, np.where(seen > 0, hits / np.maximum(seen, 1), 1.0), closed)


def week_calendar(zone: str, half_hours: Grid, closed_days: tuple[int, ...] = ()) -> BusinessCalendar:
    """A business calendar from the 336 half-hours of a week and the days (since 1970-01-01) without work."""
    days = half_hours.reshape(7, GRANULES_A_DAY)
    exceptions = {np.datetime64(day, "D").item(): () for day in closed_days}
    return BusinessCalendar(zone, tuple(_hours(day) for day in days), exceptions)


def _hours(day: Grid) -> Hours:
    padded = np.concatenate([[False], day, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded)) * 30
    return tuple((int(a), int(b)) for a, b in edges.reshape(-1, 2))


def _patterns(day: Instants, granule: Instants, owner: Owners, owners: int) -> tuple[Grid, Grid]:
    """The open half-hours of each owner (owners, 336), and whether their records are enough to say so (owners,)."""
    origin, days = int(day.min()), int(day.max() - day.min()) + 1
    weeks = _weekday_counts(origin, days)
    key = np.unique((owner.astype(np.int64) * days + (day - origin)) * GRANULES_A_DAY + granule)
    who, rest = np.divmod(key, days * GRANULES_A_DAY)
    weekday = (rest // GRANULES_A_DAY + origin + 3) % 7
    flat = (who * 7 + weekday) * GRANULES_A_DAY + rest % GRANULES_A_DAY
    seen = np.bincount(flat, minlength=owners * _WEEK).reshape(owners, 7, GRANULES_A_DAY)
    least = np.maximum(1.0, _CONFIDENCE * weeks)[None, :, None]
    kept = seen >= least
    grid = _without_holes(seen, kept)
    records = np.bincount(who, minlength=owners)
    trusted = (records >= _PARTICIPATION) & _supported(seen, grid)
    return grid.reshape(owners, _WEEK), trusted


def _supported(seen: npt.NDArray[np.int64], grid: Grid) -> Grid:
    """Whether at least seven in ten records of an owner lie in the half-hours kept."""
    inside = (seen * grid).sum(axis=(1, 2))
    found: Grid = inside >= 0.7 * np.maximum(seen.sum(axis=(1, 2)), 1)
    return found


def _without_holes(seen: npt.NDArray[np.int64], kept: Grid) -> Grid:
    """Fill the half-hours within each day that lack work only because there were too few records to tell."""
    first = np.maximum.accumulate(kept, axis=2)
    last = np.maximum.accumulate(kept[:, :, ::-1], axis=2)[:, :, ::-1]
    within = first & last
    spread = np.maximum(within.sum(axis=2, keepdims=True), 1)
    expected = (seen * within).sum(axis=2, keepdims=True) / spread
    a_break = (expected >= _EVIDENCE) & (seen < 0.1 * expected)
    return within & ~a_break


def _weekday_counts(origin: int, days: int) -> npt.NDArray[np.int64]:
    """How often each weekday (Monday first) occurs in ``days`` days from ``origin``."""
    return np.bincount((np.arange(days) + origin + 3) % 7, minlength=7)


def _closed_days(day: Instants) -> tuple[int, ...]:
    """Days with next to no record on a weekday that usually has twenty or more: holidays."""
    origin = int(day.min())
    count = np.bincount(day - origin)
    weekday = (np.arange(count.size) + origin + 3) % 7
    usual = np.array([np.median(count[weekday == d]) if (weekday == d).any() else 0 for d in range(7)])
    shut = (usual[weekday] >= 20) & (count < 0.02 * usual[weekday])
    return tuple(int(d) + origin for d in np.flatnonzero(shut))
