"""Two selections of a log side by side, on every measure, with the difference, its interval and a test.

Means: Welch's interval and test (Biometrika 34, 1947). Shares: Newcombe's hybrid score interval (Statistics in Medicine
17, 1998, method 10) and the pooled z test. Medians: Price and Bonett's interval for a difference of medians (Journal
of Statistical Computation and Simulation 72, 2002) and the test with it. All intervals are of 95 %; ``p_adjusted``
holds the false discovery rate over all measures (Benjamini and Hochberg, 1995). Cases count as independent.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EventLog, Selection
from kehu.analysis.mining.flow import Edge, FlowGraph, directly_follows
from kehu.analysis.mining.percase import CaseRows, case_rows
from kehu.analysis.mining.variants import variants

Floats = npt.NDArray[np.float64]
Kind = Literal["count", "mean", "median", "share"]


@dataclass(frozen=True)
class Measure:
    """One measure of both sides; ``difference`` is b - a, with its 95 % interval and test where one can be given.

    ``unit``: ``s`` (seconds), ``1`` (a number) or ``share`` (0-1).
    """

    name: str
    kind: Kind
    unit: Literal["s", "1", "share"]
    a: float
    b: float
    difference: float
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True)
class EdgeDifference:
    """One edge of the map on both sides: how often a case takes it, and the seconds it takes."""

    source: str
    target: str
    count_a: int
    count_b: int
    per_case_a: float
    per_case_b: float
    per_case_difference: float
    mean_a_s: float | None
    mean_b_s: float | None
    mean_difference_s: float | None
    median_a_s: float | None
    median_b_s: float | None

    def to_json(self) -> dict[str, Any]:
        """With ``from`` and ``to``, as edges are written everywhere."""
        fields = asdict(self)
        return {"from": fields.pop("source"), "to": fields.pop("target"), **fields}


@dataclass(frozen=True)
class Comparison:
    """Measures in a fixed order; ``edges`` from the greatest difference in how often a case takes them."""

    cases_a: int
    cases_b: int
    measures: tuple[Measure, ...]
    edges: tuple[EdgeDifference, ...]

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        return next(measure for measure in self.measures if measure.name == name)

    def to_json(self) -> dict[str, Any]:
        """As a screen's API and ``kehu mine`` write it."""
        return {
            "cases_a": self.cases_a,
            "cases_b": self.cases_b,
            "measures": [asdict(measure) for measure in self.measures],
            "edges": [edge.to_json() for edge in self.edges],
        }


def compare(log: EventLog, a: Selection, b: Selection) -> Comparison:
    """Compare two selections of a log. Raises InputError where one of them holds no case."""
    rows_a, rows_b = case_rows(log, a), case_rows(log, b)
    for rows, side in ((rows_a, Sentence("first")), (rows_b, Sentence("second"))):
        if not rows.case.size:
            raise InputError(
                Sentence("the %(side)s side of the comparison holds no case", side=side),
                remedy=Sentence("Change its filters"),
            )
    counts = (Measure("cases", "count", "1", *_with_difference(rows_a.case.size, rows_b.case.size)),)
    kinds = (Measure("variants", "count", "1", *_with_difference(len(variants(log, a)), len(variants(log, b)))),)
    measures = _adjusted((*counts, *kinds, *_measured(log, rows_a, rows_b)))
    return Comparison(
        cases_a=int(rows_a.case.size),
        cases_b=int(rows_b.case.size),
        measures=measures,
        edges=_edges(directly_follows(log, a), directly_follows(log, b)),
    )


def _measured(log: EventLog, a: CaseRows, b: CaseRows) -> list[Measure]:
    found = [
        means("duration_mean", "s", a.clock / 1e6, b.clock / 1e6),
        medians("duration_median", a.clock / 1e6, b.clock / 1e6),
        means("customer_mean", "s", a.customer / 1e6, b.customer / 1e6),
        medians("customer_median", a.customer / 1e6, b.customer / 1e6),
        means("events_per_case", "1", a.events, b.events),
        means("repeats_per_case", "1", a.repeats, b.repeats),
        shares("rework_share", a.repeats > 0, b.repeats > 0),
    ]
    if log.has_resource:
        found.append(means("handovers_per_case", "1", a.handovers, b.handovers))
        found.append(shares("pingpong_share", a.returns > 0, b.returns > 0))
    if log.has_department:
        found.append(means("department_handovers_per_case", "1", a.walls, b.walls))
    return found


