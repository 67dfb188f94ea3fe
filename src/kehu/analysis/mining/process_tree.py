"""Process trees: block-structured models, always sound, and their drawing as BPMN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from kehu.analysis.bpmn import Flow, Kind, Node, Process


class Operator(StrEnum):
    """How the children of a branch follow each other."""

    SEQUENCE = "sequence"
    XOR = "xor"
    AND = "and"
    LOOP = "loop"  # the first child, then any number of times (one of the others, the first again)


@dataclass(frozen=True)
class Leaf:
    """One activity, or nothing (``None``)."""

    activity: str | None

    def __str__(self) -> str:
        return "τ" if self.activity is None else repr(self.activity)


@dataclass(frozen=True)
class Branch:
    """An operator over two or more children."""

    operator: Operator
    children: tuple[Tree, ...]

    def __str__(self) -> str:
        return f"{self.operator}({', '.join(str(child) for child in self.children)})"


Tree: TypeAlias = Leaf | Branch
NOTHING = Leaf(None)


def simplified(tree: Tree) -> Tree:
    """The same language with fewer nodes: nested operators flattened, nothing in a sequence dropped.

    Source: the reduction rules of Leemans, *Robust Process Mining with Guarantees* (2017), section 5.1, those that are
    associative or neutral.
    """
    if isinstance(tree, Leaf):
        return tree
    children = [simplified(child) for child in tree.children]
    if tree.operator is Operator.LOOP:
        return _simplified_loop(children)
    flat = [inner for child in children for inner in _opened(child, tree.operator)]
    if tree.operator is Operator.XOR:
        flat = list(dict.fromkeys(flat))
        flat.sort(key=lambda child: child == NOTHING)  # the way past comes last
        if NOTHING in flat and any(child != NOTHING and may_be_empty(child) for child in flat):
            flat.remove(NOTHING)
    else:
        flat = [child for child in flat if child != NOTHING]
    if len(flat) < 2:
        return flat[0] if flat else NOTHING
    return Branch(tree.operator, tuple(flat))


def may_be_empty(tree: Tree) -> bool:
    """Whether the tree allows that nothing is done."""
    if isinstance(tree, Leaf):
        return tree.activity is None
    if tree.operator is Operator.XOR:
        return any(may_be_empty(child) for child in tree.children)
    if tree.operator is Operator.LOOP:
        return may_be_empty(tree.children[0])
    return all(may_be_empty(child) for child in tree.children)


def _simplified_loop(children: list[Tree]) -> Tree:
    redo = [inner for child in children[1:] for inner in _opened(child, Operator.XOR)]
    redo = list(dict.fromkeys(redo))
    body = children[0]
    if redo == [NOTHING]:
        if isinstance(body, Branch) and body.operator is Operator.LOOP and NOTHING in body.children[1:]:
            return body
        if isinstance(body, Branch) and body.operator is Operator.XOR and NOTHING in body.children:
            rest = simplified(Branch(Operator.XOR, tuple(child for child in body.children if child != NOTHING)))
            return Branch(Operator.XOR, (_simplified_loop([rest, NOTHING]), NOTHING))
    return Branch(Operator.LOOP, (body, *redo))


def _opened(child: Tree, operator: Operator) -> tuple[Tree, ...]:
    return child.children if isinstance(child, Branch) and child.operator is operator else (child,)


def to_process(tree: Tree, *, identity: str = "Process_1", name: str = "") -> Process:
    """The tree as a process with one start and one end; each leaf is a user task named as its activity."""
    drawing = _Drawing()
    begin = drawing.node("start", Kind.START)
    last = drawing.draw(tree, begin)
    drawing.flow(last, drawing.node("end", Kind.END))
    return Process(identity, name, tuple(drawing.nodes), tuple(drawing.flows))


class _Drawing:
    """Nodes and flows in the order they are met from the start."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.tasks = self.gateways = 0

    def draw(self, tree: Tree, source: str) -> str:
        """Draw behind ``source``; returns the node to go on from."""
        if isinstance(tree, Leaf):
            return self._task(tree, source)
        if tree.operator is Operator.SEQUENCE:
            for child in tree.children:
                source = self.draw(child, source)
            return source
        if tree.operator is Operator.LOOP:
            return self._loop(tree, source)
        return self._block(tree, source, Kind.XOR if tree.operator is Operator.XOR else Kind.AND)

    def _task(self, leaf: Leaf, source: str) -> str:
        if leaf.activity is None:
            return source
        self.tasks += 1
        task = self.node(f"step_{self.tasks}", Kind.USER, leaf.activity)
        self.flow(source, task)
        return task

    def _block(self, tree: Branch, source: str, kind: Kind) -> str:
        split = self._gateway(kind)
        self.flow(source, split)
        ends = [self.draw(child, split) for child in tree.children]
        join = self._gateway(kind)
        for end in ends:
            self.flow(end, join)
        return join

    def _loop(self, tree: Branch, source: str) -> str:
        join = self._gateway(Kind.XOR)
        self.flow(source, join)
        body = self.draw(tree.children[0], join)
        split = self._gateway(Kind.XOR)
        self.flow(body, split)
        for child in tree.children[1:]:
            self.flow(self.draw(child, split), join)
        return split

    def _gateway(self, kind: Kind) -> str:
        self.gateways += 1
        return self.node(f"gateway_{self.gateways}", kind)

    def node(self, identity: str, kind: Kind, name: str = "") -> str:
        self.nodes.append(Node(identity, kind, name))
        return identity

    def flow(self, source: str, target: str) -> None:
        self.flows.append(Flow(f"flow_{len(self.flows) + 1}", source, target))
