"""Optimal alignments: the cheapest way to explain each case by a process, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from kehu.analysis.bpmn import Process
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.play import SILENT, Play, play_of
from kehu.analysis.mining.searching import (
    FOUND,
    FULL_MARKINGS,
    FULL_MOVES,
    FULL_STATES,
    LOG_MOVE,
    NO_WAY,
    TOO_MANY,
    search,
)
from kehu.analysis.mining.traces import Traces, traces

MOST_STATES = 2_000_000
"""States opened for one variant before it is given up: some seconds and 300 MB."""


class Move(StrEnum):
    """What happened at one step of an alignment."""

    TOGETHER = "together"  # the case did what the process says
    LOG_ONLY = "log only"  # the case did it, the process does not allow it there
    MODEL_ONLY = "model only"  # the process asks for it, the case did not do it


@dataclass(frozen=True)
class Step:
    """One step: its activity, the model's node (``""`` for a step of the log alone) and the move."""

    move: Move
    activity: str
    node: str = ""


@dataclass(frozen=True)
class Alignment:
    """The cheapest explanation of one variant; silent moves are left out of ``steps``.

    ``cost`` is the number of steps of one side alone; ``None`` where the search was given up after ``opened`` states,
    or where the process cannot be finished at all.
    """

    variant: int
    cost: int | None
    steps: tuple[Step, ...]
    opened: int


@dataclass(frozen=True, eq=False)
class Alignments:
    """One alignment for each variant of ``traces``, in their order."""

    traces: Traces
    alignments: tuple[Alignment, ...]

    @property
    def cost(self) -> int:
        """Steps of one side alone, over all cases whose alignment is known."""
        found = zip(self.alignments, self.traces.counts.tolist(), strict=True)
        return sum((item.cost or 0) * int(count) for item, count in found)

    @property
    def unknown(self) -> int:
        """Cases whose search was given up."""
        found = zip(self.alignments, self.traces.counts.tolist(), strict=True)
        return sum(int(count) for item, count in found if item.cost is None)


def align(log: EventLog, process: Process, selection: Selection = EVERYTHING, *, most: int = MOST_STATES) -> Alignments:
    """Exact optimal alignments of the selected cases, one search a variant.

    Standard costs: a step of the log alone 1, a visible step of the model alone 1, silent moves 0. Source: Adriansyah,
    *Aligning Observed and Modeled Behavior* (2014); the bound of the search is described in ``mining.searching``. The
    process is taken to hold one token a flow at most. Raises InputError where the process has a fatal problem.
    """
    return align_traces(traces(log, selection), process, most=most)


def align_traces(variants: Traces, process: Process, *, most: int = MOST_STATES) -> Alignments:
    """As ``align``, for variants."""
    aligner = Aligner(play_of(process, variants.activities), most=most)
    return Alignments(variants, tuple(aligner.align(variants, range(variants.variants))))


class Aligner:
    """A search that keeps what it learns of the process: markings and their moves serve every further case."""

    def __init__(self, play: Play, *, most: int = MOST_STATES) -> None:
        self.play, self.most = play, most
        self._known = np.isin(np.arange(len(play.names)), play.label)
        words = play.begin.shape[0]
        self._marks = np.zeros((1 << 12, words), np.uint64)
        self._table = np.full(1 << 14, -1, np.int32)
        self._bounds = np.zeros((1 << 12, 2), np.uint64)
        self._spans = np.full((1 << 12, 2), -1, np.int32)
        self._moves = np.zeros((1 << 14, 2), np.int32)
        self._sizes = np.zeros(2, np.int64)
        self._room(1 << 14)

    @property
    def markings(self) -> int:
        """Markings met so far."""
        return int(self._sizes[0])

    def align(self, variants: Traces, numbers: Iterable[int]) -> Iterable[Alignment]:
        """The alignments of some variants, in the order asked for."""
        for number in numbers:
            yield self._align(number, variants.steps[variants.offsets[number] : variants.offsets[number + 1]])

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, ...]:
        return self.play.arrays

    def _align(self, number: int, trace: np.ndarray) -> Alignment:
        heads = np.empty(len(trace) + len(self.play.nodes) + 66, np.int64)
        while True:
            store = (self._marks, self._table, self._bounds, self._spans, self._moves, self._sizes)
            space = (self._slots, self._states, self._queue)
            status, cost, last, opened = search(trace, self._known, self._arrays, store, space, heads, self.most)
            if status == FOUND:
                return Alignment(number, int(cost), self._steps(trace, last), int(opened))
            if status in {NO_WAY, TOO_MANY}:
                return Alignment(number, None, (), int(opened))
            self._grow(status)

    def _steps(self, trace: np.ndarray, last: int) -> tuple[Step, ...]:
        """The way back from the last state, turned round."""
        steps: list[Step] = []
        states, names, label = self._states, self.play.names, self.play.label
        while (parent := int(states[last, 3])) >= 0:
            move, position = int(states[last, 4]), int(states[parent, 1])
            if move == LOG_MOVE:
                steps.append(Step(Move.LOG_ONLY, names[trace[position]]))
            elif label[move] != SILENT:
                together = int(states[last, 1]) > position
                kind = Move.TOGETHER if together else Move.MODEL_ONLY
                steps.append(Step(kind, names[label[move]], self.play.nodes[move]))
            last = parent
        return tuple(reversed(steps))

    def _room(self, states: int) -> None:
        self._slots = np.full(4 * states, -1, np.int32)
        self._states = np.zeros((states, 7), np.int64)
        self._queue = np.zeros((2 * states, 3), np.int64)

    def _grow(self, status: int) -> None:
        if status == FULL_STATES:
            self._room(2 * self._states.shape[0])
        elif status == FULL_MOVES:
            self._moves = np.concatenate([self._moves, np.zeros_like(self._moves)])
        elif status == FULL_MARKINGS:
            # Numbers of markings change with the table's size only through the table, so that is built anew.
            self._marks = np.concatenate([self._marks, np.zeros_like(self._marks)])
            self._bounds = np.concatenate([self._bounds, np.zeros_like(self._bounds)])
            self._spans = np.concatenate([self._spans, np.full_like(self._spans, -1)])
            self._table = np.full(2 * self._table.shape[0], -1, np.int32)
            self._sizes[:] = 0  # markings are met again in the order of need
            self._spans[:] = -1
