"""The token step function: marking x event -> markings, pure; no clock, no storage, no chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from kehu.analysis.bpmn.model import Kind
from kehu.analysis.bpmn.net import BEGIN, Net, Transition
from kehu.analysis.errors import InputError, Sentence

Marking: TypeAlias = tuple[str, ...]
"""Where the tokens are: ids of flows and running sub-processes, sorted, one entry a token. ``()``: the case is over."""
Choice: TypeAlias = Callable[[str, tuple[str, ...]], str]
"""Given an exclusive gateway's id and its outgoing flows, the flow to take."""

_MOST = 20_000
"""Markings one event may lead to before the process is called endless."""
_TOKENS = 1_000
"""Tokens a case may hold before it is."""


def start(net: Net, choose: Choice | None = None, *, at: str | None = None) -> tuple[Marking, ...]:
    """The markings a new case can be in, once every gateway has acted; ``at`` names one of several start events.

    Without ``choose`` every way of every exclusive gateway is given, in sorted order; with it there is exactly one.
    Raises InputError where gateways feed tokens to each other without end.
    """
    begun = [_fire((BEGIN,), item) for item in net.transitions if item.takes == (BEGIN,) and at in {None, item.node}]
    return _settle(net, begun, choose)


def step(net: Net, marking: Marking, node: str, choose: Choice | None = None) -> tuple[Marking, ...]:
    """The markings that can follow when ``node`` is done: a task's work, a timer's or message's coming.

    Returns ``()`` where the node has no token, so that the event cannot happen. ``((),)`` means the case is over.
    Raises InputError where gateways feed tokens to each other without end.
    """
    fired = (_fire(marking, item) for item in net.by_node.get(node, ()) if item.waits and _may(marking, item))
    return _settle(net, sorted(set(fired)), choose)


def waiting(net: Net, marking: Marking) -> tuple[str, ...]:
    """The ids of the nodes that can happen next in a settled marking, in the order of the process."""
    found = [item.node for item in net.transitions if item.waits and _may(marking, item)]
    return tuple(dict.fromkeys(found))


def _may(marking: Marking, item: Transition) -> bool:
    return all(place in marking for place in (*item.takes, *item.keeps)) and not any(p in marking for p in item.empty)


def _fire(marking: Marking, item: Transition) -> Marking:
    left = list(marking)
    for place in item.takes:
        left.remove(place)
    if item.clears:
        left = [place for place in left if place not in item.clears]
    return tuple(sorted([*left, *item.gives]))


def _settle(net: Net, markings: Iterable[Marking], choose: Choice | None) -> tuple[Marking, ...]:
    """Let everything act that waits for nothing; only exclusive gateways branch, all else commutes."""
    settled: set[Marking] = set()
    seen: set[Marking] = set()
    todo = list(markings)
    while todo:
        marking = todo.pop()
        if marking in seen:
            continue
        seen.add(marking)
        if len(seen) > _MOST or len(marking) > _TOKENS:
            raise InputError(
                Sentence("process %(process)r goes on without end between two waits", process=net.process.id),
                remedy=Sentence("Add a wait"),
            )
        following = _automatic(net, marking, choose)
        if following is None:
            settled.add(marking)
        else:
            todo += following
    return tuple(sorted(settled))


def _automatic(net: Net, marking: Marking, choose: Choice | None) -> list[Marking] | None:
    """What one automatic node makes of the marking: one result, or one a branch; ``None`` when all wait."""
    ready = [item for item in net.automatic if _may(marking, item)]
    if not ready:
        return None
    certain = next((item for item in ready if item.kind is not Kind.XOR), None)
    if certain is not None:
        return [_fire(marking, certain)]
    first = ready[0]
    ways = [item for item in ready if item.node == first.node and item.takes == first.takes]
    if choose is not None:
        taken = choose(first.node, tuple(item.gives[0] for item in ways))
        ways = [item for item in ways if item.gives == (taken,)]
        if not ways:
            raise InputError(
                Sentence(
                    "exclusiveGateway %(node)r was told to take %(flow)r, which does not leave it",
                    node=first.node,
                    flow=taken,
                )
            )
    return [_fire(marking, item) for item in ways]
