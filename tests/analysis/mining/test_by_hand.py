"""Six events whose every figure was worked out with pencil and paper."""

from __future__ import annotations

import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog, Header
from kehu.analysis.log.filters import HideActivities, select
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.durations import case_durations
from kehu.analysis.mining.flow import directly_follows
from kehu.analysis.mining.handovers import handovers
from kehu.analysis.mining.variants import variants


@pytest.fixture
def six() -> EventLog:
    """Case 1: Ask 9:00-9:10, Solve 10:00-10:30, Check 10:40-10:50. Case 2: Ask, Solve, Solve, one an hour."""
    return event_log(
        {
            "case_id": ["1", "1", "1", "2", "2", "2"],
            "activity": ["Ask", "Solve", "Check", "Ask", "Solve", "Solve"],
            "start_timestamp": [f"2026-01-01T{t}" for t in ("09:00", "10:00", "10:40", "09:00", "10:00", "11:00")],
            "timestamp": [f"2026-01-01T{t}" for t in ("09:10", "10:30", "10:50", "09:30", "10:20", "11:40")],
            "resource": ["Ann", "Bob", "Ann", "Ann", None, "Bob"],
        }
    )


def test_edges_carry_both_times(six: EventLog):
    """Ask→Solve: end to end 80 and 50 minutes, end to start 50 and 30."""
    edge = directly_follows(six).edge("Ask", "Solve")
    assert edge is not None
    assert (edge.count, edge.mean_s, edge.median_s) == (2, 65 * 60, 65 * 60)
    assert (edge.wait_count, edge.wait_mean_s) == (2, 40 * 60)
    assert edge.p90_s == pytest.approx(77 * 60)


def test_activities_carry_their_own_time(six: EventLog):
    """Solve took 30, 20 and 40 minutes."""
    graph = directly_follows(six)
    solve = graph.activities[0]
    assert (solve.name, solve.count) == ("Solve", 3)
    assert solve.work is not None
    assert (solve.work.mean_s, solve.work.median_s) == (30 * 60, 30 * 60)
    assert graph.starts == {"Ask": 2}
    assert graph.ends == {"Solve": 1, "Check": 1}


def test_a_hidden_step_lets_its_neighbours_meet(six: EventLog):
    graph = directly_follows(six, select(six, [HideActivities(("Solve",))]))
    assert [(edge.source, edge.target, edge.count) for edge in graph.edges] == [("Ask", "Check", 1)]
    assert (graph.cases, graph.events) == (2, 3)


def test_variants_come_in_a_fixed_order(six: EventLog):
    """Equal counts stand in alphabetical order; case 1 took 110 minutes, case 2 took 160."""
    found = variants(six).variants
    assert [variant.activities for variant in found] == [("Ask", "Solve", "Check"), ("Ask", "Solve", "Solve")]
    assert [(variant.count, variant.share, variant.median_s) for variant in found] == [(1, 0.5, 6600), (1, 0.5, 9600)]


def test_durations_run_from_the_first_start(six: EventLog):
    durations = case_durations(six)
    assert (durations.clock.mean_s, durations.clock.median_s) == (135 * 60, 135 * 60)
    assert durations.customer == durations.clock
    assert durations.end is None


def test_the_customers_time_ends_where_it_was_said_to(six: EventLog):
    """Until the last Solve: 90 and 160 minutes."""
    durations = case_durations(six.with_header(end_activity="Solve"))
    assert (durations.customer.mean_s, durations.end, durations.end_from) == (125 * 60, "Solve", "given")


def test_an_end_that_the_log_lacks_is_refused(six: EventLog):
    with pytest.raises(InputError, match="'Closed'"):
        case_durations(six.with_header(end_activity="Closed"))


def test_a_handover_passes_over_what_nobody_did(six: EventLog):
    """Ann→Bob waits 50 minutes in case 1 and 90 in case 2, where a machine worked in between; once it came back."""
    found = handovers(six)
    pair = found.pair("Ann", "Bob")
    assert pair is not None
    assert (pair.count, pair.mean_wait_s, pair.returns, pair.return_rate) == (2, 70 * 60, 1, 0.5)
    back = found.pair("Bob", "Ann")
    assert back is not None
    assert (back.count, back.mean_wait_s, back.returns) == (1, 10 * 60, 0)
    assert (found.count, found.cases_with, found.wait_until) == (3, 2, "start")


def test_without_departments_no_handover_between_them(six: EventLog):
    with pytest.raises(InputError, match="department"):
        handovers(six, by="department")


def test_one_event_is_a_log():
    """No pair, one variant, no duration."""
    log = event_log({"case_id": ["1"], "activity": ["A"], "timestamp": ["2026-01-01"]}, Header())
    assert directly_follows(log).edges == ()
    assert len(variants(log)) == 1
    assert case_durations(log).clock.max_s == 0
