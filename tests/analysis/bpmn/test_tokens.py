from __future__ import annotations

from dataclasses import replace

import pytest

from kehu.analysis.bpmn import Kind, Node, Process, Timer, compile_net, start, step, waiting
from kehu.analysis.errors import InputError

from .drawing import draw


def play(process: Process, *events: str) -> set[tuple[str, ...]]:
    """What can be waited for after the events, one entry for each marking."""
    net = compile_net(process)
    markings = set(start(net))
    for event in events:
        markings = {after for marking in markings for after in step(net, marking, event)}
    return {waiting(net, marking) for marking in markings}


def test_a_sequence_waits_for_one_task_after_the_other():
    process = draw("start > A > B > end")
    assert play(process) == {("A",)}
    assert play(process, "A") == {("B",)}
    assert play(process, "A", "B") == {()}


def test_an_exclusive_gateway_opens_one_way():
    assert play(draw("start > xor1 > A > end; xor1 > B > end")) == {("A",), ("B",)}


def test_a_choice_takes_the_chosen_way_alone():
    net = compile_net(draw("start > xor1 > A > end; xor1 > B > end"))
    (marking,) = start(net, lambda _gateway, flows: flows[1])
    assert waiting(net, marking) == ("B",)


def test_a_choice_of_a_foreign_flow_is_refused():
    net = compile_net(draw("start > xor1 > A > end; xor1 > B > end"))
    with pytest.raises(InputError, match=r"'xor1' was told to take 'nowhere'"):
        start(net, lambda _gateway, _flows: "nowhere")


def test_a_parallel_gateway_opens_all_ways_and_waits_for_all():
    process = draw("start > and1 > A > and2 > C > end; and1 > B > and2")
    assert play(process) == {("A", "B")}
    assert play(process, "A") == {("B",)}
    assert play(process, "A", "B") == {("C",)}
    assert play(process, "B", "A", "C") == {()}


def test_a_loop_offers_going_back_and_going_on():
    process = draw("start > xor1 > A > xor2 > end; xor2 > B > xor1")
    assert play(process, "A") == {(), ("B",)}
    assert play(process, "A", "B", "A", "B") == {("A",)}


def test_what_has_no_token_cannot_happen():
    assert play(draw("start > A > B > end"), "B") == set()


def test_two_tokens_on_one_flow_are_two():
    """The merge behind a parallel split doubles the work, as BPMN says; a set of places would lose one."""
    process = draw("start > and1 > A > xor1 > C > end; and1 > B > xor1")
    net = compile_net(process)
    (marking,) = start(net)
    for event in ("A", "B", "C"):
        (marking,) = step(net, marking, event)
    assert waiting(net, marking) == ("C",)


def with_timer(*, interrupting: bool) -> Process:
    timer = Node("late", Kind.BOUNDARY, "late", None, Timer("duration", "PT2H"), "A", interrupting)
    return draw("start > A > end; late > B > end", late=timer)


def test_an_interrupting_timer_ends_the_task():
    assert play(with_timer(interrupting=True)) == {("A", "late")}
    assert play(with_timer(interrupting=True), "late") == {("B",)}


def test_a_timer_that_does_not_interrupt_adds_a_token():
    assert play(with_timer(interrupting=False), "late") == {("A", "late", "B")}
    assert play(with_timer(interrupting=False), "late", "A", "B") == {()}


def subprocess() -> Process:
    """S holds two parallel tasks; the timer on S drops both."""
    drawn = draw(
        "start > S > D > end; late > L > end; start2 > and1 > A > end2; and1 > B > end2",
        S=Node("S", Kind.SUBPROCESS),
        late=Node("late", Kind.BOUNDARY, trigger=Timer("duration", "P1D"), attached_to="S"),
    )
    inner = {"start2", "and1", "A", "B", "end2"}
    return replace(drawn, nodes=tuple(replace(n, parent="S") if n.id in inner else n for n in drawn.nodes))


def test_a_subprocess_is_left_when_nothing_is_left_inside():
    assert play(subprocess()) == {("late", "A", "B")}
    assert play(subprocess(), "A") == {("late", "B")}
    assert play(subprocess(), "A", "B") == {("D",)}


def test_a_timer_on_a_subprocess_drops_what_is_inside():
    assert play(subprocess(), "A", "late") == {("L",)}


def test_a_machine_that_fills_itself_is_refused():
    process = draw("start > xor1 > and1 > xor1; and1 > A > end")
    with pytest.raises(InputError, match="'P' goes on without end"):
        start(compile_net(process))


def test_state_stays_flat_under_rework():
    """A hundred rounds of a loop leave exactly the marking of the first."""
    net = compile_net(draw("start > xor1 > A > xor2 > end; xor2 > B > xor1"))
    (first,) = start(net)
    marking = first
    for _ in range(100):
        (marking,) = (m for m in step(net, marking, "A") if m)
        (marking,) = step(net, marking, "B")
    assert marking == first
