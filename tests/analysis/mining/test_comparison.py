"""Two sides, every measure, and whether the difference may be chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog, Selection
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.breakdown import breakdown
from kehu.analysis.mining.comparison import Comparison, compare, means, medians, shares


def _log(cases: int = 200, slower_h: float = 5.0) -> EventLog:
    """Ask then Answer; the cases with an odd number are ``tier`` tin and take hours more, a third ask twice."""
    random = np.random.default_rng(3)
    rows: dict[str, list] = {name: [] for name in ("case_id", "activity", "timestamp", "tier", "score")}
    for case in range(cases):
        steps = ["Ask", "Ask", "Answer"] if case % 2 and case % 3 == 0 else ["Ask", "Answer"]
        hours = np.cumsum(random.exponential(1, len(steps)))
        hours[-1] += slower_h * (case % 2)
        for step, hour in zip(steps, hours, strict=True):
            moment = np.datetime64("2026-01-05", "ms") + np.timedelta64(round(hour * 3_600_000), "ms")
            values = (f"{case:04}", step, moment, "tin" if case % 2 else "gold", float(case))
            for name, value in zip(rows, values, strict=True):
                rows[name].append(value)
    return event_log(rows)


def _halves(log: EventLog) -> Comparison:
    odd = np.arange(log.cases) % 2 == 1
    return compare(log, Selection(cases=~odd), Selection(cases=odd))


def test_a_true_difference_is_found_on_every_measure_that_has_it():
    found = _halves(_log())
    slower = found.measure("duration_mean")
    assert slower.low is not None
    assert slower.high is not None
    assert slower.p_adjusted is not None
    assert slower.low < (5 + 1 / 3) * 3600 < slower.high
    assert slower.p_adjusted < 1e-10
    assert found.measure("duration_median").difference == pytest.approx(5 * 3600, rel=0.15)
    assert found.measure("rework_share").b == pytest.approx(1 / 3, abs=0.02)
    assert found.measure("cases").difference == 0
    assert {measure.name for measure in found.measures} >= {"variants", "events_per_case", "customer_median"}
    assert "handovers_per_case" not in {measure.name for measure in found.measures}


def test_an_edge_of_one_side_only_is_shown_with_nothing_opposite():
    edge = next(edge for edge in _halves(_log()).edges if edge.target == "Ask")
    assert (edge.count_a, edge.mean_a_s, edge.mean_difference_s) == (0, None, None)
    assert edge.per_case_difference == edge.count_b / 100


def test_a_log_does_not_differ_from_itself():
    log = _log()
    same = compare(log, Selection(), Selection())
    assert all(measure.difference == 0 for measure in same.measures)
    assert all(measure.p_value is None or measure.p_value == 1 for measure in same.measures)
    assert all(edge.per_case_difference == 0 for edge in same.edges)


def test_an_empty_side_is_refused():
    log = _log(4)
    with pytest.raises(InputError, match="second"):
        compare(log, Selection(), Selection(cases=np.zeros(log.cases, np.bool_)))


def test_means_agree_with_scipys_welch():
    random = np.random.default_rng(1)
    a, b = random.normal(0, 1, 30), random.normal(0.5, 3, 50)
    theirs = stats.ttest_ind(b, a, equal_var=False)
    ours = means("x", "1", a, b)
    interval = theirs.confidence_interval()
    assert (ours.p_value, ours.low, ours.high) == pytest.approx((theirs.pvalue, interval.low, interval.high))


def test_shares_agree_with_newcombes_own_example():
    """56 of 70 against 48 of 80: 0.2, from 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    a, b = np.arange(80) < 48, np.arange(70) < 56
    found = shares("x", a, b)
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_medians_interval_covers_the_truth_as_often_as_it_says():
    """95 % of 400 draws of 61 and 40 values, give or take three standard errors."""
    random = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        found = medians("x", random.exponential(1, 61), 1 + random.exponential(1, 40))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1 <= found.high
    assert 0.917 <= covered / 400 <= 0.983


def test_a_breakdown_holds_every_case_once():
    log = _log()
    found = breakdown(log, "tier")
    assert [(segment.value, segment.cases) for segment in found.segments] == [("gold", 100), ("tin", 100)]
    assert found.segments[1].median_s > found.segments[0].median_s
    assert found.segments[0].rework_share == 0


def test_many_numbers_are_broken_down_by_quarters():
    found = breakdown(_log(), "score")
    assert [segment.cases for segment in found.segments] == [50, 50, 50, 50]
    assert {(segment.low, segment.high) for segment in found.segments} >= {(0.0, 49.75)}


def test_an_unknown_attribute_is_refused():
    with pytest.raises(InputError, match="colour"):
        breakdown(_log(4), "colour")
