"""Workload by person and half-hour: capacity that perished unused, and demand that found none.

Of one person in one half-hour, all in available time (docs/explanation/waiting.md):

* *capacity*: how long the person was at hand, by the business calendar or by the week the log shows;
* *busy*: how long of it they were at work; where pieces of work overlap, the time counts once;
* *idle* = capacity - busy: it cannot be kept for later;
* *demand*: handling time of the work that was ready for the person before the half-hour ended and not done before it
  began. Work is ready once nothing but the person is lacking: when its contention or prioritisation begins, else when
  it starts;
* *overload* = what of the demand exceeds the capacity while the person is at hand: it cannot be served in this
  half-hour, by this person. Nobody is overloaded at night: work that waits for the morning is no excess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.calendars import BusinessCalendar, zone_clock
from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, NO_TIME, NOBODY, BoolArray, EventLog, Int64Array, Selection
from kehu.analysis.mining.waiting.availability import Availability, availability
from kehu.analysis.mining.waiting.causes import CONTENTION, PRIORITISATION, Timetable, elapsed, table_of
from kehu.analysis.mining.waiting.enabling import enabling, plain
from kehu.analysis.mining.waiting.explained import Explained, explain

HALF_HOUR = 1_800_000_000
_WEEK = 336


@dataclass(frozen=True, eq=False)
class Slots:
    """Half-hours one after the other: ``begin`` (slots,) their instants, the others (slots,) microseconds in each."""

    begin: Int64Array
    capacity: Int64Array
    busy: Int64Array
    overload: Int64Array

    @property
    def idle(self) -> Int64Array:
        """Capacity nobody used, (slots,)."""
        return self.capacity - self.busy


@dataclass(frozen=True)
class Load:
    """One person's capacity in hours, used and lost, and in how many of their half-hours demand exceeded it.

    ``overload_peak_h`` is the most that was in excess at once.
    """

    capacity_h: float
    busy_h: float
    idle_h: float
    overloaded_slots: int
    overload_peak_h: float

    @property
    def utilisation(self) -> float | None:
        """Share of the capacity that was used; ``None`` without capacity."""
        return self.busy_h / self.capacity_h if self.capacity_h else None


@dataclass(frozen=True, eq=False)
class Workload:
    """The workload of the selected people over the selected days.

    ``slots`` sums over people; ``by_person`` is in order of idle hours, the most first; ``person`` gives the half-hours
    of one; ``first_of_week`` is the half-hour of the week (Monday 00:00 = 0, on the wall clock) of the first slot.
    """

    slots: Slots
    by_person: tuple[tuple[str, Load], ...]
    person: Callable[[str], Slots]
    first_of_week: int
    calendar: str

    @property
    def misplaced_h(self) -> float:
        """Hours of overload of some that others, idle in the same half-hour, could have taken."""
        return _hours(np.minimum(self.slots.idle, self.slots.overload))

    def week(self) -> dict[str, tuple[float, ...]]:
        """Mean hours in each half-hour of the week, (336,): capacity, busy, idle and overload."""
        place = (np.arange(self.slots.begin.size) + self.first_of_week) % _WEEK
        count = np.maximum(np.bincount(place, minlength=_WEEK), 1)
        names = ("capacity", "busy", "idle", "overload")
        return {name: tuple(np.bincount(place, getattr(self.slots, name) / 3.6e9, _WEEK) / count) for name in names}

    def to_json(self) -> dict[str, Any]:
        """Totals in hours, the mean week and the people, for JSON."""
        slots = self.slots
        return {
            "capacity_h": _hours(slots.capacity),
            "busy_h": _hours(slots.busy),
            "idle_h": _hours(slots.idle),
            "overloaded_slots": int((slots.overload > 0).sum()),
            "overload_h": _hours(slots.overload),
            "misplaced_h": self.misplaced_h,
            "people": len(self.by_person),
            "calendar": self.calendar,
            "week": self.week(),
            "by_person": [
                {"resource": name, "utilisation": load.utilisation, **load.__dict__} for name, load in self.by_person
            ],
        }


def workload(
    log: EventLog,
    selection: Selection = EVERYTHING,
    calendar: BusinessCalendar | None = None,
    *,
    explained: Explained | None = None,
) -> Workload:
    """Capacity, busy, idle and overloaded time by half-hour and person.

    ``selection`` chooses whose workload is shown and which half-hours: of the people who did a selected event, from the
    first selected event to the last. All work of these people counts, selected or not. ``calendar`` gives everybody's
    hours; without one each person's week is found in the log. ``explained`` is what ``waiting.explain`` found for the
    log under the same calendar, where it is at hand.

    Raises InputError where the log has no start times, names nobody, nothing is selected, or a calendar is given and
    the log's times name no zone. Source: capacity and demand by interval as in workforce management; the definitions
    are at the head of this module.
    """
    if not (log.has_start and log.has_resource):
        lacking = Sentence("people") if log.has_start else Sentence("start times")
        raise InputError(
            Sentence("the log has no %(lacking)s, so workload cannot be told", lacking=lacking),
            remedy=Sentence("Name the column that holds them"),
        )
    chosen = _chosen(log, selection)
    if not chosen.any():
        raise InputError(Sentence("no work of a named person is selected"), remedy=Sentence("Take a filter away"))
    at_work = availability(log, enabling(log).work, calendar)
    parts = (explain(log, calendar) if explained is None else explained).parts
    queued = parts[:, CONTENTION] + parts[:, PRIORITISATION]
    begin = _slots(log, chosen)
    rows = _Rows(log, at_work, queued)
    people = np.unique(log.resource[chosen])
    total = np.zeros((3, begin.size), np.int64)
    loads = []
    for who in people:
        slots = rows.slots(int(who), begin)
        total += np.stack([slots.capacity, slots.busy, slots.overload])
        loads.append((log.resources[who], _load(slots)))
    return Workload(
        slots=Slots(begin, *total),
        by_person=tuple(sorted(loads, key=lambda row: (-row[1].idle_h, row[0]))),
        person=lambda name: rows.slots(log.resources.index(name), begin),
        first_of_week=_of_week(log, int(begin[0])),
        calendar="given" if calendar else "found in the log",
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """What the half-hours of any one person are worked out from."""

    log: EventLog
    at_work: Availability
    queued: Int64Array

    def slots(self, who: int, begin: Int64Array) -> Slots:
        """One person's half-hours."""
        order = plain(self.log.resource_order)
        first, last = np.searchsorted(self.log.resource[order], [who, who + 1])
        everyone = Timetable(self.at_work.opens, self.at_work.closes, self.at_work.before)
        capacity, busy, demand = _fill(
            order[first:last],
            plain(self.log.start),
            plain(self.log.end),
            self.queued,
            table_of(everyone, self.at_work.offsets, self.at_work.timetable[who]),
            int(begin[0]),
            begin.size,
        )
        return Slots(begin, capacity, busy, np.where(capacity > 0, np.maximum(demand - capacity, 0), 0))


