from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bpmn.drawing import draw
from kehu.analysis.errors import InputError
from kehu.analysis.log.reading import event_log, read_log
from kehu.analysis.log.staging import ImportOptions
from kehu.analysis.mining.conformance import Conformance, replay, replay_traces
from kehu.analysis.mining.discovery import discover, discover_tree
from kehu.analysis.mining.process_tree import to_process
from kehu.analysis.mining.traces import traces_of
from kehu.analysis.mining.walkthrough import walk_through

SEQUENCE = draw("start > a > b > c > end")


def against(process, **cases: int) -> Conformance:
    return replay_traces(traces_of([(tuple(word), count) for word, count in cases.items()]), process)


def told(found: Conformance) -> list[tuple[str, str, int, int]]:
    return [(item.kind.value, item.activity, item.count, item.cases) for item in found.deviations]


def test_what_fits_is_whole_and_precise():
    found = against(SEQUENCE, abc=10)
    assert (found.fitness, found.precision, found.fitting, found.deviations) == (1.0, 1.0, 10, ())


def test_fitness_counts_missing_and_remaining_tokens():
    """``ac`` by hand: of start's, a's and c's tokens the one for c is lacking and the one behind a is left."""
    found = against(SEQUENCE, ac=1)
    assert found.fitness == pytest.approx(2 / 3)
    assert told(found) == [("skipped", "b", 1, 1)]


def test_cases_weigh_by_their_number():
    """9 cases of 4 tokens, one of 3 of which one is lacking and one left: 1 of 39."""
    assert against(SEQUENCE, abc=9, ac=1).fitness == pytest.approx(1 - 1 / 39)


def test_precision_counts_ways_nobody_took():
    """A then b or c, and only b was taken: of the 1 + 2 steps allowed, weighted alike, one escapes."""
    choice = draw("start > a > xor1 > b > xor2 > end; xor1 > c > xor2")
    assert against(choice, ab=4).precision == pytest.approx(1 - 1 / 3)
    assert against(choice, ab=4, ac=1).precision == 1.0


@pytest.mark.parametrize(
    ("case", "deviations"),
    [
        ("ac", [("skipped", "b", 3, 3)]),
        ("abbc", [("inserted", "b", 3, 3)]),
        ("axbc", [("unknown", "x", 3, 3)]),
        ("ab", [("skipped", "c", 3, 3)]),
        ("abcbb", [("inserted", "b", 6, 3)]),
    ],
)
def test_deviations_are_named_by_step_with_their_cases(case, deviations):
    found = against(SEQUENCE, abc=5, **{case: 3})
    assert told(found) == deviations
    assert found.fitting == 5
    assert found.deviations[0].examples == ("5", "6", "7")


def test_a_step_in_the_wrong_place_is_told_once():
    (item,) = against(SEQUENCE, cab=2).deviations
    assert (item.kind.value, item.activity, item.count, item.node) == ("wrong order", "c", 2, "c")


def test_examples_are_five_at_most_and_the_result_is_json():
    found = json.loads(json.dumps(against(SEQUENCE, ac=9).to_json()))
    assert found["deviations"][0]["examples"] == ["0", "1", "2", "3", "4"]
    assert set(found) >= {"fitness", "precision", "deviations", "cases", "fitting"}


def test_a_process_that_cannot_be_walked_through_is_refused():
    with pytest.raises(InputError, match="has no end event"):
        against(draw("start > a"), a=1)


words = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(words, words)
def test_shares_stay_between_0_and_1_and_fit_is_what_costs_nothing(model, cases):
    process = to_process(discover_tree(traces_of([(tuple(word), 1) for word in model]), 0))
    found = replay_traces(traces_of([(tuple(word), 1) for word in cases]), process)
    assert 0 <= found.fitness <= 1
    assert 0 <= found.precision <= 1
    assert (found.fitting == found.cases) == (found.fitness == 1) == (found.alignment_cost == 0)


@pytest.mark.parametrize("name", ["receipt", "helpdesk", "repair_example"])
def test_a_process_discovered_without_noise_replays_its_real_log(data, name):
    log = read_log(data(f"{name}.parquet"), ImportOptions(lifecycle="raw"))
    found = replay(log, discover(log, noise=0))
    assert (found.fitness, found.fitting, found.deviations) == (1.0, log.cases, ())


def log_of(*cases: str):
    rows = [(f"c{number}", step, at) for number, case in enumerate(cases) for at, step in enumerate(case)]
    return event_log(
        {
            "case_id": [row[0] for row in rows],
            "activity": [row[1] for row in rows],
            "timestamp": [f"2026-01-01T{row[2]:02}:00" for row in rows],
        }
    )


def test_examples_are_named_by_their_case_ids():
    assert replay(log_of("abc", "ac", "abc", "ac"), SEQUENCE).deviations[0].examples == ("c1", "c3")


def test_a_walk_through_draws_cases_by_variant_and_tells_each_step():
    """Of 6 + 2 cases, 4 places: 3 and 1."""
    log = log_of(*["abc"] * 6, *["ac"] * 2)
    walked = walk_through(log, SEQUENCE, 4, seed=7)
    assert [case.passed for case in walked.cases].count(True) == 3
    (bad,) = (case for case in walked.cases if not case.passed)
    assert bad.case in {"c6", "c7"}
    assert [(step.activity, step.deviation) for step in bad.steps] == [("a", None), ("b", "skipped"), ("c", None)]
    assert walked == walk_through(log, SEQUENCE, 4, seed=7)
    assert walked.covered == 1.0


def test_a_walk_through_asks_for_no_more_cases_than_there_are():
    assert len(walk_through(log_of("abc"), SEQUENCE, 10).cases) == 1
    with pytest.raises(InputError):
        walk_through(log_of("abc"), SEQUENCE, 0)
