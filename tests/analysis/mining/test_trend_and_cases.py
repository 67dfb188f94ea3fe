"""Cases a page at a time, and the customer's time by period; answers by hand."""

from datetime import date

import numpy as np
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.cases import case_events, list_cases, middle_begin
from kehu.analysis.mining.trend import median_interval, trend

LOG = event_log(
    {
        "case_id": ["a", "a", "b", "b", "c", "c"],
        "activity": ["x", "y", "x", "z", "x", "y"],
        "timestamp": ["2026-01-05", "2026-01-06", "2026-01-06", "2026-01-16", "2026-01-20", "2026-01-22"],
        "resource": ["p", "q", "p", None, "p", "p"],
    }
)


def test_cases_stand_in_the_order_asked_for():
    assert [case.id for case in list_cases(LOG).cases] == ["b", "c", "a"]
    assert [case.id for case in list_cases(LOG, order="shortest", most=2).cases] == ["a", "c"]
    assert [case.id for case in list_cases(LOG, order="newest", skip=1).cases] == ["b", "a"]
    first = list_cases(LOG).cases[0]
    assert (first.clock_s, first.events, first.last) == (10 * 86400, 2, "z")


def test_one_case_is_told_event_by_event():
    events = case_events(LOG, "b")
    assert [(one.activity, one.resource, one.after_s) for one in events] == [("x", 0, None), ("z", -1, 864_000.0)]
    with pytest.raises(InputError, match="no case 'd'"):
        case_events(LOG, "d")


def test_no_period_is_left_out():
    found = trend(LOG)
    assert found.step == "day"
    assert (found.periods[0].begin, found.periods[-1].begin, len(found.periods)) == (
        date(2026, 1, 5),
        date(2026, 1, 20),
        16,
    )
    assert [one.cases for one in found.periods if one.cases] == [1, 1, 1]
    assert found.periods[0].median_s == 86_400
    assert found.periods[0].low_s is None


def test_a_period_too_near_the_end_is_not_whole():
    """Nine in ten cases take up to 8.4 days: what began after the 13th may not have had the time."""
    assert next(one.begin.day for one in trend(LOG).periods if not one.whole) == 13


def test_the_interval_of_a_median_covers_it_as_often_as_it_says():
    """Coverage of the order-statistics interval over 400 draws; at least 0.93 of nominal 0.95."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        low, high = median_interval(np.sort(random.exponential(1e6, 41)).astype(np.int64))
        held += low <= np.log(2) * 1e6 <= high
    assert held / 400 >= 0.93


def test_half_the_cases_begin_before_the_middle():
    assert middle_begin(LOG) == 1_767_657_600_000_000  # 2026-01-06
