"""Giving every instant of a wait its cause, person by person, in the person's own working time.

All times are first turned into *available time*: the microseconds the person was at work since the log began. On that
axis nights and weekends have no length, the person's work is a row of disjoint pieces, and what lies between two
pieces is free time. Definitions: docs/explanation/waiting.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Int32Array, Int64Array
from kehu.analysis.mining.waiting.availability import Availability
from kehu.analysis.mining.waiting.enabling import Enabling, plain

CAUSES = ("contention", "prioritisation", "unavailability", "batching", "extraneous")
CONTENTION, PRIORITISATION, UNAVAILABILITY, BATCHING, EXTRANEOUS = range(5)
_BATCH = 3
_PAUSE = 60_000_000
"""Longest pause within a batch: one minute."""
_FREE = 60_000_000
"""Shortest free stretch: one minute. Benchmarks: longer ones miss short delays, shorter ones change nothing."""
_SHORT = 32
"""So many pieces are summed one by one; longer rows of work by a tree of sums."""


class Events(NamedTuple):
    """What the kernels need of the log, in event order."""

    activity: Int32Array
    case: Int32Array
    start: Int64Array
    end: Int64Array
    enabled: Int64Array


class Timetable(NamedTuple):
    """The working stretches of one person and the open time before each."""

    opens: Int64Array
    closes: Int64Array
    before: Int64Array


class Pieces(NamedTuple):
    """One person's work in available time, by position: disjoint pieces, the busy time before each, the batch's end."""

    begin: Int64Array
    finish: Int64Array
    busy: Int64Array
    complete: Int64Array


class Split(NamedTuple):
    """What is found, in event order.

    ``parts`` (events, 5): microseconds by cause; ``window``: available time from ready to start; ``whole``: whether
    the event was begun out of free time, so that its delay is seen whole.
    """

    parts: Int64Array
    window: Int64Array
    whole: BoolArray


def split(log: EventLog, ready: Enabling, at_work: Availability) -> Split:
    """Split each event's wait into the five causes, in the order of ``CAUSES``.

    Rows of ``parts`` sum to the wait exactly; events without a wait have zeros.
    """
    found = Split(
        parts=np.zeros((log.events, len(CAUSES)), np.int64),
        window=np.zeros(log.events, np.int64),
        whole=np.zeros(log.events, np.bool_),
    )
    events = Events(
        activity=plain(log.activity),
        case=plain(log.case_of_event()),
        start=plain(log.start),
        end=plain(log.end),
        enabled=plain(ready.enabled),
    )
    everyone = Timetable(at_work.opens, at_work.closes, at_work.before)
    _nobody(plain(log.resource), events, everyone, at_work.offsets, at_work.timetable, found.parts)
    order = plain(log.resource_order)
    if order.size:
        edges = np.concatenate([[0], np.flatnonzero(np.diff(log.resource[order])) + 1, [order.size]]).astype(np.int64)
        _everybody(edges, order, plain(log.resource), events, everyone, at_work.offsets, at_work.timetable, found)
    return found


@njit(cache=True, nogil=True)
def _nobody(resource, events, everyone, offsets, timetable, parts):  # type: ignore[no-untyped-def]
    """Waits of events nobody is named for: outside working hours, and the rest."""
    table = table_of(everyone, offsets, timetable[timetable.shape[0] - 1])
    for e in range(resource.shape[0]):
        if resource[e] < 0 and events.enabled[e] != NO_TIME:
            open_time = elapsed(events.start[e], table) - elapsed(events.enabled[e], table)
            parts[e, EXTRANEOUS] = open_time
            parts[e, UNAVAILABILITY] = events.start[e] - events.enabled[e] - open_time


@njit(cache=True, nogil=True)
def _everybody(edges, order, resource, events, everyone, offsets, timetable, found):  # type: ignore[no-untyped-def]
    most = np.max(edges[1:] - edges[:-1])
    pieces = Pieces(
        np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most + 1, np.int64), np.empty(most, np.int64)
    )
    for r in range(edges.shape[0] - 1):
        mine = order[edges[r] : edges[r + 1]]
        table = table_of(everyone, offsets, timetable[resource[mine[0]]])
        _share_out(mine, events, table, pieces)
        _find_batches(mine, events, table, pieces)
        _split(mine, events, table, pieces, found)


@njit(cache=True, nogil=True)
def table_of(everyone, offsets, k) -> Timetable:  # type: ignore[no-untyped-def]
    """Timetable ``k`` of the flat arrays of all."""
    first, last = offsets[k], offsets[k + 1]
    return Timetable(everyone.opens[first:last], everyone.closes[first:last], everyone.before[first:last])


@njit(cache=True, nogil=True)
def elapsed(instant, table) -> Any:  # type: ignore[no-untyped-def]
    """Available time up to an instant."""
    i = np.searchsorted(table.opens, instant, side="right") - 1
    if i < 0:
        return np.int64(0)
    return table.before[i] + min(instant, table.closes[i]) - table.opens[i]


@njit(cache=True, nogil=True)
def _share_out(mine, events, table, pieces):  # type: ignore[no-untyped-def]
    """Share the person's time out: each instant belongs to the work begun first."""
    cover = np.int64(0)
    pieces.busy[0] = 0
    for p in range(mine.shape[0]):
        e = mine[p]
        begin = finish = cover
        if events.start[e] != NO_TIME:
            finish = max(cover, elapsed(events.end[e], table))
            if finish > cover:
                begin = max(cover, elapsed(events.start[e], table))
        pieces.begin[p], pieces.finish[p] = begin, finish
        pieces.busy[p + 1] = pieces.busy[p] + finish - begin
        cover = finish


