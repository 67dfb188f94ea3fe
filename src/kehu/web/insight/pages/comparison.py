"""Comparison: two periods, segments or departments side by side, and the difference on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.web.insight.pages import process_map, scope_bar
from kehu.web.insight.pages.page import Page
from kehu.web.insight.pages.wording import flow
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import LEAST_FOR_A_FIGURE, Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.log.filters import Filter
    from kehu.analysis.mining.breakdown import Segment
    from kehu.analysis.mining.comparison import Comparison, EdgeDifference, Measure

PERIOD, DEPARTMENT = "period", "department"
_CLEAR = 0.05
NAMES = {
    "cases": gettext_lazy("Cases"),
    "variants": gettext_lazy("Variants"),
    "duration_mean": gettext_lazy("Time by the clock, mean"),
    "duration_median": gettext_lazy("Time by the clock, median"),
    "customer_mean": gettext_lazy("Customer’s time, mean"),
    "customer_median": gettext_lazy("Customer’s time, median"),
    "events_per_case": gettext_lazy("Events a case"),
    "repeats_per_case": gettext_lazy("Repeats a case"),
    "rework_share": gettext_lazy("Cases with a repeat"),
    "handovers_per_case": gettext_lazy("Handovers between people, a case"),
    "pingpong_share": gettext_lazy("Cases with ping-pong"),
    "department_handovers_per_case": gettext_lazy("Handovers between departments, a case"),
}


@dataclass(frozen=True)
class Sides:
    """What is compared with what: two filters and their names; ``by`` is what they differ in."""

    by: str
    a: Filter
    b: Filter
    name_a: str
    name_b: str
    value_a: str
    value_b: str
    day: str = ""


def build(scope: Scope) -> Page:
    """The page; without a choice the earlier half of the cases stands beside the later."""
    sides = _sides(scope)
    more = {"choices": _choices(scope), "sides": sides}
    if sides is None or not _both_hold_cases(scope, sides):
        return Page(title=_("There are not two sides to compare in this selection"), more=more | {"sides": {}})
    found = _compared(scope, sides)
    graph = process_map.drawing(scope, flow(scope))
    changes = {(edge.source, edge.target): edge for edge in found.edges}
    graph["readings"] = ["change", "count"]
    graph["paths"] = [_with_change(path, changes.get((path["from"], path["to"]))) for path in graph["paths"]]
    return Page(
        title=_answer(found, sides),
        lead=_("Second minus first, with 95%% intervals; a difference that chance could make is not called one.") % {},
        figures=_figures(found, sides),
        tables=(_measures(found, sides), *_broken_down(scope, sides), _edges(found)),
        more=more | {"graph": graph},
    )


def _both_hold_cases(scope: Scope, sides: Sides) -> bool:
    chosen = [scope.selected((*scope.filters, side)).cases for side in (sides.a, sides.b)]
    return all(bool(scope.log.cases) if mask is None else bool(mask.any()) for mask in chosen)


def _compared(scope: Scope, sides: Sides) -> Comparison:
    from kehu.analysis.mining.comparison import compare  # noqa: PLC0415 # loaded with the first analysis

    first, second = (scope.selected((*scope.filters, side)) for side in (sides.a, sides.b))
    return scope.kept(("compare", sides.a, sides.b), lambda: compare(scope.log, first, second))


def _sides(scope: Scope) -> Sides | None:
    by = scope.setting.get("by", PERIOD)
    if by == PERIOD:
        return _halves(scope)
    values = _values(scope, by)
    if len(values) < 2:
        return None
    a, b = scope.setting.get("a", ""), scope.setting.get("b", "")
    a = a if a in values else values[0]
    b = b if b in values and b != a else next(value for value in values if value != a)
    names = (a, b) if by == DEPARTMENT else (f"{by}: {a}", f"{by}: {b}")
    return Sides(by, _filter(by, a), _filter(by, b), *names, a, b)


def _filter(by: str, value: str) -> Filter:
    from kehu.analysis.log.filters import AttributeIn, Departments  # noqa: PLC0415 # as above

    return Departments((value,)) if by == DEPARTMENT else AttributeIn(by, (value,))


def _values(scope: Scope, by: str) -> tuple[str, ...]:
    if by == DEPARTMENT:
        return scope.log.departments
    return dict(scope_bar.build(scope).attributes).get(by, ())


def _halves(scope: Scope) -> Sides | None:
    """Cases begun before a day and from it on; the day with as many before as after, unless one is named."""
    from kehu.analysis.log.filters import PeriodFilter  # noqa: PLC0415 # as above

    day = scope.setting.get("split", "") or _middle(scope)
    try:
        split = datetime.fromisoformat(day[:10])
    except ValueError:
        return None
    written = formats.moment(int(split.replace(tzinfo=UTC).timestamp() * 1e6), time=False)
    return Sides(
        PERIOD,
        PeriodFilter("started", None, split),
        PeriodFilter("started", split, None),
        _("begun before %(day)s") % {"day": written},
        _("begun from %(day)s") % {"day": written},
        day[:10],
        "",
        written,
    )


def _middle(scope: Scope) -> str:
    from kehu.analysis.mining.cases import middle_begin  # noqa: PLC0415 # as above

    found = scope.kept("middle", lambda: middle_begin(scope.log, scope.selection))
    return "" if found is None else datetime.fromtimestamp(found / 1e6, UTC).date().isoformat()


def _choices(scope: Scope) -> list[dict[str, Any]]:
    """What can be compared: the periods, the departments, every attribute with few values."""
    found: list[dict[str, Any]] = [{"by": PERIOD, "label": _("Two periods"), "values": ()}]
    if len(scope.log.departments) > 1:
        found.append({"by": DEPARTMENT, "label": _("Departments"), "values": scope.log.departments[:500]})
    for name, values in scope_bar.build(scope).attributes:
        found.append({"by": name, "label": name, "values": values})
    return found


def _answer(found: Comparison, sides: Sides) -> str:
    measure = found.measure("customer_median")
    enough = min(found.cases_a, found.cases_b) >= LEAST_FOR_A_FIGURE
    values = {
        "a": sides.name_a,
        "b": sides.name_b,
        "difference": formats.duration(abs(measure.difference)),
    }
    if sides.by == PERIOD and enough and _is_clear(measure):
        values["day"] = sides.day
        if measure.difference > 0:
            return _("Cases begun from %(day)s on take the customer %(difference)s longer than those before") % values
        return _("Cases begun from %(day)s on take the customer %(difference)s less than those before") % values
    if not enough:
        return _("Too few cases on one side to tell “%(a)s” from “%(b)s”") % values
    if not _is_clear(measure):
        return _("“%(a)s” and “%(b)s” take the customer about as long") % values
    if measure.difference > 0:
        return _("“%(b)s” takes the customer %(difference)s longer than “%(a)s”") % values
    return _("“%(b)s” takes the customer %(difference)s less than “%(a)s”") % values


def _is_clear(measure: Measure) -> bool:
    p_value = measure.p_value if measure.p_adjusted is None else measure.p_adjusted
    return p_value is not None and p_value < _CLEAR


def _figures(found: Comparison, sides: Sides) -> tuple[Figure, ...]:
    measure = found.measure("customer_median")
    return (
        Figure(sides.name_a, formats.duration(measure.a), n=found.cases_a, interval=_("median")),
        Figure(sides.name_b, formats.duration(measure.b), n=found.cases_b, interval=_("median")),
        Figure(
            _("Difference"),
            _signed(measure, measure.difference),
            n=min(found.cases_a, found.cases_b),
            of=_interval(measure),
        ),
    )


def _measures(found: Comparison, sides: Sides) -> Table:
    rows = [
        {
            "name": str(NAMES.get(one.name, one.name)),
            "a": _value(one, one.a),
            "b": _value(one, one.b),
            "difference": _signed(one, one.difference),
            "interval": _interval(one),
            "verdict": _verdict(one),
        }
        for one in found.measures
    ]
    return Table(
        "measures",
        (
            Column("name", _("Measure"), "name"),
            Column("a", sides.name_a, "written"),
            Column("b", sides.name_b, "written"),
            Column("difference", _("Difference"), "written"),
            Column("interval", _("95% interval"), "written"),
            Column("verdict", _("Told apart from chance")),
        ),
        rows,
        caption=_("Every measure, side by side"),
    )


def _broken_down(scope: Scope, sides: Sides) -> tuple[Table, ...]:
    """All values of the attribute that is compared, not only the two."""
    if sides.by in {PERIOD, DEPARTMENT}:
        return ()
    from kehu.analysis.mining.breakdown import breakdown  # noqa: PLC0415 # as above

    found = scope.kept(("breakdown", sides.by), lambda: breakdown(scope.log, sides.by, scope.selection))
    columns = (
        Column("value", sides.by, "name"),
        Column("cases", _("Cases"), "count"),
        Column("share", _("Share"), "share"),
        Column("median", _("Customer’s time, median"), "duration", bar=True),
        Column("mean", _("Customer’s time, mean"), "duration"),
        Column("events", _("Events a case"), "number"),
        Column("rework", _("Cases with a repeat"), "share"),
    )
    caption = _("Every value of %(name)s, the commonest first") % {"name": sides.by}
    return (Table("values", columns, [_segment(scope, sides.by, one) for one in found.segments], caption=caption),)


def _segment(scope: Scope, name: str, one: Segment) -> dict[str, Any]:
    """A row; of fewer cases than a figure needs only their number is told."""
    enough = one.cases >= LEAST_FOR_A_FIGURE
    return {
        "value": _("empty") if one.value is None else one.value,
        "cases": one.cases,
        "share": one.share,
        "median": one.customer_median_s if enough else None,
        "mean": one.customer_mean_s if enough else None,
        "events": one.events_per_case if enough else None,
        "rework": one.rework_share if enough else None,
        "href": scope.link("cases/", _filter(name, one.value or "")) if one.low is None else "",
    }


def _value(measure: Measure, value: float) -> str:
    if measure.unit == "s":
        return formats.duration(value)
    if measure.unit == "share":
        return formats.share(value)
    return formats.number(value, decimals=0 if measure.kind == "count" else 2)


def _signed(measure: Measure, value: float) -> str:
    if measure.unit == "share":
        text = _("%(value)s points") % {"value": formats.number(abs(value) * 100, decimals=1)}
    else:
        text = _value(measure, abs(value))
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{text}"


def _interval(measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": _signed(measure, measure.low), "high": _signed(measure, measure.high)}


def _verdict(measure: Measure) -> str:
    if measure.kind == "count":
        return ""
    if measure.p_value is None:
        return _("cannot tell")
    return _("yes") if _is_clear(measure) else _("no")


def _edges(found: Comparison) -> Table:
    rows = [
        {
            "source": edge.source,
            "target": edge.target,
            "a": edge.median_a_s,
            "b": edge.median_b_s,
            "count_a": edge.count_a,
            "count_b": edge.count_b,
            "difference": edge.mean_difference_s,
        }
        for edge in sorted(
            found.edges, key=lambda one: -abs(one.mean_difference_s or 0) * min(one.count_a, one.count_b)
        )
    ]
    return Table(
        "paths",
        (
            Column("source", _("From"), "name"),
            Column("target", _("To"), "name"),
            Column("count_a", _("Count, first"), "count"),
            Column("count_b", _("Count, second"), "count"),
            Column("a", _("Median, first"), "duration"),
            Column("b", _("Median, second"), "duration"),
            Column("difference", _("Difference of means"), "duration"),
        ),
        rows,
        caption=_("Paths on the first side and the second, the difference that touches most cases first"),
    )


def _with_change(path: dict[str, Any], edge: EdgeDifference | None) -> dict[str, Any]:
    """The path with its change; with too few cases on a side there is none to show."""
    enough = edge is not None and min(edge.count_a, edge.count_b) >= LEAST_FOR_A_FIGURE
    change = edge.mean_difference_s if edge is not None and enough else None
    text = (
        "" if change is None else f"{'+' if change > 0 else '−' if change < 0 else ''}{formats.duration(abs(change))}"
    )
    return path | {
        "change": change,
        "administrative": path["administrative"] or change is None,
        "says": path["says"] | {"change": text},
    }
