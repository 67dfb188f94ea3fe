"""Working weeks found in a log: at which half-hours of the week somebody was seen at work.

After López-Pintado & Dumas, "Business process simulation with differentiated resources: does it make a difference?"
(BPM 2022): a granule of the week is working time where the share of weeks in which work was recorded there (its
*confidence*) reaches a threshold; the share of all records that fall into the granules kept is the *support* of the
calendar; who took part too little gets the calendar of their colleagues, or of everybody. Added to it: a granule
between two kept ones is closed only where there were records enough to tell, and single days off are recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.calendars.business import BusinessCalendar, Hours
from kehu.analysis.calendars.openings import Openings, merged
from kehu.analysis.calendars.zones import DAY, SECOND, Instants, ZoneClock, zone_clock

GRANULES_A_DAY = 48
_WEEK = 7 * GRANULES_A_DAY
_GRANULE = 30 * 60 * SECOND
_CONFIDENCE = 0.1
"""Least share of weeks in which a half-hour must have seen work."""
_SUPPORT = 0.7
"""Least share of an owner's records that the half-hours kept must hold for the week to be called their own."""
_PARTICIPATION = 24
"""Least number of half-hours with work for a week of one's own."""
_EVIDENCE = 8.0
"""A gap within the day is a break only where so many half-hours with work were to be expected and hardly any came."""
_DAY_OFF = 8.0
"""An empty day is a day off where the weekday has so many half-hours with work on average."""
_DENSE = 200_000_000
_CHUNK = 1_000_000

Owners: TypeAlias = npt.NDArray[np.int32]
Grid: TypeAlias = npt.NDArray[np.bool_]
Reals: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WeekPatterns:
    """The working weeks found, on the wall clock of ``zone``.

    ``open`` (owners, 336): half-hours from Monday 00:00; ``everybody`` (336,): those of all owners taken together.
    ``source`` (owners,): 0 = from their own records, 1 = their colleagues', 2 = everybody's. ``support`` (owners,):
    share of the owner's half-hours with work that lie within the week given to them (1.0 for who has none).
    ``closed_days``: days since 1970-01-01 that everybody had off; ``days_off``: those of single owners.
    """

    zone: str
    open: Grid
    everybody: Grid
    source: npt.NDArray[np.int8]
    support: Reals
    closed_days: tuple[int, ...]
    days_off: dict[int, tuple[int, ...]]

    def calendar(self, owner: int) -> BusinessCalendar:
        """The working time of one owner as a business calendar."""
        closed = (*self.closed_days, *self.days_off.get(owner, ()))
        exceptions = {np.datetime64(day, "D").item(): () for day in closed}
        return BusinessCalendar(self.zone, tuple(_hours(day) for day in self.open[owner].reshape(7, -1)), exceptions)

    def openings(self, owner: int, clock: ZoneClock, first: int, last: int) -> Openings:
        """The owner's working stretches that touch ``first`` to ``last``, on the wall clock handed in."""
        closed = np.array((*self.closed_days, *self.days_off.get(owner, ())), np.int64)
        return _openings(self.open[owner], closed, clock, first, last)


