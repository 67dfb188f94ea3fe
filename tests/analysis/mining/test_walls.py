"""A wall is where taking over from another department costs the customer more than work within one."""

from __future__ import annotations

import numpy as np
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.pingpong import pingpong
from kehu.analysis.mining.rework import rework
from kehu.analysis.mining.walls import walls

_DAY = 86400.0
_DESKS = ["Desk", "Desk", "Stock", "Stock", "Field", "Field"]
_STEPS = ["Ask", "Answer", "Find", "Pack", "Bring", "Thank"]


def planted(wall_days: float = 3.0, cases: int = 200, within_stock_days: float = 0.0) -> dict[str, list]:
    """Cases that go from Desk to Stock to Field; each wait is about two hours, and Stock → Field takes days more."""
    random = np.random.default_rng(7)
    rows: dict[str, list] = {name: [] for name in ("case_id", "activity", "timestamp", "department", "resource")}
    for case in range(cases):
        hours = random.exponential(2, len(_STEPS))
        hours[4] += 24 * wall_days
        hours[3] += 24 * within_stock_days
        ends = np.datetime64("2026-01-05T08:00", "s") + (case * 3600 + np.cumsum(hours * 3600)).astype("m8[s]")
        for step, desk, end in zip(_STEPS, _DESKS, ends, strict=True):
            for name, value in zip(rows, (f"{case:04}", step, end, desk, desk + " man"), strict=True):
                rows[name].append(value)
    return rows


def test_a_planted_wall_of_three_days_ranks_first():
    found = walls(event_log(planted()))
    first, second = found.walls
    assert (first.source, first.target, first.count) == ("Stock", "Field", 200)
    assert first.excess_s / _DAY == pytest.approx(3, abs=0.05)
    assert first.low < first.index < first.high
    assert first.index == pytest.approx(200 * first.excess_s / found.customer_s)
    assert second.index < 0.01


def test_a_slow_step_within_a_department_is_no_wall_and_hides_none():
    """Packing in Stock takes five days more; the wall into Field stays first."""
    first = walls(event_log(planted(within_stock_days=5))).walls[0]
    assert (first.source, first.target) == ("Stock", "Field")
    assert first.excess_s / _DAY > 1


def test_without_a_wall_the_index_is_about_nothing():
    for wall in walls(event_log(planted(wall_days=0))).walls:
        assert wall.index < 0.03
        assert wall.low == 0


def test_waits_after_the_customers_end_raise_no_wall():
    """With the end at Pack, the three days into Field are not the customer's."""
    found = walls(event_log(planted()).with_header(end_activity="Pack"))
    assert [(wall.source, wall.target) for wall in found.walls] == [("Desk", "Stock")]


def test_the_harms_are_counted_by_pair():
    """Desk → Stock → Desk → Stock: sent back once of twice, twice in one case, four pieces."""
    log = event_log(
        {
            "case_id": ["1"] * 4,
            "activity": list("ABAB"),
            "timestamp": [f"2026-01-01T{hour:02}:00" for hour in (8, 10, 11, 16)],
            "department": ["Desk", "Stock", "Desk", "Stock"],
        }
    )
    there, back = walls(log).walls
    assert (there.source, there.count, there.mean_wait_s, there.index) == ("Desk", 2, 3.5 * 3600, 7 / 8)
    assert (there.harms.misunderstanding, there.harms.useless_coordination, there.harms.pieces) == (0.5, 1, 4)
    assert (there.harms.slow_flow, there.harms.wrong_messages, there.harms.information_asymmetry) == (7 / 8, None, None)
    assert (back.count, back.harms.misunderstanding) == (1, 1)


def test_a_log_without_departments_is_refused():
    log = event_log({"case_id": ["1"], "activity": ["A"], "timestamp": ["2026-01-01"]})
    with pytest.raises(InputError, match="department"):
        walls(log)


@pytest.fixture
def back_and_forth() -> EventLog:
    """Case 1: Ann A 0:00, Bob B 1:00, Ann A 3:00, Cid C 4:00, Ann A 10:00. Case 2: Ann A, A, A an hour apart."""
    return event_log(
        {
            "case_id": ["1"] * 5 + ["2"] * 3,
            "activity": list("ABACA") + list("AAA"),
            "timestamp": [f"2026-01-01T{hour:02}:00" for hour in (0, 1, 3, 4, 10, 0, 1, 2)],
            "resource": ["Ann", "Bob", "Ann", "Cid", "Ann", "Ann", "Ann", "Ann"],
        }
    )


def test_ping_pong_is_work_that_came_straight_back(back_and_forth: EventLog):
    """Ann had it back from Bob after three hours and from Cid after seven; Bob never had his back."""
    found = pingpong(back_and_forth)
    assert (found.cases, found.count, found.share) == (1, 2, 0.5)
    assert [(pair.owner, pair.via, pair.mean_s) for pair in found.pairs] == [
        ("Ann", "Bob", 3 * 3600),
        ("Ann", "Cid", 7 * 3600),
    ]


def test_rework_counts_repeats_and_their_time(back_and_forth: EventLog):
    """A repeats twice in both cases: 2 and 6 hours, then 1 and 1; those in case 2 follow A itself."""
    found = rework(back_and_forth)
    assert (found.cases, found.all_cases, found.repeats, found.total_s) == (2, 2, 4, 10 * 3600)
    (again,) = found.by_activity
    assert (again.activity, again.cases, again.cases_with, again.share, again.immediate) == ("A", 2, 2, 1, 2)
    assert (again.mean_s, again.work_s) == (2.5 * 3600, None)
