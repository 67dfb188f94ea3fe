"""Cuts of a directly-follows graph: where a log falls apart into sequence, choice, parallel work or a loop.

Source: Leemans, Fahland and van der Aalst, *Discovering Block-Structured Process Models from Event Logs* (2013, cuts
and splits) and *... Containing Infrequent Behaviour* (2014, filtered graph and splits that drop deviating events).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.mining.process_tree import Operator

Trace: TypeAlias = tuple[int, ...]
Sublog: TypeAlias = Counter[Trace]
Groups: TypeAlias = list[frozenset[int]]
Cut: TypeAlias = tuple[Operator, Groups]


@dataclass(frozen=True)
class Graph:
    """Who follows whom directly, and who begins and ends, each with its number of cases or times."""

    edges: Counter[tuple[int, int]]
    starts: Counter[int]
    ends: Counter[int]

    @property
    def nodes(self) -> list[int]:
        """All activities, sorted."""
        return sorted({*self.starts, *self.ends, *(node for edge in self.edges for node in edge)})

    def filtered(self, noise: float) -> Graph:
        """Without what follows an activity rarer than ``noise`` times its most frequent successor (or end)."""
        most = Counter(self.ends)
        for (source, _), count in self.edges.items():
            most[source] = max(most[source], count)
        kept = Counter({node: n for node, n in self.ends.items() if n >= noise * most[node]})
        return Graph(
            Counter({edge: n for edge, n in self.edges.items() if n >= noise * most[edge[0]]}),
            Counter({node: n for node, n in self.starts.items() if n >= noise * max(self.starts.values())}),
            kept or self.ends,
        )


@dataclass(frozen=True, eq=False)
class Flat:
    """A log of variants as arrays (events,): each event's activity, its variant, and (variants,) the cases of each."""

    step: npt.NDArray[np.int64]
    variant: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]

    def graph(self, without: int | None = None) -> Graph:
        """The directly-follows graph, as if one activity had never happened."""
        kept = slice(None) if without is None else self.step != without
        step, variant = self.step[kept], self.variant[kept]
        if not len(step):
            return Graph(Counter(), Counter(), Counter())
        weight, border = self.count[variant], np.flatnonzero(np.diff(variant))
        inner = np.delete(np.arange(len(step) - 1), border)
        size = int(step.max()) + 1
        pairs = _weighed(step[inner] * size + step[inner + 1], weight[inner])
        first, last = np.concatenate([[0], border + 1]), np.concatenate([border, [len(step) - 1]])
        return Graph(
            Counter({divmod(pair, size): count for pair, count in pairs.items()}),
            _weighed(step[first], weight[first]),
            _weighed(step[last], weight[last]),
        )


def _weighed(codes: npt.NDArray[np.int64], weights: npt.NDArray[np.int64]) -> Counter[int]:
    found, place = np.unique(codes, return_inverse=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, place, weights)
    return Counter(dict(zip(found.tolist(), sums.tolist(), strict=True)))


def flat(log: Sublog) -> Flat:
    """The log as arrays; empty cases leave no trace in them."""
    return Flat(
        np.fromiter(chain.from_iterable(log), np.int64),
        np.repeat(np.arange(len(log)), [len(trace) for trace in log]),
        np.fromiter(log.values(), np.int64),
    )


def graph_of(log: Sublog) -> Graph:
    """The directly-follows graph of a log of variants."""
    return flat(log).graph()


def find_cut(graph: Graph, nodes: list[int]) -> Cut | None:
    """The first cut that exists, in the order choice, sequence, parallel, loop; ``None`` where there is none."""
    if len(nodes) < 2:
        return None
    for operator, finder in _FINDERS:
        groups = finder(graph, nodes)
        if len(groups) > 1:
            return operator, groups
    return None


def split(log: Sublog, operator: Operator, groups: Groups) -> list[Sublog]:
    """The log of each group; events that do not fit the cut are dropped (none, where the cut is of the whole graph)."""
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    parts: list[Sublog] = [Counter() for _ in groups]
    for trace, count in log.items():
        for number, part in _SPLITS[operator](trace, group_of, len(groups)):
            parts[number][part] += count
    return parts


def _choice(graph: Graph, nodes: list[int]) -> Groups:
    return _components(nodes, graph.edges)


def _sequence(graph: Graph, nodes: list[int]) -> Groups:
    """Merge what is mutually reachable or not at all, until all groups stand in one order."""
    reach = _reach(graph, nodes)
    groups = [frozenset([node]) for node in nodes]
    merged = True
    while merged:
        merged = False
        for first in groups:
            mixed = [other for other in groups if other != first and not _one_way(first, other, reach)]
            if mixed:
                union = first.union(*mixed)
                groups = [group for group in groups if group != first and group not in mixed] + [union]
                merged = True
                break
    return sorted(groups, key=lambda group: -max(len(reach[node] - group) for node in group))


def _one_way(first: frozenset[int], second: frozenset[int], reach: dict[int, set[int]]) -> bool:
    there = all(second <= reach[node] for node in first) and not any(reach[node] & first for node in second)
    back = all(first <= reach[node] for node in second) and not any(reach[node] & second for node in first)
    return there or back


