"""When the people of a log are at work: a business calendar for all, or each one's week as the log shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from kehu.analysis.calendars import BusinessCalendar, Openings, WeekPatterns, discover_weeks, zone_clock
from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import NO_TIME, NOBODY, BoolArray, EventLog, Int32Array, Int64Array
from kehu.analysis.mining.waiting.enabling import plain

_STEP = 1_800_000_000
_WORKING_DAY = 8 * 3_600_000_000
"""Work that took longer was left open overnight rather than worked on: it does not show that somebody was there."""


@dataclass(frozen=True, eq=False)
class Availability:
    """Working stretches: those of timetable ``k`` are the slice ``offsets[k]:offsets[k + 1]`` of the flat arrays.

    ``timetable`` (resources + 1,) says which is whose; the last entry is for events nobody is named for. ``before``
    holds the open microseconds of the timetable before each stretch. ``weeks`` are the working weeks found, ``None``
    where a business calendar was given.
    """

    offsets: Int64Array
    opens: Int64Array
    closes: Int64Array
    before: Int64Array
    timetable: Int32Array
    weeks: WeekPatterns | None = None


def availability(log: EventLog, work: BoolArray, calendar: BusinessCalendar | None = None) -> Availability:
    """The working stretches of every person of the log over its whole span.

    ``work`` (activities,) says which activities are work; only they show that somebody was there.
    Raises InputError where a calendar is given but the log's times name no zone.
    """
    first, last = _span(log)
    everyone = len(log.resources) + 1
    if calendar is not None:
        if log.header.zone is None:
            raise InputError(
                Sentence("the log's times name no zone"), remedy=Sentence("Name one, such as --timezone Asia/Shanghai")
            )
        return _flat([calendar.openings(first, last)], np.zeros(everyone, np.int32), None)
    weeks = _weeks(log, work)
    clock = zone_clock(weeks.zone, first, last)
    alike: dict[tuple[bytes, tuple[int, ...]], int] = {}
    tables: list[Openings] = []
    timetable = np.empty(everyone, np.int32)
    for who in range(everyone):
        key = (weeks.open[who].tobytes(), weeks.days_off.get(who, ()))
        if key not in alike:
            alike[key] = len(tables)
            tables.append(weeks.openings(who, clock, first, last))
        timetable[who] = alike[key]
    return _flat(tables, timetable, weeks)


def _span(log: EventLog) -> tuple[int, int]:
    started = log.start[log.start != NO_TIME]
    first = int(log.end.min())
    return (min(first, int(started.min())) if started.size else first), int(log.end.max())


def _weeks(log: EventLog, work: BoolArray) -> WeekPatterns:
    """Everyone's week from the work they began and finished; who has no name shares the week of all."""
    resources = len(log.resources)
    shown = work[log.activity] & (log.start != NO_TIME)
    if log.has_resource:
        shown &= log.resource != NOBODY
    owner = np.where(log.resource[shown] == NOBODY, resources, log.resource[shown]).astype(np.int32)
    instants, who = _presence(log.start[shown], log.end[shown], owner)
    main = _main_activity(
        plain(log.resource_order), plain(log.resource), plain(log.activity), resources, len(log.activities)
    )
    return discover_weeks(
        instants,
        who,
        owners=resources + 1,
        colleagues=np.append(main, np.int32(len(log.activities))),
        zone=log.header.zone or "UTC",
    )


def _presence(start: Int64Array, end: Int64Array, owner: Int32Array) -> tuple[Int64Array, Int32Array]:
    """Instants at which each owner was at work: starts, ends, and in between those of work no longer than a day's."""
    steps = np.where(end - start <= _WORKING_DAY, (end - start) // _STEP, 0)
    long = np.flatnonzero(steps)
    many = steps[long]
    number = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many) + 1
    between = np.repeat(start[long], many) + number * _STEP
    return np.concatenate([start, end, between]), np.concatenate([owner, owner, np.repeat(owner[long], many)])


@njit(cache=True, nogil=True)
def _main_activity(order, resource, activity, resources, activities):  # type: ignore[no-untyped-def]
    """The activity each person does most often: who shares it is a colleague."""
    main = np.zeros(resources, np.int32)
    count = np.zeros(activities, np.int32)
    first = 0
    while first < order.shape[0]:
        who = resource[order[first]]
        last = first
        while last < order.shape[0] and resource[order[last]] == who:
            done = activity[order[last]]
            count[done] += 1
            if count[done] > count[main[who]]:
                main[who] = done
            last += 1
        for i in range(first, last):
            count[activity[order[i]]] = 0
        first = last
    return main


def _flat(tables: list[Openings], timetable: Int32Array, weeks: WeekPatterns | None) -> Availability:
    sizes = np.array([table.opens.size for table in tables], np.int64)
    return Availability(
        offsets=np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        opens=np.concatenate([table.opens for table in tables]),
        closes=np.concatenate([table.closes for table in tables]),
        before=np.concatenate([table.before[:-1] for table in tables]),
        timetable=timetable,
        weeks=weeks,
    )