@njit(cache=True, nogil=True)
def _busy_until(time, count, pieces):  # type: ignore[no-untyped-def]
    """Available time spent on work up to ``time``."""
    i = np.searchsorted(pieces.begin[:count], time, side="left") - 1
    if i < 0:
        return np.int64(0)
    return pieces.busy[i] + min(time, pieces.finish[i]) - pieces.begin[i]


@njit(cache=True, nogil=True)
def _find_batches(mine, events, table, pieces):  # type: ignore[no-untyped-def]
    count = mine.shape[0]
    pieces.complete[:count] = NO_TIME
    p = 0
    while p < count:
        size, earliest, latest = _run(mine, p, events)
        if size < _BATCH:
            p += 1
            continue
        x, y = elapsed(earliest, table), elapsed(latest, table)
        if y - x - _busy_until(y, count, pieces) + _busy_until(x, count, pieces) >= _FREE:
            pieces.complete[p : p + size] = latest
        p += size


@njit(cache=True, nogil=True)
def _run(mine, p, events):  # type: ignore[no-untyped-def]
    """Length of the run of like work from position ``p``, all enabled before it began; first and last enabling."""
    e = mine[p]
    earliest = latest = events.enabled[e]
    if latest == NO_TIME:
        return 1, earliest, latest
    until = events.end[e]
    q = p + 1
    while q < mine.shape[0]:
        g = mine[q]
        ready = events.enabled[g]
        if (
            ready == NO_TIME
            or ready > events.start[e]
            or events.activity[g] != events.activity[e]
            or events.case[g] == events.case[mine[q - 1]]
            or events.start[g] > until + _PAUSE
        ):
            break
        earliest, latest = min(earliest, ready), max(latest, ready)
        until = max(until, events.end[g])
        q += 1
    return q - p, earliest, latest


