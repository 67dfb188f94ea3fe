"""A process as bit masks over its places: the form in which cases are played against it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.bpmn import Kind, Net, Process, compile_net, validate
from kehu.analysis.bpmn.model import TASKS
from kehu.analysis.log.eventlog import Int32Array
from kehu.analysis.mining.reduction import SILENT, Reduced, Way, reduced

Masks: TypeAlias = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Play:
    """Transitions (transitions,) and their masks of places (transitions, words of 64 places).

    ``label`` indexes ``names``: first the log's activities, then the model's steps the log does not know; ``SILENT``
    for what leaves no trace. ``needs`` must be marked and ``empty`` not; then ``takes`` is unmarked and ``gives``
    marked. ``ends`` are the silent transitions that take a last token away, ``forced`` those that may act at once
    without loss. ``reach`` (places,) holds, as bits of the first 64 labels, what a token there may still lead to;
    ``must`` what it cannot avoid. ``begin`` is the first marking; the last is empty. A place holds one token at most.
    """

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    node_of_label: tuple[str, ...]
    label: Int32Array
    ends: npt.NDArray[np.bool_]
    forced: npt.NDArray[np.bool_]
    needs: Masks
    takes: Masks
    gives: Masks
    empty: Masks
    begin: Masks
    reach: Masks
    must: Masks

    @property
    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """The arrays, in the order of the fields, as the kernels take them."""
        return tuple(getattr(self, item.name) for item in fields(self)[3:])


def play_of(process: Process, activities: tuple[str, ...]) -> Play:
    """The process ready to be played with a log of these activities, silent moves folded away where they can be.

    Tasks and calls are matched to activities by name (by id where they have none); events, gateways and sub-processes
    are silent unless an activity has their name. Raises InputError where the process has a fatal problem.
    """
    validate(process)
    net = compile_net(process)
    names = _names(process, activities)
    code = {name: number for number, name in enumerate(names)}
    labels = [code.get(process.node_by_id[item.node].label, SILENT) for item in net.transitions]
    labels = [SILENT if _passes(net, number) else label for number, label in enumerate(labels)]
    small = reduced(net, labels)
    ways, places = small.ways, small.places
    word = {place: divmod(number, 64) for number, place in enumerate(places)}
    reach, must = _prospects(small)
    return Play(
        names,
        tuple(way.node for way in ways),
        tuple(next((way.node for way in ways if way.label == number), "") for number in range(len(names))),
        label=np.array([way.label for way in ways], np.int32),
        ends=np.array([way.label == SILENT and not way.gives for way in ways]),
        forced=np.array([_forced(way, small) for way in ways]),
        needs=_masks([way.takes | way.keeps for way in ways], word),
        takes=_masks([way.takes | way.clears for way in ways], word),
        gives=_masks([way.gives for way in ways], word),
        empty=_masks([way.empty for way in ways], word),
        begin=_masks([small.begin], word)[0],
        reach=np.array([reach[place] for place in places], np.uint64),
        must=np.array([must[place] for place in places], np.uint64),
    )


def _forced(way: Way, net: Reduced) -> bool:
    """Whether it may act at once without loss: silent, and nothing else uses or looks at the places it takes."""
    others = [other for other in net.ways if other != way]
    return way.plain and not any(
        way.takes & (other.takes | other.keeps | other.clears | other.empty) for other in others
    )


def _names(process: Process, activities: tuple[str, ...]) -> tuple[str, ...]:
    missing = dict.fromkeys(node.label for node in process.nodes if node.kind in TASKS and node.label not in activities)
    return (*activities, *missing)


def _passes(net: Net, number: int) -> bool:
    """Whether the transition is a sub-process's entering: only its leaving is what a log may name."""
    item = net.transitions[number]
    return item.kind is Kind.SUBPROCESS and item.takes != (item.node,)


def _masks(places: list[frozenset[str]], word: dict[str, tuple[int, int]]) -> Masks:
    masks = np.zeros((len(places), (len(word) + 63) // 64), np.uint64)
    for number, row in enumerate(places):
        for place in row:
            masks[number, word[place][0]] |= np.uint64(1 << word[place][1])
    return masks


def _prospects(net: Reduced) -> tuple[dict[str, int], dict[str, int]]:
    """For each place the labels a token there may lead to (least fixpoint) and cannot avoid (greatest fixpoint).

    Both look at one token alone: ``reach`` errs on the side of too many, ``must`` on the side of too few, so that the
    bounds built on them never exceed the true cost.
    """
    users = {place: [way for way in net.ways if place in way.takes | way.keeps] for place in net.places}
    losers = {place: [way for way in net.ways if place in way.takes | way.clears] for place in net.places}
    reach, must = dict.fromkeys(net.places, 0), dict.fromkeys(net.places, (1 << 64) - 1)
    changed = True
    while changed:
        changed = False
        for place in net.places:
            may, forced = reach[place], must[place]
            for way in users[place]:
                may |= _after(reach, way)
            for way in losers[place]:
                forced &= _after(must, way)
            changed |= (may, forced) != (reach[place], must[place])
            reach[place], must[place] = may, forced
    return reach, must


def _after(values: dict[str, int], way: Way) -> int:
    found = 1 << way.label if 0 <= way.label < 64 else 0
    for place in way.gives:
        found |= values[place]
    return found
