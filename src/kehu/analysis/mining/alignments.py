"""Optimal alignments: the cheapest way to explain each case by a process, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kehu.analysis.bpmn import Process
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.play import Play, play_of
from kehu.analysis.mining.searching import (
    FOUND,
    FULL_MARKINGS,
    FULL_MOVES,
    FULL_PATHS,
    FULL_STATES,
    LOG_MOVE,
    UNKNOWN,
    enlarge_table,
    search_all,
)
from kehu.analysis.mining.traces import Traces, traces

MOST_STATES = 2_000_000
"""States opened for one variant before it is given up: some seconds and 300 MB."""
_NO_END = 1 << 60
_MARKINGS = 1 << 10
"""Room for so many markings at first; it doubles when it is full."""


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
    return Alignments(variants, Aligner(play_of(process, variants.activities)).align(variants, most=most))


class Aligner:
    """A search that keeps what it learns of the process: markings and their moves serve every further case."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._known = np.isin(np.arange(len(play.names)), play.label)
        words = play.begin.shape[0]
        self._marks = np.zeros((_MARKINGS, words), np.uint64)
        self._table = np.full(4 * _MARKINGS, -1, np.int32)
        self._bounds = np.zeros((_MARKINGS, 2), np.uint64)
        self._spans = np.full((_MARKINGS, 2), -1, np.int32)
        self._jumps = np.full((_MARKINGS, len(play.names), 2), UNKNOWN, np.int32)
        self._moves = np.zeros((4 * _MARKINGS, 2), np.int32)
        self._sizes = np.zeros(2, np.int64)
        self._room(4 * _MARKINGS)

    @property
    def markings(self) -> int:
        """Markings met so far."""
        return int(self._sizes[0])

    def align(
        self, variants: Traces, numbers: Iterable[int] | None = None, *, most: int = MOST_STATES, whole: int = _NO_END
    ) -> tuple[Alignment, ...]:
        """The alignments of all or some variants, in the order asked for.

        ``most`` bounds the states opened for one variant, ``whole`` those for all; what is beyond has no cost.
        """
        chosen = np.array(range(variants.variants) if numbers is None else list(numbers), np.int64)
        found = np.zeros((len(chosen), 3), np.int64)
        paths = np.zeros((2 * int(np.diff(variants.offsets)[chosen].sum()) + 1024, 3), np.int32)
        done = 0
        while done < len(chosen):
            store = (self._marks, self._table, self._bounds, self._spans, self._moves, self._jumps, self._sizes)
            space = (self._slots, self._states, self._queue)
            where = (done, variants.steps, variants.offsets, chosen)
            done, status = search_all(*where, self._known, self.play.arrays, store, space, paths, found, most, whole)
            if status == FULL_PATHS:
                paths = np.concatenate([paths, np.zeros_like(paths)])
            elif status != FOUND:
                self._grow(status)
        return self._read(chosen, found, paths)

    def _read(self, chosen: np.ndarray, found: np.ndarray, paths: np.ndarray) -> tuple[Alignment, ...]:
        names, nodes = self.play.names, self.play.nodes
        steps = [
            Step(Move.LOG_ONLY, names[label])
            if t == LOG_MOVE
            else Step(Move.TOGETHER if together else Move.MODEL_ONLY, names[label], nodes[t])
            for t, label, together in paths[: found[-1, 1] if len(found) else 0].tolist()
        ]
        ends = found[:, 1].tolist()
        rows = zip(chosen.tolist(), found.tolist(), [0, *ends], ends, strict=False)
        return tuple(
            Alignment(number, cost if cost >= 0 else None, tuple(steps[begin:end]), opened)
            for number, (cost, _, opened), begin, end in rows
        )

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
            self._marks = np.concatenate([self._marks, np.zeros_like(self._marks)])
            self._bounds = np.concatenate([self._bounds, np.zeros_like(self._bounds)])
            self._spans = np.concatenate([self._spans, np.full_like(self._spans, -1)])
            self._jumps = np.concatenate([self._jumps, np.full_like(self._jumps, UNKNOWN)])
            self._table = np.full(2 * self._table.shape[0], -1, np.int32)
            enlarge_table(self._marks, self._table, self.markings)
