"""Short words for drawing processes in tests."""

from __future__ import annotations

from itertools import pairwise

from kehu.analysis.bpmn import Flow, Kind, Node, Process

_KINDS = {"start": Kind.START, "end": Kind.END, "xor": Kind.XOR, "and": Kind.AND, "service": Kind.SERVICE}


def draw(ways: str, **changes: Node) -> Process:
    """A process from lines such as ``start > A > xor1 > end``; a word's letters choose the kind, else a user task.

    ``changes`` replaces nodes by id.
    """
    names: dict[str, None] = {}
    flows: list[Flow] = []
    for line in ways.split(";"):
        words = [word.strip() for word in line.split(">") if word.strip()]
        names |= dict.fromkeys(words)
        flows += [Flow(f"{a}-{b}", a, b) for a, b in pairwise(words)]
    nodes = [changes.get(name, Node(name, _kind(name), name)) for name in names]
    return Process("P", "drawn", tuple(nodes), tuple(dict.fromkeys(flows)))


def _kind(name: str) -> Kind:
    return _KINDS.get(name.rstrip("0123456789"), Kind.USER)
