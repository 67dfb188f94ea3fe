from __future__ import annotations

import heapq
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bpmn.drawing import draw
from kehu.analysis.bpmn import Kind, Node, Process, Timer, compile_net, start, step, waiting
from kehu.analysis.mining.alignments import Aligner, Move, align_traces
from kehu.analysis.mining.discovery import discover_tree
from kehu.analysis.mining.play import play_of
from kehu.analysis.mining.process_tree import to_process
from kehu.analysis.mining.traces import traces_of


def cost_of(process: Process, *cases: str) -> list[int | None]:
    variants = traces_of([(tuple(case), 1) for case in cases])
    found = align_traces(variants, process).alignments
    by_name = {"".join(variants.names_of(item.variant)): item.cost for item in found}
    return [by_name[case] for case in cases]


def cheapest(process: Process, case: str) -> int | None:
    """The cost by Dijkstra over the token step function, which knows nothing of masks, folds or bounds."""
    net = compile_net(process)
    todo = [(0, 0, marking) for marking in start(net)]
    seen = set()
    while todo:
        cost, at, marking = heapq.heappop(todo)
        if (at, marking) in seen:
            continue
        seen.add((at, marking))
        if at == len(case) and not marking:
            return cost
        if at < len(case):
            heapq.heappush(todo, (cost + 1, at + 1, marking))
        for node in waiting(net, marking):
            for after in step(net, marking, node):
                heapq.heappush(todo, (cost + 1, at, after))
                if at < len(case) and process.node_by_id[node].name == case[at]:
                    heapq.heappush(todo, (cost, at + 1, after))
    return None


SEQUENCE = draw("start > a > b > c > end")


@pytest.mark.parametrize(
    ("case", "cost"),
    [("abc", 0), ("ac", 1), ("abbc", 1), ("acb", 2), ("", 3), ("axbc", 1), ("xyz", 6)],
)  # fmt: skip
def test_each_step_of_one_side_alone_costs_one(case, cost):
    if case:
        assert cost_of(SEQUENCE, case) == [cost]


def test_the_steps_name_what_was_left_out_and_put_in():
    variants = traces_of([(("a", "x", "c"), 1)])
    (found,) = align_traces(variants, SEQUENCE).alignments
    assert found.cost == 2
    assert [(item.move, item.activity) for item in found.steps if item.move is not Move.TOGETHER] in (
        [(Move.LOG_ONLY, "x"), (Move.MODEL_ONLY, "b")],
        [(Move.MODEL_ONLY, "b"), (Move.LOG_ONLY, "x")],
    )
    assert [item.activity for item in found.steps if item.move is not Move.MODEL_ONLY] == ["a", "x", "c"]


def test_parallel_steps_fit_in_any_order_and_a_choice_allows_one():
    parallel = draw("start > and1 > a > and2 > c > end; and1 > b > and2")
    assert cost_of(parallel, "abc", "bac", "cab", "c") == [0, 0, 2, 2]
    choice = draw("start > xor1 > a > xor2 > end; xor1 > b > xor2")
    assert cost_of(choice, "a", "b", "ab") == [0, 0, 1]


def test_loops_and_silent_ways_cost_nothing():
    loop = draw("start > xor1 > a > xor2 > end; xor2 > xor1; xor2 > xor3 > b > xor4 > xor1; xor3 > xor4")
    assert cost_of(loop, "a", "aaa", "ababa", "bb") == [0, 0, 0, 3]


def test_a_process_that_cannot_finish_has_no_cost():
    """Two ways of a choice that meet in a parallel gateway wait for each other for ever."""
    assert cost_of(draw("start > xor1 > a > and1 > end; xor1 > b > and1"), "a") == [None]


def test_a_search_that_is_given_up_says_so():
    variants = traces_of([(("c", "b", "a"), 3)])
    found = align_traces(variants, SEQUENCE, most=2)
    assert found.alignments[0].cost is None
    assert found.unknown == 3


def with_subprocess(*, interrupting: bool) -> Process:
    """S holds a and b side by side; the timer t on it leads to l."""
    drawn = draw(
        "start > S > d > end; t > l > end; start2 > and1 > a > and2 > end2; and1 > b > and2",
        S=Node("S", Kind.SUBPROCESS),
        t=Node("t", Kind.BOUNDARY, "t", None, Timer("duration", "P1D"), "S", interrupting),
    )
    inner = {"start2", "and1", "a", "b", "and2", "end2"}
    return replace(drawn, nodes=tuple(replace(n, parent="S") if n.id in inner else n for n in drawn.nodes))


@pytest.mark.parametrize("interrupting", [True, False])
def test_subprocesses_and_timers_mean_the_same_as_step_by_step(interrupting):
    """A timer that the log names is a step like any other."""
    process = with_subprocess(interrupting=interrupting)
    cases = ["abd", "bad", "tl", "atl", "atld", "atlbd", "abtd", "dab", "al", "ta"]
    assert cost_of(process, *cases) == [cheapest(process, case) for case in cases]
    assert cost_of(process, "abd", "atl") == [0, 0 if interrupting else 2]


words = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=1, max_size=5)


@settings(deadline=None, max_examples=100)
@given(words, words, st.sampled_from([0, 0.3]))
def test_no_way_is_cheaper(model, cases, noise):
    """Folds, masks and bounds change no cost: prints the case whose cost differs from the plain search's."""
    process = to_process(discover_tree(traces_of([(tuple(word), 1) for word in model]), noise))
    assert cost_of(process, *cases) == [cheapest(process, case) for case in cases]


@settings(deadline=None, max_examples=30)
@given(words, words)
def test_steps_tell_the_case_and_the_cost(model, cases):
    process = to_process(discover_tree(traces_of([(tuple(word), 1) for word in model]), 0))
    variants = traces_of([(tuple(case), 1) for case in cases])
    for item in align_traces(variants, process).alignments:
        done = tuple(step.activity for step in item.steps if step.move is not Move.MODEL_ONLY)
        assert done == variants.names_of(item.variant)
        assert sum(step.move is not Move.TOGETHER for step in item.steps) == item.cost


def test_what_was_learnt_changes_no_answer():
    """A used aligner, its stores grown, and a new one agree."""
    variants = traces_of([(tuple(word), 1) for word in ("abcabd", "dcba", "abab", "bcda", "aabbccdd")])
    process = to_process(discover_tree(variants, 0.3))
    used = Aligner(play_of(process, variants.activities))
    used._moves = used._moves[:1]
    used._marks, used._bounds = used._marks[:1], used._bounds[:1]
    used._spans, used._jumps = used._spans[:1], used._jumps[:1]
    used._room(32)
    first = used.align(variants)
    assert [item.cost for item in first] == [item.cost for item in align_traces(variants, process).alignments]
    assert [item.cost for item in used.align(variants, [4, 0])] == [first[4].cost, first[0].cost]