def _chosen(log: EventLog, selection: Selection) -> BoolArray:
    chosen: BoolArray = (log.resource != NOBODY) & (log.start != NO_TIME)
    if selection.cases is not None:
        chosen &= np.repeat(selection.cases, np.diff(log.case_offsets))
    if selection.events is not None:
        chosen &= selection.events
    return chosen


def _slots(log: EventLog, chosen: BoolArray) -> Int64Array:
    """The half-hours of the wall clock from the first selected event to the last."""
    first, last = int(log.start[chosen].min()), int(log.end[chosen].max())
    shift = int(zone_clock(log.header.zone or "UTC", first, first).offsets[0]) % HALF_HOUR
    origin = (first + shift) // HALF_HOUR * HALF_HOUR - shift
    return np.arange(origin, last + 1, HALF_HOUR)


def _of_week(log: EventLog, first: int) -> int:
    local = int(zone_clock(log.header.zone or "UTC", first, first).local(np.array([first]))[0])
    return (local // HALF_HOUR + 3 * 48) % _WEEK


def _load(slots: Slots) -> Load:
    return Load(
        capacity_h=_hours(slots.capacity),
        busy_h=_hours(slots.busy),
        idle_h=_hours(slots.idle),
        overloaded_slots=int((slots.overload > 0).sum()),
        overload_peak_h=float(slots.overload.max()) / 3.6e9,
    )


def _hours(microseconds: Int64Array) -> float:
    """The sum in hours, in two words of 64 bits, since that of microseconds may overflow one."""
    return ((int((microseconds >> 32).sum()) << 32) + int((microseconds & 0xFFFFFFFF).sum())) / 3.6e9


@njit(cache=True, nogil=True)
def _fill(mine, start, end, queued, table, origin, count):  # type: ignore[no-untyped-def]
    """Capacity, busy time and demand of one person in each half-hour from ``origin``."""
    capacity = np.zeros(count, np.int64)
    busy = np.zeros(count, np.int64)
    ready = np.zeros(count, np.int64)
    carried = np.int64(0)  # ready before the first half-hour, less what was done before it
    for i in range(table.opens.shape[0]):
        _spread(table.opens[i], table.closes[i], table, origin, capacity)
    cover = NO_TIME
    for e in mine:
        if start[e] == NO_TIME or end[e] <= max(start[e], cover):
            continue
        begin = max(start[e], cover)
        cover = end[e]
        content = elapsed(end[e], table) - elapsed(begin, table)
        _spread(begin, end[e], table, origin, busy)
        slot = (_instant(elapsed(start[e], table) - queued[e], start[e], table) - origin) // HALF_HOUR
        if slot < 0:
            carried += min(content, max(elapsed(end[e], table) - elapsed(origin, table), 0))
        elif slot < count:
            ready[slot] += content
    demand = np.empty(count, np.int64)
    for i in range(count):
        carried += ready[i]
        demand[i] = carried
        carried -= busy[i]
    return capacity, busy, demand


@njit(cache=True, nogil=True)
def _spread(begin, finish, table, origin, slots):  # type: ignore[no-untyped-def]
    """Add the open time between two instants to the half-hours it falls into."""
    i = max(np.searchsorted(table.opens, begin, side="right") - 1, 0)
    while i < table.opens.shape[0] and table.opens[i] < finish:
        time = max(begin, table.opens[i], origin)
        until = min(finish, table.closes[i], origin + slots.shape[0] * HALF_HOUR)
        while time < until:
            slot = (time - origin) // HALF_HOUR
            step = min(until, origin + (slot + 1) * HALF_HOUR)
            slots[slot] += step - time
            time = step
        i += 1


@njit(cache=True, nogil=True)
def _instant(time, latest, table):  # type: ignore[no-untyped-def]
    """The instant of an available time, at most ``latest``; at an opening rather than at the closing before it."""
    i = np.searchsorted(table.before, time, side="right") - 1
    if i < 0:
        return latest
    return min(latest, table.opens[i] + time - table.before[i])
