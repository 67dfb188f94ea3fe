"""The process map: how cases really flow, and between which two steps they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.web.insight.pages.page import Page
from kehu.web.insight.pages.wording import (
    administrative_end,
    end_in_words,
    flow,
    is_administrative,
    nine_in_ten,
    no_starts,
    total_waited,
    waited,
)
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import Column, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.flow import Activity, Edge, FlowGraph

MOST_STEPS, MOST_PATHS = 150, 1200
"""A picture of more is no picture; the tables and their files hold all."""


def build(scope: Scope) -> Page:
    """The page: the map, and the tables of paths and steps behind it."""
    graph = flow(scope)
    return Page(
        title=_answer(scope, graph),
        lead=_lead(scope),
        tables=(_paths(scope, graph), _steps(scope, graph)),
        missing=no_starts(scope),
        more={"graph": drawing(scope, graph)},
    )


def drawing(scope: Scope, graph: FlowGraph) -> dict[str, Any]:
    """What the island draws: numbers for widths and colours, and every text already in the reader's language."""
    steps = graph.activities[:MOST_STEPS]
    known = {step.name for step in steps}
    from kehu.analysis.mining.returns import returns  # noqa: PLC0415 # loaded with the first analysis

    back = scope.kept("returns", lambda: returns(scope.log, scope.selection))
    close = administrative_end(scope)
    edges = [edge for edge in graph.edges if edge.source in known and edge.target in known][:MOST_PATHS]
    named = costliest(scope, graph)
    return {
        "name": scope.name,
        "readings": ["wait", "count", "rework"],
        "steps": [_step(scope, step, graph.cases, back.by_activity.get(step.name, 0)) for step in steps],
        "paths": [
            _path(scope, edge, back.by_path.get((edge.source, edge.target), 0), is_administrative(edge, close))
            | {"named": edge == named}
            for edge in edges
        ],
        "starts": [
            {"to": name, "count": count, "text": _begin(name, count)}
            for name, count in graph.starts.items()
            if name in known
        ],
        "ends": [
            {"from": name, "count": count, "text": _finish(name, count)}
            for name, count in graph.ends.items()
            if name in known
        ],
        "words": words([edge for edge in edges if not is_administrative(edge, close)]),
    }


def words(edges: list[Edge]) -> dict[str, str]:
    """The few words of the island itself."""
    longest = max((waited(edge) for edge in edges), default=0.0)
    most = max((edge.count for edge in edges), default=0)
    return {
        "map": _("Process map. Tab moves along steps and paths, Enter opens the cases behind one."),
        "colour": _("Colour by"),
        "wait": _("Wait"),
        "count": _("Count"),
        "rework": _("Rework"),
        "change": _("Difference"),
        "detail": _("Detail"),
        "covers": _("{steps} of {allSteps} steps, {paths} of {allPaths} paths: {covered}% of all moves"),
        "closer": _("Closer"),
        "farther": _("Farther"),
        "whole": _("The whole map"),
        "svg": _("Save as SVG"),
        "png": _("Save as PNG"),
        "close": _("Close"),
        "width": _("Line width: how many cases go this way"),
        "waitLow": formats.duration(0),
        "waitHigh": formats.duration(longest),
        "countLow": "1",
        "countHigh": formats.number(most),
        "reworkLow": _("none leads back"),
        "reworkHigh": _("all lead back"),
        "changeLow": _("faster"),
        "changeHigh": _("slower"),
    }


def _step(scope: Scope, step: Activity, cases: int, again: int) -> dict[str, Any]:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    count = formats.number(step.count)
    work = _("%(time)s of work") % {"time": formats.duration(step.work.median_s)} if step.work else ""
    return {
        "id": step.name,
        "label": step.name,
        "count": step.count,
        "rework": again,
        "work": step.work.median_s if step.work else None,
        "href": scope.link("cases/", HasActivity((step.name,))),
        "says": {
            "count": " · ".join(part for part in (count, work) if part),
            "wait": "",
            "rework": _("%(share)s done again") % {"share": formats.share(again / step.count)} if again else "",
            "all": f"{step.name}\n" + _("%(count)s times in %(cases)s cases") % {"count": count, "cases": cases},
        },
    }


