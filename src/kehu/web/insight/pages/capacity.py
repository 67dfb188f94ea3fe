"""Capacity: when hands lie idle, and when more is asked of them than they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import dates
from django.utils.translation import gettext as _

from kehu.analysis.errors import InputError
from kehu.web.insight.pages.page import Missing, Page
from kehu.web.insight.pages.waits import explained
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import LEAST_FOR_A_FIGURE, Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.workload import Workload

_DAY = 48
"""Half-hours of a day."""
_HEATS = 5
_REAL = 0.05
"""Less than three minutes of an hour are not worth a place in the title."""


@dataclass(frozen=True)
class _Stretch:
    """Half-hours of one weekday from ``first`` to ``last`` (not included), and the mean hours in them a week."""

    day: int
    first: int
    last: int
    hours: float

    def __str__(self) -> str:
        return _("%(day)s %(from)s–%(to)s") % {
            "day": dates.WEEKDAYS[self.day],
            "from": _clock(self.first),
            "to": _clock(self.last),
        }


def build(scope: Scope) -> Page:
    """The page, or why there is none."""
    lacking = _lacking(scope)
    if lacking:
        return Page(title=_("Cannot tell when capacity lies idle"), missing=lacking)
    try:
        found = _workload(scope)
    except InputError as error:
        return Page(
            title=_("Cannot tell when capacity lies idle"),
            missing=[Missing(_("Capacity cannot be seen."), formats.said(error))],
        )
    people = len(found.by_person)
    if people < LEAST_FOR_A_FIGURE:
        why = _("Figures of fewer than five people would be figures of persons, and are hidden.")
        n = formats.number(people)
        return Page(
            title=_("Cannot tell when capacity lies idle (n = %(n)s people)") % {"n": n},
            missing=[Missing(_("Capacity is not shown."), why)],
        )
    idle, overload = (_longest(found.week()[which]) for which in ("idle", "overload"))
    return Page(
        title=_answer(idle, overload),
        lead=_("Idle capacity cannot be kept for later; overload is ready work beyond what its people can do in time."),
        figures=_figures(found, people),
        tables=[_table(found)],
        missing=_limits(scope, found),
        more={"heat": [_heat(found, "idle", _("Idle")), _heat(found, "overload", _("Overloaded"))]},
    )


def _workload(scope: Scope) -> Workload:
    from kehu.analysis.mining.workload import workload  # noqa: PLC0415 # loaded with the first analysis

    return scope.kept("workload", lambda: workload(scope.log, scope.selection, explained=explained(scope)))


def _lacking(scope: Scope) -> list[Missing]:
    found = []
    if not scope.log.has_start:
        why = _("This log has only the times at which steps were completed, so nobody can say who was busy when.")
        found.append(Missing(_("Capacity cannot be seen."), why))
    if not scope.log.has_resource:
        found.append(Missing(_("Capacity cannot be seen."), _("No column says who did the work.")))
    return found


def _limits(scope: Scope, found: Workload) -> list[Missing]:
    why = _("Whoever did work that no system records looks idle.")
    limits = [Missing(_("Work outside this log."), why)]
    if found.calendar != "given":
        why = _("They were found in the log: when each person is usually at work, by half-hour and weekday.")
        limits.append(Missing(_("Nobody gave the working hours."), why))
    if not scope.log.header.zone:
        why = _("The times carry no zone and none was named, so they are read as the log's own clock.")
        limits.append(Missing(_("Hours of the day may be shifted."), why))
    return limits


def _answer(idle: _Stretch | None, overload: _Stretch | None) -> str:
    if idle and overload:
        return _("Most capacity lies idle %(idle)s; %(overload)s is overloaded most") % {
            "idle": idle,
            "overload": overload,
        }
    if idle:
        return _("Most capacity lies idle %(idle)s; at no time is there more work than people can do") % {"idle": idle}
    if overload:
        return _("%(overload)s is overloaded most; hardly any capacity lies idle") % {"overload": overload}
    return _("Work and people match at every hour of the week")


def _longest(week: tuple[float, ...]) -> _Stretch | None:
    """The stretch of one weekday that holds the highest half-hour and all around it with at least three quarters."""
    peak = max(range(len(week)), key=lambda place: week[place])
    if week[peak] < _REAL / 2:
        return None
    day = peak // _DAY
    first, last = peak, peak + 1
    while first > day * _DAY and week[first - 1] >= 0.75 * week[peak]:
        first -= 1
    while last < (day + 1) * _DAY and week[last] >= 0.75 * week[peak]:
        last += 1
    return _Stretch(day, first % _DAY, last - day * _DAY, sum(week[first:last]))


def _hours(hours: float) -> str:
    """In hours whatever their number: a day of capacity is not 24 hours long."""
    return _("%(value)s h") % {"value": formats.significant(hours)}


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2}:{half_hour % 2 * 3}0"


def _figures(found: Workload, people: int) -> list[Figure]:
    slots = found.slots
    hours = {name: sum(values) for name, values in found.week().items()}
    capacity = hours["capacity"]
    weeks = slots.begin.size / 336
    of = _("n = %(n)s people") % {"n": formats.number(people)}
    return [
        Figure(_("Capacity a week"), _hours(capacity), of=of, always=True),
        Figure(
            _("Used"),
            formats.share(hours["busy"] / capacity) if capacity else None,
            of=_hours(hours["busy"]),
        ),
        Figure(
            _("Idle"),
            formats.share(hours["idle"] / capacity) if capacity else None,
            of=_hours(hours["idle"]),
        ),
        Figure(
            _("Half-hours with somebody overloaded"),
            formats.share(float((slots.overload > 0).sum()) / slots.begin.size),
            of=_("over %(weeks)s weeks") % {"weeks": formats.number(weeks)},
        ),
        Figure(
            _("Overload that idle colleagues could have taken"),
            _hours(found.misplaced_h / max(weeks, 1)),
            of=_("a week"),
            always=True,
        ),
    ]


def _shown(found: Workload) -> tuple[list[int], list[int]]:
    """The weekdays and the half-hours of the day at which anybody is at hand."""
    week = found.week()
    used = [place for place in range(7 * _DAY) if week["capacity"][place] > 0]
    times = sorted({place % _DAY for place in used})
    return sorted({place // _DAY for place in used}), list(range(times[0], times[-1] + 1)) if times else []


def _heat(found: Workload, which: str, name: str) -> dict[str, Any]:
    """Weekdays across, half-hours down: a cell holds its mean hours, its heat 0 to 4 and the sentence behind it."""
    week = found.week()[which]
    days, times = _shown(found)
    most = max(week)
    return {
        "name": name,
        "says": _("mean hours in each half-hour, all people together"),
        "days": [dates.WEEKDAYS_ABBR[day] for day in days],
        "rows": [(_clock(time), [_cell(week[day * _DAY + time], most, day, time) for day in days]) for time in times],
    }


def _cell(hours: float, most: float, day: int, time: int) -> dict[str, Any]:
    return {
        "text": formats.number(hours, decimals=1) if hours >= _REAL else "",
        "heat": round((_HEATS - 1) * hours / most) if most >= _REAL / 2 else 0,
        "title": f"{_Stretch(day, time, time + 1, hours)}: {_hours(hours)}",
    }


def _table(found: Workload) -> Table:
    week = found.week()
    days, times = _shown(found)
    rows = [
        {
            "day": str(dates.WEEKDAYS[day]),
            "time": f"{_clock(time)}–{_clock(time + 1)}",
            **{name: week[name][day * _DAY + time] for name in ("capacity", "busy", "idle", "overload")},
        }
        for day in days
        for time in times
    ]
    return Table(
        "capacity",
        (
            Column("day", _("Weekday"), "name"),
            Column("time", _("Half-hour"), "text"),
            Column(
                "capacity", _("Capacity (h)"), "number", hint=_("how long people were at hand, by their working hours")
            ),
            Column("busy", _("Used (h)"), "number", hint=_("how long of it they were at work")),
            Column("idle", _("Idle (h)"), "number", bar=True, hint=_("capacity that was not used and cannot be kept")),
            Column(
                "overload",
                _("Overload (h)"),
                "number",
                bar=True,
                hot=True,
                hint=_("ready work beyond the capacity of those it waits for; until it is done it counts again"),
            ),
        ),
        rows,
        caption=_("The mean week by half-hour"),
    )