def discover_weeks(
    records: Instants, owner: Owners, *, owners: int, colleagues: Owners | None = None, zone: str = "UTC"
) -> WeekPatterns:
    """Find when each owner works from the instants at which work of theirs was begun or finished.

    ``records`` and ``owner`` have shape (records,); ``colleagues`` (owners,) numbers the group each belongs to.
    Raises InputError where the zone is unknown.
    """
    group = np.zeros(owners, np.int32) if colleagues is None else colleagues
    if not records.size:
        always = np.ones((owners, _WEEK), np.bool_)
        return WeekPatterns(zone, always, always[0], np.full(owners, 2, np.int8), np.ones(owners), (), {})
    origin, days, keys = _half_hours(records, owner, owners, zone)
    who, when = np.divmod(keys, days * GRANULES_A_DAY)
    groups = int(group.max()) + 1
    own, own_trusted = _patterns(keys, owners, origin, days)
    shared = np.unique(group[who] * np.int64(days * GRANULES_A_DAY) + when)
    theirs, theirs_trusted = _patterns(shared, groups, origin, days)
    alls, _ = _patterns(np.unique(when), 1, origin, days)
    source = np.where(own_trusted, 0, np.where(theirs_trusted[group], 1, 2)).astype(np.int8)
    # Of who is seen little, we believe that they are there when the house is open.
    given = np.where(own_trusted[:, None], own, alls | (theirs[group] & theirs_trusted[group][:, None]))
    closed, off = _days_off(who, when // GRANULES_A_DAY, owners, origin, days)
    return WeekPatterns(zone, given, alls[0], source, _support(who, when, given, origin), closed, off)


def _half_hours(records: Instants, owner: Owners, owners: int, zone: str) -> tuple[int, int, Instants]:
    """First day, number of days, and the sorted distinct (owner, day, half-hour) with a record, as one number each."""
    clock = zone_clock(zone, int(records.min()), int(records.max()))
    origin = int(clock.local(np.array([records.min()]))[0]) // DAY - 1
    days = int(clock.local(np.array([records.max()]))[0]) // DAY - origin + 2
    size = owners * days * GRANULES_A_DAY
    dense = np.zeros(size if size <= _DENSE else 0, np.bool_)
    sparse = []
    for i in range(0, records.size, _CHUNK):
        local = clock.local(records[i : i + _CHUNK]) - origin * DAY
        keys = owner[i : i + _CHUNK] * np.int64(days * GRANULES_A_DAY) + local // _GRANULE
        if dense.size:
            dense[keys] = True
        else:
            sparse.append(np.unique(keys))
    return origin, days, np.flatnonzero(dense) if dense.size else np.unique(np.concatenate(sparse))


def _patterns(keys: Instants, owners: int, origin: int, days: int) -> tuple[Grid, Grid]:
    """The open half-hours of each owner (owners, 336), and whether there are records enough to say so (owners,)."""
    who, when = np.divmod(keys, days * GRANULES_A_DAY)
    place = who * _WEEK + _of_week(when, origin)
    seen = np.bincount(place, minlength=owners * _WEEK).reshape(owners, 7, GRANULES_A_DAY)
    weeks = np.bincount((np.arange(days - 2) + origin + 4) % 7, minlength=7)
    kept = seen >= np.maximum(1.0, _CONFIDENCE * weeks)[None, :, None]
    grid = _without_holes(seen, kept)
    inside, total = (seen * grid).sum(axis=(1, 2)), seen.sum(axis=(1, 2))
    return grid.reshape(owners, _WEEK), (total >= _PARTICIPATION) & (inside >= _SUPPORT * total)


def _of_week(when: Instants, origin: int) -> Instants:
    """Half-hour of the week, from Monday 00:00, of a half-hour counted from day ``origin``."""
    found: Instants = (when + (origin + 3) % 7 * GRANULES_A_DAY) % _WEEK
    return found


def _without_holes(seen: npt.NDArray[np.int64], kept: Grid) -> Grid:
    """Fill the half-hours within each day that lack work only because there were too few records to tell."""
    begun = np.maximum.accumulate(kept, axis=2)
    within = begun & np.maximum.accumulate(kept[:, :, ::-1], axis=2)[:, :, ::-1]
    usual = (seen * kept).sum(axis=2, keepdims=True) / np.maximum(kept.sum(axis=2, keepdims=True), 1)
    gap = within & (seen < 0.1 * usual)  # never at the ends of a day, which are kept
    number = np.cumsum(gap & ~np.roll(gap, 1, axis=2)).reshape(gap.shape) * gap
    length = np.bincount(number.ravel())[number]
    filled: Grid = within & ~(gap & (usual * length >= _EVIDENCE))
    return filled


def _support(who: Instants, when: Instants, given: Grid, origin: int) -> Reals:
    hits = np.bincount(who, weights=given[who, _of_week(when, origin)], minlength=given.shape[0])
    seen = np.bincount(who, minlength=given.shape[0])
    return np.where(seen > 0, hits / np.maximum(seen, 1), 1.0)


def _days_off(
    who: Instants, day: Instants, owners: int, origin: int, days: int
) -> tuple[tuple[int, ...], dict[int, tuple[int, ...]]]:
    """Days without any work although the weekday has plenty: of everybody, and of each owner."""
    everybody = _empty_days(np.bincount(day, minlength=days), origin)
    edges = np.searchsorted(who, np.arange(owners + 1))
    off = {}
    for owner in range(owners):
        mine = day[edges[owner] : edges[owner + 1]]
        if mine.size >= _DAY_OFF:
            empty = _empty_days(np.bincount(mine, minlength=days), origin)
            if empty:
                off[owner] = empty
    return everybody, off


def _empty_days(count: npt.NDArray[np.int64], origin: int) -> tuple[int, ...]:
    """Days without work between the first and last with some, of weekdays with enough work on average."""
    there = np.flatnonzero(count)
    days = np.arange(there[0], there[-1] + 1)
    count, weekday = count[days], (days + origin + 3) % 7
    mean = np.bincount(weekday, weights=count, minlength=7) / np.maximum(np.bincount(weekday, minlength=7), 1)
    return tuple(int(day) + origin for day in days[(count == 0) & (mean[weekday] >= _DAY_OFF)])


def _openings(half_hours: Grid, closed: Instants, clock: ZoneClock, first: int, last: int) -> Openings:
    padded = np.zeros((7, GRANULES_A_DAY + 2), np.int8)
    padded[:, 1:-1] = half_hours.reshape(7, GRANULES_A_DAY)
    weekday, edge = np.nonzero(np.diff(padded, axis=1))  # in pairs: a half-hour that opens, one that closes
    monday = (first // DAY + 2) // 7 * 7 - 3
    weeks = np.arange(monday, last // DAY + 2, 7)
    day = np.add.outer(weeks, weekday[::2]).ravel()
    begin, end = (day * DAY + np.tile(edges, weeks.size) * _GRANULE for edges in (edge[::2], edge[1::2]))
    kept = ~np.isin(day, closed)
    return merged(clock.instants(begin[kept]), clock.instants(end[kept]))


def _hours(day: Grid) -> Hours:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], day, [False]]).astype(np.int8))) * 30
    return tuple((int(opens), int(closes)) for opens, closes in edges.reshape(-1, 2))