def _path(scope: Scope, edge: Edge, back: int, administrative: bool) -> dict[str, Any]:
    from kehu.analysis.log.filters import Follows  # noqa: PLC0415 # as above

    count = formats.number(edge.count)
    wait = formats.duration(waited(edge))
    return {
        "from": edge.source,
        "to": edge.target,
        "count": edge.count,
        "wait": waited(edge),
        "rework": back,
        "administrative": administrative,
        "href": scope.link("cases/", Follows(edge.source, edge.target)),
        "says": {
            "wait": _("%(time)s, by a timer") % {"time": wait} if administrative else wait,
            "count": count,
            "rework": formats.number(back) if back else "",
            "all": f"{edge.source} → {edge.target}\n"
            + _("%(count)s times, median %(wait)s, nine in ten within %(p90)s")
            % {
                "count": count,
                "wait": wait,
                "p90": formats.duration(nine_in_ten(edge)),
            },
        },
    }


def _begin(name: str, count: int) -> str:
    return ngettext("%(count)s case begins with %(step)s", "%(count)s cases begin with %(step)s", count) % {
        "count": formats.number(count),
        "step": name,
    }


def _finish(name: str, count: int) -> str:
    return ngettext("%(count)s case ends with %(step)s", "%(count)s cases end with %(step)s", count) % {
        "count": formats.number(count),
        "step": name,
    }


def _answer(scope: Scope, graph: FlowGraph) -> str:
    """The path on which customers together spend most time."""
    if not graph.edges:
        return _("No step follows another here: every case has one event")
    total = sum(total_waited(edge) for edge in _customers_paths(scope, graph))
    worst = costliest(scope, graph)
    if worst is None:
        return _("All steps of a case carry the same time, so that no wait can be seen")
    values = {
        "share": formats.share(total_waited(worst) / total),
        "source": worst.source,
        "target": worst.target,
    }
    if worst.source == worst.target:
        return _("%(share)s of the customer’s time passes before “%(target)s” is done once more") % values
    return _("%(share)s of the customer’s time passes from “%(source)s” to “%(target)s”") % values


def costliest(scope: Scope, graph: FlowGraph) -> Edge | None:
    """The path that takes most of the customers' time together; none where no time passes on any."""
    worst = max(_customers_paths(scope, graph), key=total_waited, default=None)
    return worst if worst and total_waited(worst) else None


def _customers_paths(scope: Scope, graph: FlowGraph) -> list[Edge]:
    close = administrative_end(scope)
    return [edge for edge in graph.edges if not is_administrative(edge, close)]


def _lead(scope: Scope) -> str:
    says = _("Each label is the median time from the end of one step to the end of the next, work included.")
    if scope.log.has_start:
        says = _("Each label is the median wait from the end of one step to the start of the next.")
    return " ".join(part for part in (says, end_in_words(scope)) if part)


def _paths(scope: Scope, graph: FlowGraph) -> Table:
    from kehu.analysis.log.filters import Follows  # noqa: PLC0415 # as above

    close = administrative_end(scope)
    total = sum(total_waited(edge) for edge in graph.edges if not is_administrative(edge, close)) or 1.0
    rows = [
        {
            "source": edge.source,
            "target": edge.target,
            "count": edge.count,
            "median": waited(edge),
            "p90": nine_in_ten(edge),
            "total": None if is_administrative(edge, close) else total_waited(edge) / total,
            "href": scope.link("cases/", Follows(edge.source, edge.target)),
        }
        for edge in sorted(graph.edges, key=lambda one: (is_administrative(one, close), -total_waited(one)))
    ]
    return Table(
        "paths",
        (
            Column("source", _("From"), "name"),
            Column("target", _("To"), "name"),
            Column("count", _("Count"), "count"),
            Column("median", _("Median wait"), "duration"),
            Column("p90", _("Nine in ten within"), "duration"),
            Column("total", _("Share of the customer’s time"), "share", bar=True),
        ),
        rows,
        caption=_("Paths, the longest total time first"),
    )


def _steps(scope: Scope, graph: FlowGraph) -> Table:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    rows = [
        {
            "name": step.name,
            "count": step.count,
            "starts": step.starts,
            "ends": step.ends,
            "work": step.work.median_s if step.work else None,
            "href": scope.link("cases/", HasActivity((step.name,))),
        }
        for step in graph.activities
    ]
    columns = [
        Column("name", _("Step"), "name"),
        Column("count", _("Count"), "count", bar=True),
        Column("starts", _("Begins a case"), "count"),
        Column("ends", _("Ends a case"), "count"),
    ]
    if scope.log.has_start:
        columns.append(Column("work", _("Median work"), "duration"))
    return Table("steps", tuple(columns), rows, caption=_("Steps, the commonest first"))
