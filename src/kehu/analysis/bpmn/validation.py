"""What keeps a well-formed process from being run: each problem is one sentence and names its element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kehu.analysis.bpmn.model import Kind, Node, Process
from kehu.analysis.errors import InputError, Sentence

_AUTOMATIC = frozenset({Kind.XOR, Kind.AND, Kind.THROW, Kind.SERVICE, Kind.SCRIPT})
"""Kinds no token waits at."""


@dataclass(frozen=True)
class Problem:
    """A sentence about one element; ``fatal`` where no token could do what is drawn, else only running is at risk."""

    element: str
    sentence: str
    remedy: str
    fatal: bool = True


def problems(process: Process) -> tuple[Problem, ...]:
    """All problems of a process, in the order of its elements; ``()`` where there are none."""
    levels = [None, *(node.id for node in process.nodes if node.kind is Kind.SUBPROCESS)]
    found = [problem for level in levels for problem in _level(process, level)]
    return (*found, *_endless(process))


def validate(process: Process, *, for_running: bool = False, where: str = "") -> None:
    """Raise InputError with the first problem; what only endangers running counts with ``for_running``."""
    for problem in problems(process):
        if problem.fatal or for_running:
            raise InputError(problem.sentence, where=where, remedy=problem.remedy)


def _level(process: Process, parent: str | None) -> list[Problem]:
    place = (
        Sentence("sub-process %(process)r", process=parent)
        if parent
        else Sentence("process %(process)r", process=process.id)
    )
    nodes = process.inside(parent)
    starts = [node for node in nodes if node.kind is Kind.START]
    ends = [node for node in nodes if node.kind is Kind.END]
    if not starts:
        return [
            Problem(parent or process.id, Sentence("%(place)s has no start event", place=place), Sentence("Draw one"))
        ]
    if not ends:
        return [
            Problem(parent or process.id, Sentence("%(place)s has no end event", place=place), Sentence("Draw one"))
        ]
    found = []
    if parent and len(starts) > 1:
        found.append(
            Problem(
                parent,
                Sentence("%(place)s has %(count)d start events", place=place, count=len(starts)),
                Sentence("Leave one"),
            )
        )
    following = _following(process, nodes)
    preceding: dict[str, set[str]] = {node.id: set() for node in nodes}
    for source, targets in following.items():
        for target in targets:
            preceding[target].add(source)
    reached = _closure(following, (node.id for node in starts))
    ending = _closure(preceding, (node.id for node in ends))
    for node in nodes:
        found += _node(node, reached, ending, process)
    return found


def _node(node: Node, reached: set[str], ending: set[str], process: Process) -> list[Problem]:
    what = f"{node.kind} {node.id!r}" + (f" “{node.name}”" if node.name else "")
    found = []
    if node.id not in reached:
        found.append(
            Problem(
                node.id,
                Sentence("%(node)s cannot be reached from a start event", node=what),
                Sentence("Connect or remove it"),
            )
        )
    elif node.id not in ending:
        found.append(
            Problem(node.id, Sentence("%(node)s leads to no end event", node=what), Sentence("Connect it to one"))
        )
    if node.kind is Kind.CALL and not node.calls:
        found.append(
            Problem(
                node.id,
                Sentence("%(node)s calls no process", node=what),
                Sentence("Name the process it calls"),
                fatal=False,
            )
        )
    open_ways = [flow for flow in process.outgoing[node.id] if flow.condition is None and flow.id != node.default]
    if node.kind is Kind.XOR and len(process.outgoing[node.id]) > 1 and open_ways:
        sentence = Sentence("%(node)s has no condition on the flow %(flow)r", node=what, flow=open_ways[0].id)
        found.append(Problem(node.id, sentence, Sentence("Give it a condition or make it the default"), fatal=False))
    return found


def _following(process: Process, nodes: tuple[Node, ...]) -> dict[str, set[str]]:
    """Node → the nodes a token may pass to, by a flow or by a boundary event."""
    following = {node.id: {flow.target for flow in process.outgoing[node.id]} for node in nodes}
    for node in nodes:
        following[node.id] |= {event.id for event in process.boundary[node.id]}
    return following


def _closure(graph: Mapping[str, set[str]], begin: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(begin)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += graph[node]
    return seen


def _endless(process: Process) -> list[Problem]:
    """Loops at which no token ever waits: run by a machine, they may spin for ever."""
    automatic = {node.id for node in process.nodes if node.kind in _AUTOMATIC}
    graph = {key: {flow.target for flow in process.outgoing[key]} & automatic for key in automatic}
    for node in process.nodes:
        if node.id in automatic and node.id in _closure(graph, graph[node.id]):
            sentence = Sentence(
                "%(kind)s %(node)r lies on an endless loop without a wait", kind=node.kind, node=node.id
            )
            return [
                Problem(
                    node.id, sentence, Sentence("Put a person's task, a timer or a message into the loop"), fatal=False
                )
            ]
    return []