def _parallel(graph: Graph, nodes: list[int]) -> Groups:
    """Components of the pairs that do *not* follow each other both ways; each must hold a start and an end."""
    edges = graph.edges
    apart = [(a, b) for a in nodes for b in nodes if a < b and not (edges[a, b] and edges[b, a])]
    groups = _components(nodes, apart)
    whole = [group for group in groups if group & graph.starts.keys() and group & graph.ends.keys()]
    lacking = [group for group in groups if group not in whole]
    if not whole or len(groups) < 2:
        return [frozenset(nodes)]
    return [whole[0].union(*lacking), *whole[1:]]


def _loop(graph: Graph, nodes: list[int]) -> Groups:
    """The body holds starts and ends; a component of the rest is a way back if it leaves all ends for all starts."""
    starts, ends = set(graph.starts), set(graph.ends)
    body = starts | ends
    rest = [node for node in nodes if node not in body]
    redo: Groups = []
    for group in _components(rest, [edge for edge in graph.edges if not body & set(edge)]):
        entered = {a for a, b in graph.edges if b in group and a in body}
        left = {b for a, b in graph.edges if a in group and b in body}
        doors_in = {b for a, b in graph.edges if b in group and a in ends}
        doors_out = {a for a, b in graph.edges if a in group and b in starts}
        complete = all(graph.edges[end, door] for end in ends for door in doors_in) and all(
            graph.edges[door, start] for start in starts for door in doors_out
        )
        if entered and left and entered <= ends and left <= starts and complete:
            redo.append(group)
        else:
            body |= group
    return [frozenset(body), *redo]


_FINDERS: list[tuple[Operator, Callable[[Graph, list[int]], Groups]]] = [
    (Operator.XOR, _choice),
    (Operator.SEQUENCE, _sequence),
    (Operator.AND, _parallel),
    (Operator.LOOP, _loop),
]


def _components(nodes: list[int], edges: Iterable[tuple[int, int]]) -> Groups:
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for source, target in edges:
        parent[root(source)] = root(target)
    groups: dict[int, set[int]] = {}
    for node in nodes:
        groups.setdefault(root(node), set()).add(node)
    return [frozenset(group) for group in groups.values()]


def _reach(graph: Graph, nodes: list[int]) -> dict[int, set[int]]:
    reach: dict[int, set[int]] = {node: set() for node in nodes}
    for source, target in graph.edges:
        reach[source].add(target)
    for middle in nodes:
        for node in nodes:
            if middle in reach[node]:
                reach[node] |= reach[middle]
    return reach


_Parts: TypeAlias = Iterable[tuple[int, Trace]]


def _split_choice(trace: Trace, group_of: dict[int, int], _groups: int) -> _Parts:
    """The whole case belongs to the group most of its events are of."""
    if not trace:
        return
    number = max(Counter(group_of[node] for node in trace).items(), key=lambda item: (item[1], -item[0]))[0]
    yield number, tuple(node for node in trace if group_of[node] == number)


def _split_parallel(trace: Trace, group_of: dict[int, int], groups: int) -> _Parts:
    for number in range(groups):
        yield number, tuple(node for node in trace if group_of[node] == number)


def _split_sequence(trace: Trace, group_of: dict[int, int], groups: int) -> _Parts:
    """Cut each case where the fewest events lie outside their group's part (dynamic programming over groups)."""
    numbers = [group_of[node] for node in trace]
    borders = _borders(numbers, groups)
    for number in range(groups):
        inside = range(borders[number], borders[number + 1])
        yield number, tuple(trace[at] for at in inside if numbers[at] == number)


def _borders(numbers: list[int], groups: int) -> list[int]:
    """Where each group's part begins, and the end; ``numbers`` is each event's group."""
    if numbers == sorted(numbers):
        return [bisect_left(numbers, group) for group in range(groups)] + [len(numbers)]
    best: list[float] = [0] + [inf] * len(numbers)
    choices: list[list[int]] = []
    for group in range(groups):
        choice = list(range(len(numbers) + 1))
        for at, number in enumerate(numbers, 1):
            longer = best[at - 1] + (number != group)
            if longer < best[at]:
                best[at], choice[at] = longer, choice[at - 1]
        choices.append(choice)
    borders = [len(numbers)]
    for choice in reversed(choices):
        borders.append(choice[borders[-1]])
    return borders[::-1]


def _split_loop(trace: Trace, group_of: dict[int, int], _groups: int) -> _Parts:
    """Runs of the body and of ways back take turns; between two ways back, or outside one at the edge, it is empty."""
    if not trace:
        yield 0, ()
        return
    begun = 0
    runs: list[tuple[int, Trace]] = []
    for at in range(1, len(trace) + 1):
        if at == len(trace) or group_of[trace[at]] != group_of[trace[begun]]:
            runs.append((group_of[trace[begun]], trace[begun:at]))
            begun = at
    last = -1
    for number, run in runs:
        if number and last:
            yield 0, ()
        yield number, run
        last = number
    if last:
        yield 0, ()


_SPLITS: dict[Operator, Callable[[Trace, dict[int, int], int], _Parts]] = {
    Operator.XOR: _split_choice,
    Operator.SEQUENCE: _split_sequence,
    Operator.AND: _split_parallel,
    Operator.LOOP: _split_loop,
}
