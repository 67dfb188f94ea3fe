"""A process as bit masks over its places: the form in which cases are played against it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.bpmn import Kind, Net, Process, compile_net, validate
from kehu.analysis.bpmn.model import TASKS
from kehu.analysis.bpmn.net import BEGIN
from kehu.analysis.log.eventlog import Int32Array

Masks: TypeAlias = npt.NDArray[np.uint64]
SILENT = -1
"""The label of a transition no log records."""


@dataclass(frozen=True, eq=False)
class Play:
    """Transitions (transitions,) and their masks of places (transitions, words of 64 places).

    ``label`` indexes ``names``: first the log's activities, then the model's steps the log does not know; ``SILENT``
    for what leaves no trace. ``needs`` must be marked and ``empty`` not; then ``takes`` is unmarked and ``gives``
    marked. ``reach`` (places,) holds, as bits of the first 64 labels, what a token there may still lead to; ``must``
    what it cannot avoid. ``begin`` is the first marking; the last is empty. A place holds one token at most.
    """

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    node_of_label: tuple[str, ...]
    label: Int32Array
    ends: npt.NDArray[np.bool_]
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
    """The process ready to be played with a log of these activities.

    Tasks and calls are matched to activities by name (by id where they have none); events, gateways and sub-processes
    are silent unless an activity has their name. Raises InputError where the process has a fatal problem.
    """
    validate(process)
    net = compile_net(process)
    names = _names(process, activities)
    code = {name: number for number, name in enumerate(names)}
    word = {place: divmod(number, 64) for number, place in enumerate(net.places)}
    labels = [code.get(process.node_by_id[item.node].label, SILENT) for item in net.transitions]
    labels = [SILENT if _passes(net, number) else label for number, label in enumerate(labels)]
    masks = {
        "needs": _masks([(*item.takes, *item.keeps) for item in net.transitions], word),
        "takes": _masks([(*item.takes, *item.clears) for item in net.transitions], word),
        "gives": _masks([item.gives for item in net.transitions], word),
        "empty": _masks([item.empty for item in net.transitions], word),
    }
    reach, must = _prospects(net, labels)
    return Play(
        names,
        tuple(item.node for item in net.transitions),
        tuple(_node_of(net, labels, number) for number in range(len(names))),
        np.array(labels, np.int32),
        np.array([item.kind is Kind.END for item in net.transitions]),
        begin=_masks([(BEGIN,)], word)[0],
        reach=reach,
        must=must,
        **masks,
    )


def _names(process: Process, activities: tuple[str, ...]) -> tuple[str, ...]:
    missing = dict.fromkeys(node.label for node in process.nodes if node.kind in TASKS and node.label not in activities)
    return (*activities, *missing)


def _passes(net: Net, number: int) -> bool:
    """Whether the transition is a sub-process's entering: only its leaving is what a log may name."""
    item = net.transitions[number]
    return item.kind is Kind.SUBPROCESS and item.takes != (item.node,)


def _node_of(net: Net, labels: list[int], label: int) -> str:
    return net.transitions[labels.index(label)].node if label in labels else ""


def _masks(places: list[tuple[str, ...]], word: dict[str, tuple[int, int]]) -> Masks:
    masks = np.zeros((len(places), (len(word) + 63) // 64), np.uint64)
    for number, row in enumerate(places):
        for place in row:
            masks[number, word[place][0]] |= np.uint64(1 << word[place][1])
    return masks


def _prospects(net: Net, labels: list[int]) -> tuple[Masks, Masks]:
    """For each place the labels a token there may lead to (least fixpoint) and cannot avoid (greatest fixpoint).

    Both look at one token alone: ``reach`` errs on the side of too many, ``must`` on the side of too few, so that the
    bounds built on them never exceed the true cost.
    """
    bits = [1 << label if 0 <= label < 64 else 0 for label in labels]
    users = {
        place: [n for n, item in enumerate(net.transitions) if place in (*item.takes, *item.keeps)]
        for place in net.places
    }
    losers = {
        place: [n for n, item in enumerate(net.transitions) if place in (*item.takes, *item.clears)]
        for place in net.places
    }
    every = (1 << 64) - 1
    reach, must = dict.fromkeys(net.places, 0), dict.fromkeys(net.places, every)

    def after(values: dict[str, int], number: int) -> int:
        found = bits[number]
        for place in net.transitions[number].gives:
            found |= values[place]
        return found

    changed = True
    while changed:
        changed = False
        for place in reversed(net.places):
            may = reach[place]
            for number in users[place]:
                may |= after(reach, number)
            forced = must[place]
            for number in losers[place]:
                forced &= after(must, number)
            changed |= (may, forced) != (reach[place], must[place])
            reach[place], must[place] = may, forced
    return (np.array([values[place] for place in net.places], np.uint64) for values in (reach, must))  # type: ignore[return-value]