def means(name: str, unit: Literal["s", "1"], a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Measure:
    """The difference of two means with Welch's interval and test; none where a side has fewer than two values."""
    values = _with_difference(float(a.mean()), float(b.mean()))
    if min(a.size, b.size) < 2:
        return Measure(name, "mean", unit, *values)
    parts = [(float(side.var(ddof=1)) / side.size, side.size - 1) for side in (a, b)]
    spread = sum(variance for variance, _ in parts)
    if spread == 0:
        return Measure(name, "mean", unit, *values)
    freedom = spread**2 / sum(variance**2 / free for variance, free in parts)
    reach = float(stats.t.ppf(0.975, freedom)) * math.sqrt(spread)
    p_value = 2 * float(stats.t.sf(abs(values[2]) / math.sqrt(spread), freedom))
    return Measure(name, "mean", unit, *values, values[2] - reach, values[2] + reach, p_value)


def shares(name: str, a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> Measure:
    """The difference of two shares with Newcombe's interval and the pooled z test."""
    share_a, share_b = float(a.mean()), float(b.mean())
    low_a, high_a = _wilson(share_a, a.size)
    low_b, high_b = _wilson(share_b, b.size)
    difference = share_b - share_a
    low = difference - math.hypot(share_b - low_b, high_a - share_a)
    high = difference + math.hypot(high_b - share_b, share_a - low_a)
    pooled = float(a.sum() + b.sum()) / (a.size + b.size)
    error = math.sqrt(pooled * (1 - pooled) * (1 / a.size + 1 / b.size))
    p_value = 2 * float(stats.norm.sf(abs(difference) / error)) if error else None
    return Measure(name, "share", "share", share_a, share_b, difference, low, high, p_value)


def medians(name: str, a: Floats, b: Floats) -> Measure:
    """The difference of two medians of seconds with Price and Bonett's interval; none below five values a side."""
    values = _with_difference(float(np.median(a)), float(np.median(b)))
    if min(a.size, b.size) < 5:
        return Measure(name, "median", "s", *values)
    error = math.hypot(_median_error(a), _median_error(b))
    if error == 0:
        return Measure(name, "median", "s", *values)
    reach = 1.959964 * error
    p_value = 2 * float(stats.norm.sf(abs(values[2]) / error))
    return Measure(name, "median", "s", *values, values[2] - reach, values[2] + reach, p_value)


def _median_error(values: Floats) -> float:
    """The standard error of a median from two of its order statistics, whose coverage is known exactly."""
    size = values.size
    place = max(1, round((size + 1) / 2 - math.sqrt(size)))
    ordered = np.partition(values, (place - 1, size - place))
    reach = float(stats.norm.isf(stats.binom.cdf(place - 1, size, 0.5)))
    return float(ordered[size - place] - ordered[place - 1]) / (2 * reach)


def _wilson(share: float, size: int) -> tuple[float, float]:
    interval = stats.binomtest(round(share * size), size).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def _with_difference(a: float, b: float) -> tuple[float, float, float]:
    return a, b, b - a


def _adjusted(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    tested = [measure.p_value for measure in measures if measure.p_value is not None]
    if not tested:
        return measures
    adjusted = iter(stats.false_discovery_control(tested).tolist())
    return tuple(
        measure if measure.p_value is None else replace(measure, p_adjusted=next(adjusted)) for measure in measures
    )


def _edges(a: FlowGraph, b: FlowGraph) -> tuple[EdgeDifference, ...]:
    of_a, of_b = ({(edge.source, edge.target): edge for edge in graph.edges} for graph in (a, b))
    found = [_edge(pair, of_a.get(pair), of_b.get(pair), a.cases, b.cases) for pair in of_a | of_b]
    return tuple(sorted(found, key=lambda edge: (-abs(edge.per_case_difference), edge.source, edge.target)))


def _edge(pair: tuple[str, str], a: Edge | None, b: Edge | None, cases_a: int, cases_b: int) -> EdgeDifference:
    per_case_a, per_case_b = (a.count if a else 0) / cases_a, (b.count if b else 0) / cases_b
    return EdgeDifference(
        source=pair[0],
        target=pair[1],
        count_a=a.count if a else 0,
        count_b=b.count if b else 0,
        per_case_a=per_case_a,
        per_case_b=per_case_b,
        per_case_difference=per_case_b - per_case_a,
        mean_a_s=a.mean_s if a else None,
        mean_b_s=b.mean_s if b else None,
        mean_difference_s=b.mean_s - a.mean_s if a and b else None,
        median_a_s=a.median_s if a else None,
        median_b_s=b.median_s if b else None,
    )
