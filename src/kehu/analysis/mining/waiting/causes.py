"""Giving every instant of a wait its cause, person by person, in the person's own working time.

All times are first turned into *available time*: the microseconds the person was at work since the log began. On that
axis nights and weekends have no length, the person's work is a row of disjoint pieces, and what lies between two
pieces is free time. Definitions: docs/explanation/waiting.md.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Int32Array, Int64Array
from kehu.analysis.mining.runs import THREADS
from kehu.analysis.mining.waiting.availability import Availability
from kehu.analysis.mining.waiting.enabling import Enabling, plain

CAUSES = ("contention", "prioritisation", "unavailability", "batching", "extraneous")
CONTENTION, PRIORITISATION, UNAVAILABILITY, BATCHING, EXTRANEOUS = range(5)
_BATCH = 3
_HABIT = 0.25
"""Least share of a person's pieces of an activity that come in such runs: fewer are chance."""
_PAUSE = 60_000_000
"""Longest pause within a batch: one minute."""
_FREE = 60_000_000
"""Shortest free stretch: one minute. Benchmarks: longer ones miss short delays, shorter ones change nothing."""
_SHORT = 32
"""So many pieces are summed one by one; longer rows of work by a tree of sums."""


class Events(NamedTuple):
    """What the kernels need of events: the log's in event order, or one person's in the order of their starts."""

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

    Rows of ``parts`` sum to the wait exactly; events without a wait have zeros. People are shared out over threads.
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
    resource, order = plain(log.resource), plain(log.resource_order)
    everyone = Timetable(at_work.opens, at_work.closes, at_work.before)
    timetables = (at_work.offsets, at_work.timetable)
    _nobody(resource, events, everyone, *timetables, found.parts)
    edges = np.append(np.searchsorted(resource[order], np.unique(resource[order])), order.size)
    with ThreadPoolExecutor(THREADS) as pool:
        list(
            pool.map(lambda run: _everybody(run, order, resource, events, everyone, *timetables, found), _shares(edges))
        )
    return found


def _shares(edges: Int64Array) -> list[Int64Array]:
    """The people's edges in as many runs as there are threads, of about as many events each."""
    cuts = np.searchsorted(edges, np.arange(THREADS + 1) * (int(edges[-1]) / THREADS))
    return [edges[first : last + 1] for first, last in itertools.pairwise(cuts) if last > first]


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
    """Person by person; each one's events are first copied side by side, which halves the time of a large log."""
    most = np.max(edges[1:] - edges[:-1]) if edges.shape[0] > 1 else 0
    room = Events(
        np.empty(most, np.int32), np.empty(most, np.int32),
        np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64),
    )  # fmt: skip
    pieces = Pieces(
        np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most + 1, np.int64), np.empty(most, np.int64)
    )
    tally = np.zeros((np.max(events.activity) + 1, 2), np.int64)
    for r in range(edges.shape[0] - 1):
        mine = order[edges[r] : edges[r + 1]]
        work = _side_by_side(mine, events, room)
        table = table_of(everyone, offsets, timetable[resource[mine[0]]])
        _share_out(work, table, pieces)
        _find_batches(work, table, pieces, tally)
        _split(mine, work, table, pieces, found)


@njit(cache=True, nogil=True)
def _side_by_side(mine, events, room):  # type: ignore[no-untyped-def]
    for p in range(mine.shape[0]):
        e = mine[p]
        room.activity[p], room.case[p] = events.activity[e], events.case[e]
        room.start[p], room.end[p], room.enabled[p] = events.start[e], events.end[e], events.enabled[e]
    count = mine.shape[0]
    return Events(room.activity[:count], room.case[:count], room.start[:count], room.end[:count], room.enabled[:count])


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
def _share_out(work, table, pieces):  # type: ignore[no-untyped-def]
    """Share the person's time out: each instant belongs to the work begun first."""
    cover = np.int64(0)
    pieces.busy[0] = 0
    for p in range(work.start.shape[0]):
        begin = finish = cover
        if work.start[p] != NO_TIME:
            finish = max(cover, elapsed(work.end[p], table))
            if finish > cover:
                begin = max(cover, elapsed(work.start[p], table))
        pieces.begin[p], pieces.finish[p] = begin, finish
        pieces.busy[p + 1] = pieces.busy[p] + finish - begin
        cover = finish


@njit(cache=True, nogil=True)
def _until(values, count, limit):  # type: ignore[no-untyped-def]
    """How many of the first ``count`` ascending values are at most ``limit``, sought from the end."""
    high, step = count, 1
    while high > 0 and values[max(high - step, 0)] > limit:
        high = max(high - step, 0)
        step *= 2
    low = max(high - step, 0)
    while low < high:
        middle = (low + high) // 2
        if values[middle] <= limit:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _busy_until(time, count, pieces):  # type: ignore[no-untyped-def]
    """Available time spent on work up to ``time``, as far as the first ``count`` pieces go."""
    i = _until(pieces.begin, count, time - 1) - 1
    if i < 0:
        return np.int64(0)
    return pieces.busy[i] + min(time, pieces.finish[i]) - pieces.begin[i]


