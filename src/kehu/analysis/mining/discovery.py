"""Discovery: from the variants of a log to a process that is sound by construction.

The inductive miner of Leemans, Fahland and van der Aalst (IM, 2013; IMf with a noise threshold, 2014): cut the log,
mine the parts, and fall through to a looser model where no cut is found. Without noise every case fits the result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kehu.analysis.bpmn import Process
from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.cuts import Cut, Graph, Sublog, Trace, find_cut, flat, graph_of, split
from kehu.analysis.mining.process_tree import NOTHING, Branch, Leaf, Operator, Tree, simplified, to_process
from kehu.analysis.mining.traces import Traces, traces

MOST_ACTIVITIES = 200
"""More boxes than a wall can show; and the miner's effort grows with the cube."""


def discover(log: EventLog, noise: float = 0.2, selection: Selection = EVERYTHING) -> Process:
    """The process behind the selected cases as BPMN; each task is named as its activity.

    ``noise`` (0 to 1) is the share, of an activity's most frequent successor, below which a follower is left out of
    the picture where no cut is found; with 0 every selected case can be replayed without a deviation. Raises
    InputError where nothing is selected or more than 200 activities are.
    """
    return to_process(discover_tree(traces(log, selection), noise), name=log.header.source)


def discover_tree(variants: Traces, noise: float = 0.2) -> Tree:
    """The process tree behind the variants. Raises InputError as ``discover`` does."""
    if not 0 <= noise <= 1:
        raise InputError(Sentence("noise must lie between 0 and 1, not at %(noise)s", noise=noise))
    if not variants.variants:
        raise InputError(Sentence("no case is left to discover a process from"), remedy=Sentence("Widen the filters"))
    log: Sublog = Counter({variants.steps_of(number): int(n) for number, n in enumerate(variants.counts)})
    used = {step for trace in log for step in trace}
    if len(used) > MOST_ACTIVITIES:
        raise InputError(
            Sentence("%(count)d activities are too many for one picture", count=len(used)),
            remedy=Sentence("Keep the frequent ones"),
        )
    return simplified(_Miner(variants.activities, noise).mine(log))


_STRICT = frozenset({Operator.XOR, Operator.SEQUENCE})


class _Miner:
    """The recursion, with the settings it does not change."""

    def __init__(self, names: tuple[str, ...], noise: float) -> None:
        self.names, self.noise = names, noise

    def mine(self, log: Sublog) -> Tree:
        """The tree of one log: optional, a single step, a cut, a cut without the rare, or a looser model."""
        empty = log[()]
        total = log.total()
        if empty == total:
            return NOTHING
        if empty:
            rest: Sublog = Counter({trace: n for trace, n in log.items() if trace})
            if empty < self.noise * total:
                return self.mine(rest)
            return Branch(Operator.XOR, (self.mine(rest), NOTHING))
        graph = graph_of(log)
        nodes = graph.nodes
        if len(nodes) == 1:
            return self._single(log, nodes[0])
        cut = self._best_cut(graph, nodes)
        return self._fall(log, nodes) if cut is None else self._along(cut, log)

    def _single(self, log: Sublog, node: int) -> Tree:
        once = log[(node,)]
        leaf = Leaf(self.names[node])
        if once == log.total() or (self.noise and once >= (1 - self.noise) * log.total()):
            return leaf
        return Branch(Operator.LOOP, (leaf, NOTHING))

    def _best_cut(self, graph: Graph, nodes: list[int]) -> Cut | None:
        """The cut of the whole graph; but a choice or sequence of the frequent part goes before looser work or none.

        IMf looks at the frequent part only where the whole has no cut at all, so that one swapped case in a hundred
        makes a sequence parallel; a slider that hides noise has to hide that too.
        """
        whole = find_cut(graph, nodes)
        if not self.noise or (whole and whole[0] in _STRICT):
            return whole
        frequent = find_cut(graph.filtered(self.noise), nodes)
        return frequent if frequent and (whole is None or frequent[0] in _STRICT) else whole

    def _along(self, cut: Cut, log: Sublog) -> Tree:
        operator, groups = cut
        parts = [self.mine(part) for part in split(log, operator, groups) if part]
        return Branch(operator, tuple(parts)) if len(parts) > 1 else parts[0]

    def _fall(self, log: Sublog, nodes: list[int]) -> Tree:
        """No cut: take out what runs beside all else, or cut cases at their returns to the start, or allow all."""
        return (
            self._once_in_each(log, nodes)
            or self._beside(log, nodes)
            or self._again(log, lambda last, step, starts, ends: step in starts and last in ends)
            or self._again(log, lambda _last, step, starts, _ends: step in starts)
            or Branch(Operator.LOOP, (Branch(Operator.XOR, tuple(Leaf(self.names[node]) for node in nodes)), NOTHING))
        )

    def _once_in_each(self, log: Sublog, nodes: list[int]) -> Tree | None:
        node = next((node for node in nodes if all(trace.count(node) == 1 for trace in log)), None)
        return None if node is None else Branch(Operator.AND, (Leaf(self.names[node]), self.mine(_without(log, node))))

    def _beside(self, log: Sublog, nodes: list[int]) -> Tree | None:
        """An activity without which the rest has a cut runs in parallel to it."""
        arrays = flat(log)
        for node in nodes:
            graph = arrays.graph(without=node)
            if find_cut(graph, graph.nodes) is not None:
                alone: Sublog = Counter()
                for trace, count in log.items():
                    alone[(node,) * trace.count(node)] += count
                return Branch(Operator.AND, (self.mine(alone), self.mine(_without(log, node))))
        return None

    def _again(self, log: Sublog, begins: Callable[[int, int, Counter[int], Counter[int]], bool]) -> Tree | None:
        """Cut each case where it begins anew; the pieces, if there are more of them, are rounds of a loop."""
        graph = graph_of(log)
        rounds: Sublog = Counter()
        for trace, count in log.items():
            for piece in _pieces(trace, lambda last, step: begins(last, step, graph.starts, graph.ends)):
                rounds[piece] += count
        if rounds.total() == log.total():
            return None
        return Branch(Operator.LOOP, (self.mine(rounds), NOTHING))


def _pieces(trace: Trace, begins: Callable[[int, int], bool]) -> list[Trace]:
    cuts = [at for at in range(1, len(trace)) if begins(trace[at - 1], trace[at])]
    return [trace[a:b] for a, b in zip([0, *cuts], [*cuts, len(trace)], strict=True)]


def _without(log: Sublog, node: int) -> Sublog:
    rest: Sublog = Counter()
    for trace, count in log.items():
        rest[tuple(step for step in trace if step != node)] += count
    return rest
