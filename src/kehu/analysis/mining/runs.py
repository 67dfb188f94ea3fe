"""Runs of whole cases, and how a kernel is carried over them: on threads here, on shards elsewhere.

A kernel turns one run into a small summary; summaries merge to the same bits however the cases were split, since they
hold only counts, integer sums and sorted keys. What a figure is, is decided once, in ``finish``, after the merge.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int32Array, Int64Array, Selection

Summary = TypeVar("Summary")
Result_co = TypeVar("Result_co", covariant=True)
_Kind = TypeVar("_Kind", bound=np.generic)

THREADS = min(2, os.cpu_count() or 1)
_BLOCK = 1 << 18
"""Events handled at a time inside a run, so that what a kernel lays out stays in the processor's cache."""


class Kernel(Protocol[Summary, Result_co]):
    """A measure of whole cases, in three pure steps."""

    def summarise(self, run: Run) -> Summary:
        """The summary of one run of whole cases."""

    def merge(self, parts: Sequence[Summary]) -> Summary:
        """The summary of all the parts' cases together; at least one part is given."""

    def finish(self, summary: Summary, log: EventLog) -> Result_co:
        """The figures people read; only the log's names and header are looked at, never its events."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ShardedLog(EventLog):
    """A log whose cases lie in shards elsewhere; only its names, its header and what it holds are here.

    ``summaries`` carries a kernel to the shards and brings their summaries back. Its own arrays stand for one event
    that shows which of start, resource and department the log has; no kernel reads them.
    """

    summaries: Callable[[Kernel[Any, Any]], Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Run:
    """Consecutive cases of a log, without the events outside the selection.

    ``offsets`` (cases + 1,) starts at 0; the columns have the shape (events,) and are read-only; ``case`` (cases,)
    holds the cases' indices in the log. A case none of whose events is selected is not in the run.
    """

    log: EventLog
    offsets: Int64Array
    rows: slice | Int64Array
    case: Int64Array

    @property
    def cases(self) -> int:
        """Number of cases."""
        return int(self.offsets.shape[0]) - 1

    @property
    def events(self) -> int:
        """Number of events."""
        return int(self.offsets[-1])

    @cached_property
    def activity(self) -> Int32Array:
        """Codes of activities."""
        return _frozen(self.log.activity, self.rows)

    @cached_property
    def resource(self) -> Int32Array:
        """Codes of resources."""
        return _frozen(self.log.resource, self.rows)

    @cached_property
    def department(self) -> Int32Array:
        """Codes of departments."""
        return _frozen(self.log.department, self.rows)

    @cached_property
    def start(self) -> Int64Array:
        """Starts in microseconds, ``NO_TIME`` where there is none."""
        return _frozen(self.log.start, self.rows)

    @cached_property
    def end(self) -> Int64Array:
        """Completions in microseconds."""
        return _frozen(self.log.end, self.rows)

    def part(self, first: int, last: int) -> Run:
        """The cases ``first`` to ``last`` (not included) of this run."""
        begin, stop = int(self.offsets[first]), int(self.offsets[last])
        offset = self.rows.start if isinstance(self.rows, slice) else 0
        rows = slice(offset + begin, offset + stop) if isinstance(self.rows, slice) else self.rows[begin:stop]
        return Run(self.log, _frozen(self.offsets[first : last + 1] - begin), rows, self.case[first:last])

    def split(self, parts: int) -> list[Run]:
        """At most ``parts`` runs of about as many events each."""
        return [self.part(first, last) for first, last in self._cuts(max(1, -(-self.events // max(1, parts))))]

    def blocks(self) -> Iterator[Run]:
        """This run in pieces small enough for the processor's cache; one empty piece where there is no case."""
        return (self.part(first, last) for first, last in self._cuts(_BLOCK))

    def _cuts(self, size: int) -> list[tuple[int, int]]:
        wanted = np.arange(size, self.events, size)
        inner = np.searchsorted(self.offsets, wanted)
        bounds = np.unique(np.concatenate(([0], inner, [self.cases])))
        return list(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)) or [(0, 0)]


@lru_cache(maxsize=1)
def whole(log: EventLog, selection: Selection = EVERYTHING) -> Run:
    """All selected cases of a log as one run; the last is kept, since a screen asks several kernels about one."""
    if selection.cases is None and selection.events is None:
        offsets = _frozen(log.case_offsets)
        return Run(log, offsets, slice(0, log.events), np.arange(log.cases))
    cases = np.ones(log.cases, np.bool_) if selection.cases is None else selection.cases
    events = np.ones(0, np.bool_) if selection.events is None else selection.events
    rows, lengths = _kept(_frozen(log.case_offsets), _frozen(cases), _frozen(events))
    present = np.flatnonzero(lengths)
    offsets = np.zeros(present.shape[0] + 1, np.int64)
    np.cumsum(lengths[present], out=offsets[1:])
    return Run(log, _frozen(offsets), rows, present)


def carry(
    kernel: Kernel[Summary, Result_co], log: EventLog, selection: Selection = EVERYTHING, *, threads: int = THREADS
) -> Result_co:
    """The kernel's figures for the selected part of a log, worked out on ``threads`` threads, or where its shards lie.

    Raises InputError for a selection of a log in shards.
    """
    if isinstance(log, ShardedLog):
        if selection.cases is not None or selection.events is not None:
            raise InputError(
                Sentence("a log in shards cannot be filtered yet"),
                remedy=Sentence("Filter the source, or use one machine"),
            )
        return kernel.finish(kernel.merge(log.summaries(kernel)), log)
    return kernel.finish(summarise(kernel, whole(log, selection), threads=threads), log)


def summarise(kernel: Kernel[Summary, Result_co], run: Run, *, threads: int = THREADS) -> Summary:
    """The kernel's summary of a run, worked out on threads; the same bits for any number of them."""
    parts = run.split(threads)
    if len(parts) == 1:
        return kernel.merge([kernel.summarise(parts[0])])
    with ThreadPoolExecutor(threads) as pool:
        return kernel.merge(list(pool.map(kernel.summarise, parts)))


def _frozen(values: npt.NDArray[_Kind], rows: slice | Int64Array = slice(None)) -> npt.NDArray[_Kind]:
    """A read-only plain array: one type for numba, whether the log is in memory or memory-mapped."""
    plain = np.asarray(values)[rows].view()
    plain.flags.writeable = False
    return plain


@njit(cache=True, nogil=True)
def _kept(offsets, cases, events):  # type: ignore[no-untyped-def]
    lengths = np.zeros(cases.shape[0], np.int64)
    for c in range(cases.shape[0]):
        if cases[c]:
            if events.shape[0]:
                for i in range(offsets[c], offsets[c + 1]):
                    lengths[c] += events[i]
            else:
                lengths[c] = offsets[c + 1] - offsets[c]
    rows = np.empty(lengths.sum(), np.int64)
    fill = 0
    for c in range(cases.shape[0]):
        if lengths[c]:
            for i in range(offsets[c], offsets[c + 1]):
                if not events.shape[0] or events[i]:
                    rows[fill] = i
                    fill += 1
    return rows, lengths
