"""A smaller net with the same visible runs: silent transitions folded into their neighbours.

The two folds are the pre- and post-agglomeration of Berthelot, *Transformations and Decompositions of Nets* (1987), in
the cases where a run of the one net to its end is a run of the other with the same labels: a silent transition that is
the only way on from a place happens with what fills the place; one that does nothing but fill a place waits for what
empties it. Markings that differ only by silent moves then become one, which is what makes the search short.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kehu.analysis.bpmn import Net
from kehu.analysis.bpmn.net import BEGIN

SILENT = -1
"""The label of a transition no log records."""
_GROWTH = 6
"""Transitions one fold may add; a fold of two big gateways would multiply them."""


@dataclass(frozen=True)
class Way:
    """A transition as sets of places, with the code of its label."""

    label: int
    node: str
    takes: frozenset[str]
    gives: frozenset[str]
    keeps: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()

    @property
    def plain(self) -> bool:
        """Whether it is silent and looks at nothing but the places it takes."""
        return self.label == SILENT and not (self.keeps or self.clears or self.empty)


@dataclass(frozen=True)
class Reduced:
    """The transitions that are left and the places marked at the beginning."""

    ways: tuple[Way, ...]
    begin: frozenset[str]

    @property
    def places(self) -> tuple[str, ...]:
        """All places in use, sorted."""
        used = [way.takes | way.gives | way.keeps | way.clears | way.empty for way in self.ways]
        return tuple(sorted(self.begin.union(*used)))


def reduced(net: Net, labels: list[int]) -> Reduced:
    """Fold until nothing folds; ``labels`` gives each transition's label (``SILENT`` for none)."""
    ways = [
        Way(
            label,
            item.node,
            *(frozenset(part) for part in (item.takes, item.gives, item.keeps, item.clears, item.empty)),
        )
        for item, label in zip(net.transitions, labels, strict=True)
    ]
    found = Reduced(tuple(ways), frozenset([BEGIN]))
    watched = {place for way in ways for place in way.keeps | way.clears | way.empty}
    todo = [place for place in found.places if place not in watched]
    folded = True
    while folded:
        folded = False
        for place in list(todo):
            smaller = _forward(found, place) or _backward(found, place)
            if smaller is not None:
                found, folded = _tidy(smaller), True
                todo.remove(place)
    return found


def _forward(net: Reduced, place: str) -> Reduced | None:
    """The one way on from a place is silent: whatever fills the place does it at once."""
    users = [way for way in net.ways if place in way.takes]
    if len(users) != 1 or users[0].takes != {place} or not users[0].plain or place in users[0].gives:
        return None
    on = users[0].gives
    makers = [way for way in net.ways if place in way.gives]
    if any(on & (way.gives - {place}) for way in makers) or (place in net.begin and on & (net.begin - {place})):
        return None
    ways = [
        replace(way, gives=way.gives - {place} | on) if way in makers else way for way in net.ways if way != users[0]
    ]
    return Reduced(tuple(ways), net.begin - {place} | on if place in net.begin else net.begin)


def _backward(net: Reduced, place: str) -> Reduced | None:
    """All that fills a place is silent and does nothing else: it waits for what empties the place."""
    makers = [way for way in net.ways if place in way.gives]
    users = [way for way in net.ways if place in way.takes]
    fits = all(way.plain and way.gives == {place} and place not in way.takes for way in makers) and all(
        way.takes == {place} and not way.keeps and not way.empty and place not in way.gives for way in users
    )
    grown = len(makers) * len(users) - len(makers) - len(users)
    if not makers or not users or not fits or place in net.begin or grown > _GROWTH:
        return None
    joined = [replace(user, takes=maker.takes) for maker in makers for user in users]
    return Reduced((*(way for way in net.ways if way not in makers and way not in users), *joined), net.begin)


def _tidy(net: Reduced) -> Reduced:
    """Without doubles and silent transitions that change nothing."""
    ways = [way for way in dict.fromkeys(net.ways) if not (way.plain and way.takes == way.gives)]
    return replace(net, ways=tuple(ways))
