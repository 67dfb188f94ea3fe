"""Where the nodes and arrows of a process map go: a layered drawing, top to bottom.

Method: K. Sugiyama, S. Tagawa, M. Toda, IEEE Trans. SMC 11 (1981); feedback arcs by P. Eades, X. Lin, W. Smyth (1993);
places within a layer by isotonic regression, so that every node stands as near to its neighbours as the others let it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

Arc: TypeAlias = tuple[int, int]
_SWEEPS = 12


@dataclass(frozen=True)
class Places:
    """Centres (x, y) of the nodes, and for every arc the points it passes, from its source to its target."""

    width: float
    height: float
    centres: dict[int, tuple[float, float]]
    routes: dict[Arc, tuple[tuple[float, float], ...]]


def place(
    widths: list[float], arcs: dict[Arc, float], *, node_height: float, gap: float, space: float = 26.0
) -> Places:
    """Lay out nodes ``0 … len(widths) - 1`` joined by weighted arcs (no loops).

    ``gap`` is the free height between layers, ``space`` the least free width between neighbours.
    """
    order = _order(len(widths), arcs)
    rank = {node: i for i, node in enumerate(order)}
    down = {(min(a, b, key=rank.__getitem__), max(a, b, key=rank.__getitem__)) for a, b in arcs}
    layer = _layers(order, down)
    graph = _Layered(widths, layer, down, arcs)
    graph.uncross()
    x = graph.settle(space)
    left = min(x[n] - graph.width[n] / 2 for n in x)
    step = node_height + gap
    at = {n: (x[n] - left, graph.layer[n] * step + node_height / 2) for n in x}
    routes = {}
    for a, b in arcs:
        chain = graph.chains.get((a, b)) or tuple(reversed(graph.chains[b, a]))
        routes[a, b] = tuple(at[n] for n in chain)
    right = max(x[n] + graph.width[n] / 2 for n in x) - left
    return Places(right, max(layer) * step + node_height, {n: at[n] for n in range(len(widths))}, routes)


def _order(count: int, arcs: dict[Arc, float]) -> list[int]:
    """The nodes in an order that most of the arcs' weight follows: arcs against it are drawn upwards."""
    left = set(range(count))
    head: list[int] = []
    tail: list[int] = []
    while left:
        out = {n: sum(w for (a, b), w in arcs.items() if a == n and b in left and b != n) for n in left}
        into = {n: sum(w for (a, b), w in arcs.items() if b == n and a in left and a != n) for n in left}
        sinks = sorted(n for n in left if not out[n] and into[n])
        sources = sorted(n for n in left if not into[n])
        if sources:
            head += sources
            left -= set(sources)
        elif sinks:
            tail = sinks + tail
            left -= set(sinks)
        else:
            best = max(sorted(left), key=lambda n: out[n] - into[n])
            head.append(best)
            left.remove(best)
    return head + tail


def _layers(order: list[int], down: set[Arc]) -> list[int]:
    """Longest path from the top; what nothing leads to stands just above what it leads to."""
    layer = [0] * len(order)
    for node in order:
        layer[node] = max((layer[a] + 1 for a, b in down if b == node), default=0)
    for node in order:
        after = [layer[b] for a, b in down if a == node]
        if after and not any(b == node for _, b in down):
            layer[node] = max(min(after) - 1, 0)
    return layer


