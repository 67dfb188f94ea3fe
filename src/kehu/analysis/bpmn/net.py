"""What the nodes of a process do with tokens: one list of transitions, shared by the server, replay and simulation.

Tokens lie on flows; a sub-process that runs holds one token of its own, under its id. So a state is a bag of ids, flat
however long a case runs. The meaning of each element follows BPMN 2.0, chapter 13 (execution semantics):

* an exclusive gateway takes one token from any incoming flow and puts it on one outgoing flow;
* a parallel gateway takes one from every incoming and puts one on every outgoing flow;
* a task or event takes one from any incoming flow and, when done, puts one on every outgoing flow;
* an end takes its token away; the process is over when none is left;
* a sub-process is left when no token is left inside it;
* a boundary event takes its host's token (and all inside it) where it interrupts, and adds one where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kehu.analysis.bpmn.model import TASKS, Kind, Node, Process
from kehu.analysis.errors import InputError, Sentence

BEGIN = "*"
"""The place of the one token a case begins with; no id in XML can be equal to it."""
WAITING = TASKS | {Kind.CATCH, Kind.BOUNDARY}
"""Kinds at which a token waits for something to happen outside."""
MOST_TRANSITIONS = 3000
"""A larger net is no process that people follow, and what is worked out for every pair of places would never end."""


@dataclass(frozen=True)
class Transition:
    """One way a node can act: it may when each place of ``takes`` and ``keeps`` holds a token and ``empty`` holds none.

    It then takes one token from each of ``takes``, all from ``clears``, and puts one on each of ``gives``.
    """

    node: str
    kind: Kind
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it happens only when something outside does: work is done, a time or a message comes."""
        return self.kind in WAITING


@dataclass(frozen=True)
class Net:
    """A process as places (ids of flows and sub-processes, and ``BEGIN``) and transitions."""

    process: Process
    places: tuple[str, ...]
    transitions: tuple[Transition, ...]

    @cached_property
    def by_node(self) -> dict[str, tuple[Transition, ...]]:
        """Node id → its transitions."""
        found: dict[str, list[Transition]] = {}
        for transition in self.transitions:
            found.setdefault(transition.node, []).append(transition)
        return {key: tuple(items) for key, items in found.items()}

    @cached_property
    def automatic(self) -> tuple[Transition, ...]:
        """The transitions that wait for nothing."""
        return tuple(transition for transition in self.transitions if not transition.waits)


def compile_net(process: Process) -> Net:
    """The transitions of every node, in the order of the nodes. Source: BPMN 2.0, chapter 13.

    Raises InputError where they would be more than ``MOST_TRANSITIONS``, before they are made.
    """
    ways = sum(_ways(process, node) for node in process.nodes)
    if ways > MOST_TRANSITIONS:
        raise InputError(
            Sentence("the process has %(ways)s ways to go on, more than %(most)s", ways=ways, most=MOST_TRANSITIONS),
            remedy=Sentence("Draw it with fewer steps, or split it"),
        )
    transitions = [item for node in process.nodes for item in _transitions(process, node)]
    inner = tuple(node.id for node in process.nodes if node.kind is Kind.SUBPROCESS)
    return Net(process, (BEGIN, *(flow.id for flow in process.flows), *inner), tuple(transitions))


def _ways(process: Process, node: Node) -> int:
    """About how many transitions a node has; exact for a gateway, whose ways multiply."""
    incoming = len(process.incoming[node.id])
    return incoming * len(process.outgoing[node.id]) if node.kind is Kind.XOR else max(1, incoming)


def _transitions(process: Process, node: Node) -> list[Transition]:
    takes = tuple(flow.id for flow in process.incoming[node.id])
    gives = tuple(flow.id for flow in process.outgoing[node.id])
    if node.kind is Kind.START:
        return [Transition(node.id, node.kind, (BEGIN,), gives)] if node.parent is None else []
    if node.kind is Kind.XOR:
        return [Transition(node.id, node.kind, (take,), (give,)) for take in takes for give in gives]
    if node.kind is Kind.AND:
        return [Transition(node.id, node.kind, takes, gives)] if takes else []
    if node.kind is Kind.BOUNDARY:
        return _boundary(process, node, gives)
    if node.kind is Kind.SUBPROCESS:
        return _subprocess(process, node, takes, gives)
    return [Transition(node.id, node.kind, (take,), gives) for take in takes]


def _subprocess(process: Process, node: Node, takes: tuple[str, ...], gives: tuple[str, ...]) -> list[Transition]:
    starts = [inner for inner in process.inside(node.id) if inner.kind is Kind.START]
    begun = tuple(flow.id for inner in starts[:1] for flow in process.outgoing[inner.id])
    enter = [Transition(node.id, node.kind, (take,), (node.id, *begun), empty=(node.id,)) for take in takes]
    return [*enter, Transition(node.id, node.kind, (node.id,), gives, empty=_within(process, node.id))]


def _boundary(process: Process, node: Node, gives: tuple[str, ...]) -> list[Transition]:
    host = process.node_by_id[str(node.attached_to)]
    within = _within(process, host.id) if host.kind is Kind.SUBPROCESS else ()
    held = (host.id,) if host.kind is Kind.SUBPROCESS else tuple(flow.id for flow in process.incoming[host.id])
    if node.interrupting:
        return [Transition(node.id, node.kind, (place,), gives, clears=within) for place in held]
    return [Transition(node.id, node.kind, (), gives, keeps=(place,)) for place in held]


def _within(process: Process, parent: str) -> tuple[str, ...]:
    """Every place inside a sub-process, at any depth."""
    nodes = process.inside(parent)
    own = tuple(flow.id for node in nodes for flow in process.outgoing[node.id])
    deeper = tuple(
        place for node in nodes if node.kind is Kind.SUBPROCESS for place in (node.id, *_within(process, node.id))
    )
    return own + deeper
