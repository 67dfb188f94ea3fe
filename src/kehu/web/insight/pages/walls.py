"""Walls between departments: where handing over costs the customer more time than work within a department."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.web.insight.pages.page import Missing, Page
from kehu.web.insight.pages.wording import all_missing, end_in_words
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import LEAST_FOR_A_FIGURE, Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.handovers import Handovers
    from kehu.analysis.mining.walls import Wall, Walls

_MATRIX = 12
_HEATS = 5


def build(scope: Scope) -> Page:
    """The page, or what is missing for it."""
    if not scope.log.has_department:
        return _without_departments(scope)
    from kehu.analysis.mining.walls import walls  # noqa: PLC0415 # loaded with the first analysis

    found = scope.kept("walls", lambda: walls(scope.log, scope.selection))
    return Page(
        title=_answer(found),
        lead=_("How much longer work waits after a handover than departments usually let work wait.")
        + f" {end_in_words(scope)}",
        figures=_figures(found),
        tables=(_ranked(scope, found),),
        missing=[
            Missing(
                _("Wrong messages and unequal knowledge cannot be measured."),
                _("Those two harms of a wall need the messages between departments, which a log does not hold."),
            )
        ],
        more={"matrix": matrix(scope, found)},
    )


def told(found: Walls) -> list[Wall]:
    """The walls with enough handovers to be judged."""
    return [wall for wall in found.walls if wall.count >= LEAST_FOR_A_FIGURE]


def _answer(found: Walls) -> str:
    known = told(found)
    if not known:
        return _("No case changes department often enough to tell of a wall")
    first = known[0]
    if first.low <= 0:
        return _("No wall stands out: handovers wait no longer than work within departments")
    values = {"source": first.source, "target": first.target, "excess": formats.duration(first.excess_s)}
    second = known[1] if len(known) > 1 else None
    if second is None or second.index < first.index / 2:
        return _("“%(source)s” → “%(target)s” waits %(excess)s longer than usual; no other wall comes near") % values
    values |= {"source2": second.source, "target2": second.target}
    return (
        _("“%(source)s” → “%(target)s” waits %(excess)s longer than usual; next is “%(source2)s” → “%(target2)s”")
        % values
    )


def _figures(found: Walls) -> tuple[Figure, ...]:
    handed = sum(wall.count for wall in found.walls)
    lost = sum(wall.index for wall in told(found))
    returned = sum(wall.harms.misunderstanding * wall.count for wall in found.walls)
    return (
        Figure(
            _("Customer’s time lost at walls"),
            formats.share(lost),
            n=handed,
            of=_("of all, over %(n)s handovers") % {"n": formats.number(handed)},
        ),
        Figure(_("Sent straight back"), formats.share(returned / handed) if handed else None, n=handed),
        Figure(
            _("Handovers a case"),
            formats.number(handed / max(1, found.cases), decimals=2),
            n=found.cases,
        ),
    )


def _ranked(scope: Scope, found: Walls) -> Table:
    rows = [
        {
            "source": wall.source,
            "target": wall.target,
            "index": wall.index if wall.count >= LEAST_FOR_A_FIGURE else None,
            "interval": f"{formats.share(wall.low)} – {formats.share(wall.high)}"
            if wall.count >= LEAST_FOR_A_FIGURE
            else _("cannot tell (n = %(n)s)") % {"n": wall.count},
            "count": wall.count,
            "median": wall.median_wait_s,
            "mean": wall.mean_wait_s,
            "usual": wall.usual_wait_s,
            "back": wall.harms.misunderstanding,
            "again": wall.harms.useless_coordination,
            "pieces": wall.harms.pieces,
            "href": _cases(scope, wall.source, wall.target),
        }
        for wall in found.walls
    ]
    return Table(
        "walls",
        (
            Column("source", _("From"), "name"),
            Column("target", _("To"), "name"),
            Column("index", _("Customer’s time lost"), "share", bar=True, hot=True),
            Column("interval", _("95% interval")),
            Column("count", _("Handovers"), "count"),
            Column("mean", _("Mean wait"), "duration"),
            Column("usual", _("Usual wait"), "duration"),
            Column("median", _("Median wait"), "duration"),
            Column("back", _("Sent back"), "share", hint=_("Share whose next change of owner goes straight back")),
            Column(
                "again", _("Again, a case"), "number", hint=_("Handovers in this direction beyond the first, a case")
            ),
            Column("pieces", _("Pieces"), "number", hint=_("Stretches of work by one department, a case")),
        ),
        rows,
        caption=_("Walls, the costliest first"),
        empty=_("No case changes department in this selection."),
    )


def _cases(scope: Scope, source: str, target: str) -> str:
    from kehu.analysis.log.filters import Departments  # noqa: PLC0415 # as above

    return scope.link("cases/", Departments((source,)), Departments((target,)))


def matrix(scope: Scope, found: Walls) -> dict[str, Any]:
    """The busiest departments against each other; a cell holds its wait, its heat 0 to 4 and its cases."""
    handled: dict[str, int] = {}
    for wall in found.walls:
        for name in (wall.source, wall.target):
            handled[name] = handled.get(name, 0) + wall.count
    names = sorted(handled, key=lambda name: (-handled[name], name))[:_MATRIX]
    by_pair = {(wall.source, wall.target): wall for wall in found.walls}
    most = max((wall.index for wall in told(found)), default=0.0)
    return {
        "names": names,
        "rows": [(name, [_cell(scope, by_pair.get((name, other)), most) for other in names]) for name in names],
        "left_out": max(0, len(handled) - _MATRIX),
    }


def _cell(scope: Scope, wall: Wall | None, most: float) -> dict[str, Any]:
    if wall is None:
        return {}
    known = wall.count >= LEAST_FOR_A_FIGURE
    heat = round((_HEATS - 1) * (max(0.0, wall.index) / most) ** 0.5) if known and most else 0
    return {
        "text": formats.duration(wall.mean_wait_s) if known else _("n = %(n)s") % {"n": wall.count},
        "heat": heat,
        "href": _cases(scope, wall.source, wall.target),
        "title": _(
            "%(source)s → %(target)s: %(count)s handovers, mean wait %(wait)s, %(share)s of the customer’s time lost"
        )
        % {
            "source": wall.source,
            "target": wall.target,
            "count": formats.number(wall.count),
            "wait": formats.duration(wall.mean_wait_s),
            "share": formats.share(wall.index),
        },
    }


def _without_departments(scope: Scope) -> Page:
    tables: tuple[Table, ...] = ()
    if scope.log.has_resource:
        from kehu.analysis.mining.handovers import handovers  # noqa: PLC0415 # as above

        tables = (_between_people(scope, scope.kept("handovers", lambda: handovers(scope.log, scope.selection))),)
    return Page(
        title=_("This log does not say which department did what"),
        lead=_("So walls cannot be seen. What can be seen is how work passes between people, below.")
        if tables
        else _("So walls cannot be seen."),
        tables=tables,
        missing=all_missing(scope),
    )


def _between_people(scope: Scope, found: Handovers) -> Table:
    people = dict(zip(scope.log.resources, scope.names.people, strict=True))
    rows = [
        {
            "source": people[one.source],
            "target": people[one.target],
            "count": one.count,
            "median": one.median_wait_s,
            "back": one.return_rate,
        }
        for one in found.handovers
    ]
    return Table(
        "handovers",
        (
            Column("source", _("From"), "name"),
            Column("target", _("To"), "name"),
            Column("count", _("Handovers"), "count", bar=True),
            Column("median", _("Median wait"), "duration"),
            Column("back", _("Sent back"), "share"),
        ),
        rows if scope.exports else rows[:200],
        caption=_("Handovers between people, the commonest first"),
    )
