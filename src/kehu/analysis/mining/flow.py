"""The directly-follows graph: which step follows which, how often and after how long.

Method: W. van der Aalst, Process Mining (2016), section 6.2, over events in the order (case, end, source order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.runs import Run, carry
from kehu.analysis.mining.times import GroupedTimes, Tally, Times


@dataclass(frozen=True, slots=True)
class Edge:
    """One step following another within a case.

    ``mean_s``, ``median_s``, ``p90_s``, ``total_s``: seconds from the end of the first to the *end* of the second.
    ``wait_*``: seconds from the end of the first to the *start* of the second (0 where they overlap), over the pairs
    whose second has a start; ``None`` where none has. Quantiles are within 1 %, the rest exact.
    """

    source: str
    target: str
    count: int
    mean_s: float
    median_s: float
    p90_s: float
    total_s: float
    wait_count: int = 0
    wait_mean_s: float | None = None
    wait_median_s: float | None = None
    wait_p90_s: float | None = None
    wait_total_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        fields = asdict(self)
        return {"from": fields.pop("source"), "to": fields.pop("target"), **fields}


@dataclass(frozen=True, slots=True)
class Activity:
    """How often an activity was done, and how long it took itself where its events have starts."""

    name: str
    count: int
    starts: int
    ends: int
    work: Times | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return asdict(self)


@dataclass(frozen=True)
class FlowGraph:
    """The directly-follows graph: ``edges`` and ``activities`` from the most frequent to the rarest, then by name.

    ``starts`` and ``ends`` say how many cases begin and end with an activity.
    """

    cases: int
    events: int
    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]

    @property
    def starts(self) -> dict[str, int]:
        """First activity of a case → number of cases."""
        return {activity.name: activity.starts for activity in self.activities if activity.starts}

    @property
    def ends(self) -> dict[str, int]:
        """Last activity of a case → number of cases."""
        return {activity.name: activity.ends for activity in self.activities if activity.ends}

    def edge(self, source: str, target: str) -> Edge | None:
        """The edge between two activities, if there is one."""
        return next((edge for edge in self.edges if (edge.source, edge.target) == (source, target)), None)

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {
            "cases": self.cases,
            "events": self.events,
            "activities": [activity.to_json() for activity in self.activities],
            "edges": [edge.to_json() for edge in self.edges],
        }


def directly_follows(log: EventLog, selection: Selection = EVERYTHING) -> FlowGraph:
    """The directly-follows graph of the selected cases, with counts and times on edges and activities."""
    return carry(FlowKernel(), log, selection)


@dataclass(frozen=True, eq=False)
class FlowSummary:
    """Counts by activity, shape (3, activities): all, first of a case, last of a case; times by pair and by activity.

    A pair's group is first x activities + second.
    """

    cases: int
    counts: Int64Array
    between: GroupedTimes
    wait: GroupedTimes
    work: GroupedTimes


@dataclass(frozen=True)
class FlowKernel:
    """The kernel of ``directly_follows``."""

    def summarise(self, run: Run) -> FlowSummary:
        """Count and time the pairs of one run."""
        kinds = len(run.log.activities)
        counts = np.zeros((3, kinds), np.int64)
        between, wait, work = Tally(), Tally(), Tally()
        for block in run.blocks():
            between.add(*_pairs(block.offsets, block.activity, block.end, kinds, counts))
            if run.log.has_start:
                wait.add(*_waits(block.offsets, block.activity, block.start, block.end, kinds))
                work.add(*_works(block.activity, block.start, block.end))
        return FlowSummary(run.cases, counts, between.summary(), wait.summary(), work.summary())

    def merge(self, parts: Sequence[FlowSummary]) -> FlowSummary:
        """Add the parts up."""
        return FlowSummary(
            sum(part.cases for part in parts),
            np.sum([part.counts for part in parts], axis=0),
            *(GroupedTimes.merged([getattr(part, name) for part in parts]) for name in ("between", "wait", "work")),
        )

    def finish(self, summary: FlowSummary, log: EventLog) -> FlowGraph:
        """Name the activities and put everything in order."""
        return FlowGraph(
            summary.cases, int(summary.counts[0].sum()), _activities(summary, log), _edges(summary, log.activities)
        )


def _activities(summary: FlowSummary, log: EventLog) -> tuple[Activity, ...]:
    work = summary.work.table().by_group()
    counts, starts, ends = (row.tolist() for row in summary.counts)
    order = np.argsort(-summary.counts[0], kind="stable").tolist()
    return tuple(
        Activity(log.activities[code], counts[code], starts[code], ends[code], work.get(code))
        for code in order
        if counts[code]
    )


def _without(values: list[float], missing: list[bool]) -> list[float | None]:
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def _edges(summary: FlowSummary, names: tuple[str, ...]) -> tuple[Edge, ...]:
    """Edges made from columns, not one by one: a log of a million activities has as many edges."""
    table = summary.between.table()
    order = np.argsort(-table.count, kind="stable")
    group = table.group[order]
    sources, targets = ([names[code] for code in codes.tolist()] for codes in (group // len(names), group % len(names)))
    between = (table.count, table.mean_s, table.median_s, table.p90_s, table.total_s)
    columns = [sources, targets, *(column[order].tolist() for column in between)]
    waits = summary.wait.table()
    if not waits.group.size:
        return tuple(Edge(*row) for row in zip(*columns, strict=True))
    place = np.minimum(np.searchsorted(waits.group, group), waits.group.size - 1)
    known = waits.group[place] == group
    waited = (waits.mean_s, waits.median_s, waits.p90_s, waits.total_s)
    columns.append(np.where(known, waits.count[place], 0).tolist())
    missing = (~known).tolist()
    columns += [_without(column[place].tolist(), missing) for column in waited]
    return tuple(Edge(*row) for row in zip(*columns, strict=True))


@njit(cache=True, nogil=True)
def _pairs(offsets, activity, end, kinds, counts):  # type: ignore[no-untyped-def]
    group = np.empty(activity.shape[0], np.int64)
    time = np.empty(activity.shape[0], np.int64)
    fill = 0
    for c in range(offsets.shape[0] - 1):
        first, last = offsets[c], offsets[c + 1]
        counts[1, activity[first]] += 1
        counts[2, activity[last - 1]] += 1
        counts[0, activity[first]] += 1
        for i in range(first + 1, last):
            counts[0, activity[i]] += 1
            group[fill] = np.int64(activity[i - 1]) * kinds + activity[i]
            time[fill] = end[i] - end[i - 1]
            fill += 1
    return group[:fill], time[:fill]


@njit(cache=True, nogil=True)
def _waits(offsets, activity, start, end, kinds):  # type: ignore[no-untyped-def]
    group = np.empty(activity.shape[0], np.int64)
    time = np.empty(activity.shape[0], np.int64)
    fill = 0
    for c in range(offsets.shape[0] - 1):
        for i in range(offsets[c] + 1, offsets[c + 1]):
            if start[i] != np.iinfo(np.int64).min:
                group[fill] = np.int64(activity[i - 1]) * kinds + activity[i]
                time[fill] = max(start[i] - end[i - 1], 0)
                fill += 1
    return group[:fill], time[:fill]


@njit(cache=True, nogil=True)
def _works(activity, start, end):  # type: ignore[no-untyped-def]
    group = np.empty(activity.shape[0], np.int64)
    time = np.empty(activity.shape[0], np.int64)
    fill = 0
    for i in range(activity.shape[0]):
        if start[i] != np.iinfo(np.int64).min:
            group[fill] = activity[i]
            time[fill] = max(end[i] - start[i], 0)
            fill += 1
    return group[:fill], time[:fill]