@njit(cache=True, nogil=True)
def _find_batches(work, table, pieces, tally):  # type: ignore[no-untyped-def]
    count = work.start.shape[0]
    pieces.complete[:count] = NO_TIME
    p = 0
    while p < count:
        size, earliest, latest = _run(work, p)
        if size < _BATCH:
            p += 1
            continue
        x, y = elapsed(earliest, table), elapsed(latest, table)
        if y - x - _busy_until(y, p + size, pieces) + _busy_until(x, p + size, pieces) >= _FREE:
            pieces.complete[p : p + size] = latest
        p += size
    _drop_chance_runs(work, pieces, tally)


@njit(cache=True, nogil=True)
def _drop_chance_runs(work, pieces, tally):  # type: ignore[no-untyped-def]
    """Forget the runs of activities that the person seldom does in runs; ``tally`` (activities, 2) is left zero."""
    for p in range(work.start.shape[0]):
        tally[work.activity[p], 0] += 1
        tally[work.activity[p], 1] += pieces.complete[p] != NO_TIME
    for p in range(work.start.shape[0]):
        done, in_runs = tally[work.activity[p]]
        if in_runs < _HABIT * done:
            pieces.complete[p] = NO_TIME
    for p in range(work.start.shape[0]):
        tally[work.activity[p]] = 0


@njit(cache=True, nogil=True)
def _run(work, p):  # type: ignore[no-untyped-def]
    """Length of the run of like work from position ``p``, all enabled before it began; first and last enabling."""
    earliest = latest = work.enabled[p]
    if latest == NO_TIME:
        return 1, earliest, latest
    until = work.end[p]
    q = p + 1
    while q < work.start.shape[0]:
        ready = work.enabled[q]
        if (
            ready == NO_TIME
            or ready > work.start[p]
            or work.activity[q] != work.activity[p]
            or work.case[q] == work.case[q - 1]
            or work.start[q] > until + _PAUSE
        ):
            break
        earliest, latest = min(earliest, ready), max(latest, ready)
        until = max(until, work.end[q])
        q += 1
    return q - p, earliest, latest


@njit(cache=True, nogil=True)
def _split(mine, work, table, pieces, found):  # type: ignore[no-untyped-def]
    count = mine.shape[0]
    long_rows = np.zeros((count, 3), np.int32)  # position, first and last piece of the rows left to the tree of sums
    longs = 0
    cover = free_from = free_to = np.int64(0)  # work so far, and the last free stretch
    for p in range(count):
        if work.start[p] == NO_TIME:
            continue
        now = elapsed(work.start[p], table)
        if now - cover >= _FREE:
            free_from, free_to = cover, now
        cover = max(cover, pieces.finish[p])
        if work.enabled[p] == NO_TIME:
            continue
        since = elapsed(work.enabled[p], table)
        gathered = max(since, elapsed(pieces.complete[p], table))
        tail = free_to if free_to - max(free_from, gathered) >= _FREE else gathered
        busy = later = np.int64(0)
        if tail < now:
            first = _until(pieces.finish, p, tail)
            last = _until(pieces.begin, p, now - 1) - 1
            busy = _busy_until(now, p, pieces) - _busy_until(tail, p, pieces)
            later = _overtaking(p, first, last, tail, now, work, pieces)
            if last - first > _SHORT:
                long_rows[longs, 0], long_rows[longs, 1], long_rows[longs, 2] = p, first, last
                longs += 1
        e = mine[p]
        found.parts[e, BATCHING] = gathered - since
        found.parts[e, UNAVAILABILITY] = work.start[p] - work.enabled[p] - (now - since)
        found.parts[e, PRIORITISATION] = later
        found.parts[e, CONTENTION] = busy - later
        found.parts[e, EXTRANEOUS] = now - gathered - busy
        found.window[e] = now - gathered
        fresh = now - elapsed(work.start[p] - _FREE, table) < _FREE  # begun as the day began: the night hid the rest
        found.whole[e] = now == gathered or (free_to == now and not fresh)
    if longs:
        _overtaking_by_tree(mine, long_rows[:longs], work, pieces, found.parts)


@njit(cache=True, nogil=True)
def _turn(p, work):  # type: ignore[no-untyped-def]
    """When a piece of work came into the queue: as it was enabled, or, where that is unknown, as it began."""
    return work.start[p] if work.enabled[p] == NO_TIME else work.enabled[p]


@njit(cache=True, nogil=True)
def _overtaking(p, first, last, tail, now, work, pieces):  # type: ignore[no-untyped-def]
    """Time spent between ``tail`` and ``now`` on work that came after the event: of long rows, the two ends only."""
    later = np.int64(0)
    q = first
    while q <= last:
        if _turn(q, work) > work.enabled[p]:
            later += max(min(pieces.finish[q], now) - max(pieces.begin[q], tail), 0)
        q = last if q == first and last - first > _SHORT else q + 1
    return later


@njit(cache=True, nogil=True)
def _overtaking_by_tree(mine, rows, work, pieces, parts):  # type: ignore[no-untyped-def]
    """Add the inner pieces of long rows: a Fenwick tree of the pieces, filled from the last that came to the first."""
    count = mine.shape[0]
    turns = np.empty(count, np.int64)
    for p in range(count):
        turns[p] = _turn(p, work)
    newest = np.argsort(turns)[::-1]
    tree = np.zeros(count + 1, np.int64)
    filled = 0
    for i in np.argsort(work.enabled[rows[:, 0]])[::-1]:
        mark = work.enabled[rows[i, 0]]
        while filled < count and turns[newest[filled]] > mark:
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