@njit(cache=True, nogil=True)
def _split(mine, events, table, pieces, found):  # type: ignore[no-untyped-def]
    count = mine.shape[0]
    long_rows = np.zeros((count, 3), np.int64)  # position, first and last piece of the rows left to the tree of sums
    longs = 0
    cover = free_from = free_to = np.int64(0)  # work so far, and the last free stretch
    for p in range(count):
        e = mine[p]
        if events.start[e] == NO_TIME:
            continue
        now = elapsed(events.start[e], table)
        if now - cover >= _FREE:
            free_from, free_to = cover, now
        cover = max(cover, pieces.finish[p])
        if events.enabled[e] == NO_TIME:
            continue
        since = elapsed(events.enabled[e], table)
        gathered = max(since, elapsed(pieces.complete[p], table))
        tail = free_to if free_to - max(free_from, gathered) >= _FREE else gathered
        first = np.searchsorted(pieces.finish[:p], tail, side="right")
        last = np.searchsorted(pieces.begin[:p], now, side="left") - 1
        busy = _busy_until(now, p, pieces) - _busy_until(tail, p, pieces)
        later = _overtaking(mine, p, first, last, tail, now, events, pieces)
        if last - first > _SHORT:
            long_rows[longs, 0], long_rows[longs, 1], long_rows[longs, 2] = p, first, last
            longs += 1
        found.parts[e, BATCHING] = gathered - since
        found.parts[e, UNAVAILABILITY] = events.start[e] - events.enabled[e] - (now - since)
        found.parts[e, PRIORITISATION] = later
        found.parts[e, CONTENTION] = busy - later
        found.parts[e, EXTRANEOUS] = now - gathered - busy
        found.window[e] = now - gathered
        fresh = now - elapsed(events.start[e] - _FREE, table) < _FREE  # begun as the day began: the night hid the rest
        found.whole[e] = now == gathered or (free_to == now and not fresh)
    if longs:
        _overtaking_by_tree(mine, long_rows[:longs], events, pieces, found.parts)


@njit(cache=True, nogil=True)
def _turn(g, events):  # type: ignore[no-untyped-def]
    """When a piece of work came into the queue: as it was enabled, or, where that is unknown, as it began."""
    return events.start[g] if events.enabled[g] == NO_TIME else events.enabled[g]


@njit(cache=True, nogil=True)
def _overtaking(mine, p, first, last, tail, now, events, pieces):  # type: ignore[no-untyped-def]
    """Time spent between ``tail`` and ``now`` on work that came after the event: of long rows, the two ends only."""
    mark = events.enabled[mine[p]]
    later = np.int64(0)
    q = first
    while q <= last:
        if _turn(mine[q], events) > mark:
            later += max(min(pieces.finish[q], now) - max(pieces.begin[q], tail), 0)
        q = last if q == first and last - first > _SHORT else q + 1
    return later


@njit(cache=True, nogil=True)
def _overtaking_by_tree(mine, rows, events, pieces, parts):  # type: ignore[no-untyped-def]
    """Add the inner pieces of long rows: a Fenwick tree of the pieces, filled from the last that came to the first."""
    count = mine.shape[0]
    turns = np.empty(count, np.int64)
    for p in range(count):
        turns[p] = _turn(mine[p], events)
    newest = np.argsort(turns)[::-1]
    marks = np.empty(rows.shape[0], np.int64)
    for i in range(rows.shape[0]):
        marks[i] = events.enabled[mine[rows[i, 0]]]
    tree = np.zeros(count + 1, np.int64)
    filled = 0
    for i in np.argsort(marks)[::-1]:
        while filled < count and turns[newest[filled]] > marks[i]:
            p = newest[filled]
            _tree_add(tree, p, pieces.finish[p] - pieces.begin[p])
            filled += 1
        later = _tree_sum(tree, rows[i, 2]) - _tree_sum(tree, rows[i, 1] + 1)
        e = mine[rows[i, 0]]
        parts[e, PRIORITISATION] += later
        parts[e, CONTENTION] -= later


@njit(cache=True, nogil=True)
def _tree_add(tree, position, amount):  # type: ignore[no-untyped-def]
    i = position + 1
    while i < tree.shape[0]:
        tree[i] += amount
        i += i & -i


@njit(cache=True, nogil=True)
def _tree_sum(tree, count):  # type: ignore[no-untyped-def]
    """Sum of the first ``count`` positions."""
    total = np.int64(0)
    i = count
    while i > 0:
        total += tree[i]
        i -= i & -i
    return total