class _Layered:
    """The graph with a dummy node wherever an arc passes a layer; ``rows`` are the layers from left to right."""

    def __init__(self, widths: list[float], layer: list[int], down: set[Arc], arcs: dict[Arc, float]) -> None:
        self.layer = dict(enumerate(layer))
        self.width = dict(enumerate(widths))
        self.real = len(widths)
        self.chains: dict[Arc, tuple[int, ...]] = {}
        self.weight: dict[Arc, float] = defaultdict(float)
        for a, b in sorted(down):
            self._chain(a, b, arcs.get((a, b), 0.0) + arcs.get((b, a), 0.0))
        self.above: dict[int, list[int]] = defaultdict(list)
        self.below: dict[int, list[int]] = defaultdict(list)
        for a, b in self.weight:
            self.below[a].append(b)
            self.above[b].append(a)
        self.rows: list[list[int]] = [[] for _ in range(max(layer, default=0) + 1)]
        for node in sorted(self.layer, key=lambda n: (self.layer[n], n)):
            self.rows[self.layer[node]].append(node)

    def _chain(self, a: int, b: int, weight: float) -> None:
        nodes = [a]
        for level in range(self.layer[a] + 1, self.layer[b]):
            dummy = len(self.layer)
            self.layer[dummy], self.width[dummy] = level, 2.0
            nodes.append(dummy)
        nodes.append(b)
        self.chains[a, b] = tuple(nodes)
        for pair in itertools.pairwise(nodes):
            self.weight[pair] += weight

    def uncross(self) -> None:
        """Order each layer by the barycentres of its neighbours, sweeping down and up; keep the best order seen."""
        best, crossings = [row[:] for row in self.rows], self.crossings()
        for sweep in range(_SWEEPS):
            near = self.above if sweep % 2 == 0 else self.below
            rows = self.rows if sweep % 2 == 0 else self.rows[::-1]
            for before, row in itertools.pairwise(rows):
                spot = {n: i for i, n in enumerate(before)}
                self._sort(row, near, spot)
            if (now := self.crossings()) < crossings:
                best, crossings = [row[:] for row in self.rows], now
        self.rows = best

    def _sort(self, row: list[int], near: dict[int, list[int]], spot: dict[int, int]) -> None:
        centre = {}
        for i, node in enumerate(row):
            at = [spot[n] for n in near[node] if n in spot]
            centre[node] = sum(at) / len(at) if at else float(i)
        row.sort(key=lambda n: centre[n])

    def crossings(self) -> float:
        """How many arcs cross, heavy ones counting more."""
        total = 0.0
        for upper, lower in zip(self.rows, self.rows[1:], strict=False):
            spot = {n: i for i, n in enumerate(upper)} | {n: i for i, n in enumerate(lower)}
            pairs = [(spot[a], spot[b]) for a in upper for b in self.below[a]]
            total += sum((a1 - a2) * (b1 - b2) < 0 for i, (a1, b1) in enumerate(pairs) for a2, b2 in pairs[i + 1 :])
        return total

    def settle(self, space: float) -> dict[int, float]:
        """The x of every node: near its neighbours, apart from those beside it."""
        x: dict[int, float] = {}
        for row in self.rows:
            x |= _apart(row, dict.fromkeys(row, 0.0), self.width, space)
        for sweep in range(2 * _SWEEPS):
            for row in self.rows if sweep % 2 == 0 else self.rows[::-1]:
                wish = {n: self._wish(n, x, sweep) for n in row}
                x |= _apart(row, wish, self.width, space)
        return x

    def _wish(self, node: int, x: dict[int, float], sweep: int) -> float:
        both = sweep >= _SWEEPS
        near = self.above[node] if both or sweep % 2 == 0 else self.below[node]
        if both:
            near = near + self.below[node]
        if not near:
            return x[node]
        weights = [(8.0 if n >= self.real and node >= self.real else 1.0) for n in near]
        return sum(w * x[n] for w, n in zip(weights, near, strict=True)) / sum(weights)


def _apart(row: list[int], wish: dict[int, float], width: dict[int, float], space: float) -> dict[int, float]:
    """Positions nearest to the wishes (least squares) that keep order and distances: pool adjacent violators."""
    shift, total = [], 0.0
    for before, node in zip([None, *row], row, strict=False):
        total += 0.0 if before is None else (width[before] + width[node]) / 2 + space
        shift.append(total)
    pools: list[list[float]] = []
    for node, offset in zip(row, shift, strict=True):
        pools.append([wish[node] - offset, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, n = pools.pop()
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * n) / (pools[-1][1] + n), pools[-1][1] + n]
    flat = [mean for mean, n in pools for _ in range(int(n))]
    return {node: at + offset for node, at, offset in zip(row, flat, shift, strict=True)}
