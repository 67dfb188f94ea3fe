"""Rework and ping-pong: what is done twice, and what is passed to and fro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kehu.web.insight.pages.page import Missing, Page
from kehu.web.insight.pages.wording import in_one_unit
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import Chart, Column, Figure, Series, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.pingpong import PingPong
    from kehu.analysis.mining.rework import Rework

_BARS = 10


def build(scope: Scope) -> Page:
    """The page."""
    from kehu.analysis.mining.rework import rework  # noqa: PLC0415 # loaded with the first analysis

    found = scope.kept("rework", lambda: rework(scope.log, scope.selection))
    games = _pingpongs(scope)
    return Page(
        title=_answer(found),
        lead=_(
            "A repeat is each time a step is done in a case after the first; its cost is the time from the step before."
        ),
        figures=_figures(found, games),
        charts=_costs(scope, found),
        tables=(_steps(scope, found), *(_pairs(scope, one) for one in games)),
        missing=()
        if games
        else (Missing(_("Ping-pong cannot be seen."), _("No column says who, or which department, did the work.")),),
    )


def _pingpongs(scope: Scope) -> list[PingPong]:
    from kehu.analysis.mining.pingpong import pingpong  # noqa: PLC0415 # as above

    found = []
    if scope.log.has_department:
        found.append(scope.kept("ping-pong of departments", lambda: pingpong(scope.log, scope.selection, "department")))
    if scope.log.has_resource:
        found.append(scope.kept("ping-pong of people", lambda: pingpong(scope.log, scope.selection, "resource")))
    return found


def _answer(found: Rework) -> str:
    if not found.repeats:
        return _("No case repeats a step")
    worst = found.by_activity[0]
    return _("%(share)s of cases repeat a step; repeats of “%(step)s” cost most, %(total)s in all") % {
        "share": formats.share(found.share),
        "step": worst.activity,
        "total": formats.duration(worst.total_s),
    }


def _figures(found: Rework, games: list[PingPong]) -> list[Figure]:
    figures = [
        Figure(_("Cases with a repeat"), formats.share(found.share), n=found.all_cases),
        Figure(
            _("Repeats"),
            formats.number(found.repeats),
            always=True,
            of=_("%(each)s a case") % {"each": formats.number(found.repeats / max(1, found.all_cases), decimals=2)},
        ),
    ]
    for one in games:
        name = _("Ping-pong between departments") if one.by == "department" else _("Ping-pong between people")
        figures.append(Figure(name, formats.share(one.share), n=one.all_cases, of=_("of cases")))
    return figures


def _costs(scope: Scope, found: Rework) -> list[Chart]:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    worst = [one for one in found.by_activity if one.repeats][:_BARS]
    if not worst:
        return []
    unit, values = in_one_unit(one.total_s for one in worst)
    first = worst[0].total_s / found.total_s if found.total_s else 0
    return [
        Chart(
            "cost",
            "rows",
            _("“%(step)s” holds %(share)s of the time that repeats take")
            % {"step": worst[0].activity, "share": formats.share(first)},
            [one.activity for one in worst],
            (Series(_("Time of repeats, all cases"), values),),
            axis=_("Step"),
            unit=unit,
            links=[scope.link("cases/", HasActivity((one.activity,))) for one in worst],
        )
    ]


def _steps(scope: Scope, found: Rework) -> Table:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    columns = [
        Column("name", _("Step"), "name"),
        Column("repeats", _("Repeats"), "count"),
        Column("cases", _("Cases repeating it"), "count"),
        Column("share", _("Of the cases with it"), "share", bar=True),
        Column("immediate", _("Straight after itself"), "count"),
        Column("median", _("Median cost"), "duration"),
        Column("total", _("Cost in all"), "duration"),
    ]
    if scope.log.has_start:
        columns.append(Column("work", _("Work in it"), "duration"))
    rows = [
        {
            "name": one.activity,
            "repeats": one.repeats,
            "cases": one.cases,
            "share": one.share,
            "immediate": one.immediate,
            "median": one.median_s,
            "total": one.total_s,
            "work": one.work_s,
            "href": scope.link("cases/", HasActivity((one.activity,))),
        }
        for one in found.by_activity
    ]
    return Table("rework", tuple(columns), rows, caption=_("Repeated steps, the costliest first"))


def _pairs(scope: Scope, found: PingPong) -> Table:
    people = dict(zip(scope.log.resources, scope.names.people, strict=True)) if found.by == "resource" else {}
    rows = [
        {
            "owner": people.get(one.owner, one.owner),
            "via": people.get(one.via, one.via),
            "count": one.count,
            "median": one.median_s,
            "total": one.total_s,
        }
        for one in found.pairs
    ]
    caption = _("To and fro between departments") if found.by == "department" else _("To and fro between people")
    return Table(
        f"pingpong-{found.by}",
        (
            Column("owner", _("Gave it away and got it back"), "name"),
            Column("via", _("Sent it back"), "name"),
            Column("count", _("Times"), "count", bar=True),
            Column("median", _("Median time away"), "duration"),
            Column("total", _("Time away in all"), "duration"),
        ),
        rows if scope.exports else rows[:100],
        caption=caption,
        empty=_("Nothing was passed to and fro in this selection."),
    )
