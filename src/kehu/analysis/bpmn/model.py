"""The process model: nodes, flows and lanes of the strict subset of BPMN 2.0 that Kehu reads, writes and runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal


class Kind(StrEnum):
    """What a node is; the value is its element's name in BPMN 2.0 (OMG formal/2011-01-03)."""

    START = "startEvent"
    END = "endEvent"
    USER = "userTask"
    SERVICE = "serviceTask"
    SCRIPT = "scriptTask"
    XOR = "exclusiveGateway"
    AND = "parallelGateway"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    SUBPROCESS = "subProcess"
    CALL = "callActivity"


TASKS = frozenset({Kind.USER, Kind.SERVICE, Kind.SCRIPT, Kind.CALL})
"""Kinds that are work: a token stays until the work is done."""
EVENTS = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})
"""Kinds that are events and may carry a trigger."""
HOSTS = TASKS | {Kind.SUBPROCESS}
"""Kinds a boundary event may sit on."""


@dataclass(frozen=True)
class Timer:
    """A moment: an ISO 8601 duration, date or cycle, as written in the file."""

    form: Literal["duration", "date", "cycle"]
    value: str


@dataclass(frozen=True)
class Message:
    """A message that is waited for or sent, known by its name."""

    name: str


@dataclass(frozen=True)
class Node:
    """One element a token can pass.

    ``parent`` is the id of the sub-process it lies in; ``attached_to`` the id of a boundary event's host, which it
    ends when ``interrupting``; ``calls`` the process a call activity starts; ``default`` the flow an exclusive gateway
    takes when no condition holds.
    """

    id: str
    kind: Kind
    name: str = ""
    parent: str | None = None
    trigger: Timer | Message | None = None
    attached_to: str | None = None
    interrupting: bool = True
    calls: str | None = None
    default: str | None = None
    documentation: str = ""

    @property
    def label(self) -> str:
        """The name people know it by: its name, or its id where it has none."""
        return self.name or self.id


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is an expression, allowed only behind an exclusive gateway."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(frozen=True)
class Lane:
    """Who does it: a lane and the ids of its nodes."""

    id: str
    name: str
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """A process: nodes and flows of all levels side by side, told apart by ``Node.parent``."""

    id: str
    name: str = ""
    nodes: tuple[Node, ...] = ()
    flows: tuple[Flow, ...] = ()
    lanes: tuple[Lane, ...] = ()

    @cached_property
    def node_by_id(self) -> dict[str, Node]:
        """Node id → node."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def incoming(self) -> dict[str, tuple[Flow, ...]]:
        """Node id → the flows that lead to it, in the order of the file."""
        return self._ends("target")

    @cached_property
    def outgoing(self) -> dict[str, tuple[Flow, ...]]:
        """Node id → the flows that leave it, in the order of the file."""
        return self._ends("source")

    @cached_property
    def boundary(self) -> dict[str, tuple[Node, ...]]:
        """Node id → the boundary events that sit on it."""
        hosts: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            if node.attached_to:
                hosts[node.attached_to].append(node)
        return {node.id: tuple(hosts[node.id]) for node in self.nodes}

    @property
    def steps(self) -> tuple[Node, ...]:
        """The nodes that are work: tasks and calls."""
        return tuple(node for node in self.nodes if node.kind in TASKS)

    def inside(self, parent: str | None) -> tuple[Node, ...]:
        """The nodes that lie directly in a sub-process, or at the top (``None``)."""
        return tuple(node for node in self.nodes if node.parent == parent)

    def _ends(self, side: Literal["source", "target"]) -> dict[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {node.id: [] for node in self.nodes}
        for flow in self.flows:
            found[getattr(flow, side)].append(flow)
        return {key: tuple(flows) for key, flows in found.items()}
