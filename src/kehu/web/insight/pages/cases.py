"""The cases behind a number, and one case's own time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kehu.web.insight.pages import scope_bar
from kehu.web.insight.pages.page import Page
from kehu.web.insight.pages.paging import paging
from kehu.web.insight.pages.wording import administrative_end, durations
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.cases import CaseEvent, CaseList

_A_PAGE = 50
_ALL = 1_000_000
ORDERS = {
    "longest": gettext_lazy("longest first"),
    "shortest": gettext_lazy("shortest first"),
    "newest": gettext_lazy("newest first"),
    "oldest": gettext_lazy("oldest first"),
    "most events": gettext_lazy("most events first"),
}


def build(scope: Scope) -> Page:
    """The list."""
    order = scope.setting.get("order", "longest")
    order = order if order in ORDERS else "longest"
    pages = paging(scope, scope.cases, _A_PAGE)
    found = _listed(scope, order, pages.skip)
    return Page(
        title=_answer(scope, found.total, order),
        figures=_figures(scope) if found.total else (),
        tables=(table(scope, found),),
        more={
            "short": _short(table(scope, found)),
            "pages": pages,
            "orders": [(key, label, key == order) for key, label in ORDERS.items()],
            "filters": [scope_bar.in_words(one) for one in scope.filters],
            "all": scope.link("cases/"),
        },
    )


def _listed(scope: Scope, order: str, skip: int) -> CaseList:
    from kehu.analysis.mining.cases import list_cases  # noqa: PLC0415 # loaded with the first analysis

    most = _ALL if scope.exports else _A_PAGE
    skip = 0 if scope.exports else skip
    return scope.kept(
        ("cases", order, skip, most),
        lambda: list_cases(scope.log, scope.selection, order=order, skip=skip, most=most),  # type: ignore[arg-type]
    )


def _answer(scope: Scope, total: int, order: str) -> str:
    del scope
    if not total:
        return _("No case fits these filters")
    counted = ngettext("%(total)s case", "%(total)s cases", total) % {"total": formats.number(total)}
    return f"{counted}, {ORDERS[order]}"


def _figures(scope: Scope) -> tuple[Figure, ...]:
    taken = durations(scope)
    n = taken.customer.cases
    return (
        Figure(_("Customer’s time, median"), formats.duration(taken.customer.median_s), n=n),
        Figure(_("Nine in ten within"), formats.duration(taken.customer.p90_s), n=n),
        Figure(_("Longest"), formats.duration(taken.customer.max_s), n=n, always=True),
    )


def table(scope: Scope, found: CaseList) -> Table:
    """Cases as rows; each opens its own time."""
    rows = [
        {
            "id": one.id,
            "begin": one.begin_us,
            "customer": one.customer_s,
            "clock": one.clock_s,
            "events": one.events,
            "last": one.last,
            "href": f"{scope.base}case/?{urlencode({'id': one.id})}",
        }
        for one in found.cases
    ]
    return Table(
        "cases",
        (
            Column("id", _("Case"), "name"),
            Column("begin", _("Began"), "moment"),
            Column("customer", _("Customer’s time"), "duration"),
            Column("clock", _("By the clock"), "duration"),
            Column("events", _("Events"), "count"),
            Column("last", _("Last step"), "name"),
        ),
        rows,
    )


def _short(whole: Table) -> Table:
    """The table as a drawer has room for it."""
    columns = tuple(column for column in whole.columns if column.key in {"id", "customer", "events", "last"})
    return replace(whole, columns=columns, rows=whole.rows[:25])


def build_one(scope: Scope) -> Page:
    """One case from its first event to its last. Raises InputError where there is none of that id."""
    from kehu.analysis.mining.cases import case_events  # noqa: PLC0415 # as above

    case_id = dict(parse_qsl(scope.query, keep_blank_values=True)).get("id", "")
    events = case_events(scope.log, case_id)
    longest = max((one.after_s or 0 for one in _waits(scope, events)), default=0)
    return Page(
        title=_own_answer(case_id, events, longest),
        figures=_own_figures(scope, events),
        tables=(_events(scope, events),),
        more={"moments": [_moment(scope, one, longest) for one in events], "case_id": case_id},
    )


def _waits(scope: Scope, events: tuple[CaseEvent, ...]) -> list[CaseEvent]:
    """The events that the customer waited for: not a close that only follows by a timer."""
    close = administrative_end(scope)
    before = (None, *(one.activity for one in events))
    return [
        one
        for one, last in zip(events, before, strict=False)
        if close is None or (last, one.activity) != (close.end, close.close)
    ]


def _own_answer(case_id: str, events: tuple[CaseEvent, ...], longest: float) -> str:
    taken = (events[-1].end_us - (events[0].start_us or events[0].end_us)) / 1e6
    values = {"id": case_id, "taken": formats.duration(taken)}
    if not longest:
        return _("“%(id)s” was over in %(taken)s") % values
    slow = next(one for one in events if one.after_s == longest)
    values |= {"longest": formats.duration(longest), "step": slow.activity}
    return _("“%(id)s” took %(taken)s; the longest wait was %(longest)s, before “%(step)s”") % values


def _own_figures(scope: Scope, events: tuple[CaseEvent, ...]) -> tuple[Figure, ...]:
    people = len({one.resource for one in events if one.resource >= 0})
    departments = len({one.department for one in events if one.department})
    figures = [Figure(_("Events"), formats.number(len(events)), always=True)]
    if scope.log.has_resource:
        figures.append(Figure(_("People"), formats.number(people), always=True))
    if scope.log.has_department:
        figures.append(Figure(_("Departments"), formats.number(departments), always=True))
    work = [one.work_s for one in events if one.work_s is not None]
    if work:
        figures.append(Figure(_("Work in it"), formats.duration(sum(work)), always=True))
    return tuple(figures)


def _moment(scope: Scope, one: CaseEvent, longest: float) -> dict[str, Any]:
    who = [one.department or "", scope.names.person(one.resource) if one.resource >= 0 else ""]
    after = one.after_s or 0.0
    return {
        "activity": one.activity,
        "when": formats.moment(one.start_us if one.start_us is not None else one.end_us),
        "who": " · ".join(part for part in who if part),
        "work": formats.duration(one.work_s) if one.work_s else "",
        "after": formats.duration(after) if after >= 1 else "",
        "bar": min(100.0, round(100 * after / longest, 1)) if longest else 0,
        "slow": bool(longest) and after == longest,
    }


def _events(scope: Scope, events: tuple[CaseEvent, ...]) -> Table:
    columns = [
        Column("activity", _("Step"), "name"),
        *([Column("start", _("Began"), "moment")] if scope.log.has_start else []),
        Column("end", _("Completed"), "moment"),
        Column("after", _("Wait before"), "duration"),
        *([Column("work", _("Work"), "duration")] if scope.log.has_start else []),
        *([Column("department", _("Department"), "name")] if scope.log.has_department else []),
        *([Column("person", _("Person"), "name")] if scope.log.has_resource else []),
    ]
    rows = [
        {
            "activity": one.activity,
            "start": one.start_us,
            "end": one.end_us,
            "after": one.after_s,
            "work": one.work_s,
            "department": one.department,
            "person": scope.names.person(one.resource),
        }
        for one in events
    ]
    return Table("events", tuple(columns), rows, caption=_("Every event of the case"))
