"""A business calendar: when an organisation is at work, and how much of that time lies between two instants."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np

from kehu.analysis.calendars.openings import Openings, merged
from kehu.analysis.calendars.zones import DAY, SECOND, Instants, zone_clock
from kehu.analysis.errors import InputError, Sentence

Hours: TypeAlias = tuple[tuple[int, int], ...]
"""The intervals of a day: minutes from local midnight, opening included and closing excluded, 0 to 1440."""

_MINUTE = 60 * SECOND
_DAY_ZERO = date(1970, 1, 1)
_HORIZON_DAYS = 60 * 366


@dataclass(frozen=True)
class BusinessCalendar:
    """Hours of work on the wall clock of ``zone``.

    ``week`` holds the intervals of the seven days, Monday first; ``exceptions`` those of single dates, which replace
    the weekday's: none for a holiday, some for a working Saturday. A day of 23 or 25 hours counts as long as it was.
    Raises InputError where an interval is not within a day, the intervals overlap, or the zone is unknown.
    """

    zone: str
    week: tuple[Hours, ...]
    exceptions: Mapping[date, Hours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone_clock(self.zone, 0, 0)
        if len(self.week) != 7:
            raise InputError(
                Sentence("a business week has seven days"), remedy=Sentence("Give an empty list for a day without work")
            )
        for hours in (*self.week, *self.exceptions.values()):
            _check(hours)

    def business_time(self, begin: Instants, end: Instants) -> Instants:
        """Business microseconds from ``begin`` to ``end``, element by element; negative where ``end`` is earlier.

        Both are int64 microseconds since 1970-01-01 UTC, of the same shape, which is also the result's.
        """
        begin, end = np.asarray(begin, np.int64), np.asarray(end, np.int64)
        if not begin.size:
            return np.zeros(begin.shape, np.int64)
        everything = self.openings(int(min(begin.min(), end.min())), int(max(begin.max(), end.max())))
        found: Instants = everything.elapsed(end) - everything.elapsed(begin)
        return found

    def add(self, instants: Instants, business: Instants) -> Instants:
        """The earliest instants by which so many business microseconds have passed since ``instants``.

        Raises InputError where a duration is negative or the calendar has not so much time in sixty years.
        """
        instants, business = np.broadcast_arrays(np.asarray(instants, np.int64), np.asarray(business, np.int64))
        if not instants.size:
            return np.zeros(instants.shape, np.int64)
        if int(business.min()) < 0:
            raise InputError(Sentence("business time to add is negative"), remedy=Sentence("Give zero or more"))
        everything = self._enough(int(instants.min()), int(instants.max()), int(business.max()))
        wanted = everything.elapsed(instants) + business
        return np.where(business == 0, instants, everything.instant(np.maximum(wanted, 1)))

    def openings(self, first: int, last: int) -> Openings:
        """The stretches of work that touch ``first`` to ``last`` (microseconds, UTC), whole days around them."""
        clock = zone_clock(self.zone, first - 2 * DAY, last + 2 * DAY)
        days = range(first // DAY - 1, last // DAY + 2)
        stretches = [(day * DAY + a * _MINUTE, day * DAY + b * _MINUTE) for day in days for a, b in self._hours(day)]
        local = np.array(stretches, np.int64).reshape(-1, 2)
        return merged(clock.instants(local[:, 0]), clock.instants(local[:, 1]))

    def to_json(self) -> str:
        """JSON text: ``zone``, ``week`` as seven lists of pairs like ["09:00", "17:30"], ``exceptions`` by date."""
        content = {
            "zone": self.zone,
            "week": [_written(hours) for hours in self.week],
            "exceptions": {day.isoformat(): _written(hours) for day, hours in sorted(self.exceptions.items())},
        }
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> BusinessCalendar:
        """Read what ``to_json`` writes. Raises InputError where the text is anything else."""
        try:
            content = json.loads(text)
            exceptions = content.get("exceptions", {})
            return cls(
                zone=str(content["zone"]),
                week=tuple(_read(hours) for hours in content["week"]),
                exceptions={date.fromisoformat(day): _read(hours) for day, hours in exceptions.items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                Sentence("is not a business calendar"), remedy=Sentence("It needs a zone and a week of seven days")
            ) from error

    def _hours(self, day: int) -> Hours:
        when = _DAY_ZERO + timedelta(days=day)
        return self.exceptions.get(when, self.week[when.weekday()])

    def _enough(self, first: int, last: int, business: int) -> Openings:
        """Openings that reach far enough beyond ``last`` to hold ``business`` more microseconds."""
        days = 14 + business // DAY
        while days <= _HORIZON_DAYS:
            everything = self.openings(first, last + days * DAY)
            if int(everything.before[-1] - everything.elapsed(np.array([last]))[0]) >= business:
                return everything
            days *= 4
        raise InputError(
            Sentence("the calendar has not so much working time"), remedy=Sentence("Give it hours of work")
        )


def weekdays(zone: str, start: str, end: str, holidays: Iterable[date] = ()) -> BusinessCalendar:
    """Monday to Friday from ``start`` to ``end`` ("09:00", "17:30"), closed on ``holidays``. Raises InputError."""
    hours = _read([[start, end]])
    return BusinessCalendar(zone, (hours,) * 5 + ((), ()), dict.fromkeys(holidays, ()))


def _check(hours: Hours) -> None:
    flat = [minute for interval in hours for minute in interval]
    if any(not 0 <= a < b <= 1440 for a, b in hours) or any(a > b for a, b in itertools.pairwise(flat)):
        remedy = Sentence(
            "Give them in order, within one day; a night shift is two intervals, up to 24:00 and from 00:00"
        )
        raise InputError(
            Sentence("the hours %(hours)s cannot be a working day", hours=str(_written(hours))), remedy=remedy
        )


def _written(hours: Hours) -> list[list[str]]:
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in interval] for interval in hours]


def _read(hours: Any) -> Hours:
    return tuple((_minute(start), _minute(end)) for start, end in hours)


def _minute(text: str) -> int:
    try:
        hour, minute = str(text).split(":")
        return int(hour) * 60 + int(minute)
    except ValueError as error:
        raise InputError(
            Sentence("%(text)r is not a time of day", text=text), remedy=Sentence("Write it as 09:30")
        ) from error
