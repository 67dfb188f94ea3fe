"""When each event could have begun: which activities run side by side, and what an event had to wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Int32Array, Int64Array

_Kind = TypeVar("_Kind", bound=np.generic)

_ACTIVITIES = 2_048
"""Beyond so many activities only the most frequent are examined for running side by side (memory: 4 bytes a pair)."""
_CASES = 3
_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class Enabling:
    """``enabled`` (events,): the instant an event could have begun, ``NO_TIME`` where it has no wait.

    ``predecessor`` (events,): the event whose completion enabled it, -1 where there is none.
    ``work`` (activities,): whether the activity takes time; one that never does is a status change.
    """

    enabled: Int64Array
    predecessor: Int64Array
    work: BoolArray


def enabling(log: EventLog) -> Enabling:
    """Find the enabling predecessor of every event.

    The method is the overlap oracle of Chapela-Campa & Dumas (2024), as docs/explanation/waiting.md words it.
    """
    offsets, activity, start, end = (plain(x) for x in (log.case_offsets, log.activity, log.start, log.end))
    work = _work(activity, start, end, len(log.activities))
    code = _ranked(log)
    side_by_side = concurrent(log, code)
    enabled, predecessor = _enable(offsets, activity, start, end, work, code, side_by_side)
    return Enabling(enabled, predecessor, work)


def concurrent(log: EventLog, code: Int32Array) -> BoolArray:
    """Which activities run side by side: (codes, codes), symmetric; ``code`` (activities,) is -1 for rare ones."""
    size = max(int(code.max(initial=-1)) + 1, 1)
    offsets, activity, start, end = (plain(x) for x in (log.case_offsets, log.activity, log.start, log.end))
    together, overlapping = _pairs(offsets, activity, start, end, code, size)
    found: BoolArray = (overlapping >= _CASES) & (overlapping >= _SHARE * together)
    return found


def plain(values: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
    """A read-only plain array: one type for numba, whether the log is in memory or memory-mapped."""
    view = np.asarray(values).view()
    view.flags.writeable = False
    return view


def _ranked(log: EventLog) -> Int32Array:
    """Codes of the activities that are examined for concurrency: all, or the most frequent."""
    count = len(log.activities)
    code = np.arange(count, dtype=np.int32)
    if count > _ACTIVITIES:
        rare = np.argsort(-np.bincount(log.activity, minlength=count), kind="stable")
        code = np.full(count, -1, np.int32)
        code[rare[:_ACTIVITIES]] = np.arange(_ACTIVITIES, dtype=np.int32)
    return code


@njit(cache=True, nogil=True)
def _work(activity, start, end, activities):  # type: ignore[no-untyped-def]
    work = np.zeros(activities, np.bool_)
    for i in range(activity.shape[0]):
        if start[i] != NO_TIME and start[i] < end[i]:
            work[activity[i]] = True
    return work


@njit(cache=True, nogil=True)
def _pairs(offsets, activity, start, end, code, size):  # type: ignore[no-untyped-def]
    """Cases that hold both activities, and cases in which they overlap."""
    together = np.zeros((size, size), np.int32)
    overlapping = np.zeros((size, size), np.int32)
    last_case = np.full((size, size), -1, np.int32)
    seen = np.full(size, -1, np.int32)
    present = np.empty(size, np.int32)
    for c in range(offsets.shape[0] - 1):
        count = 0
        for j in range(offsets[c], offsets[c + 1]):
            b = code[activity[j]]
            if b < 0:
                continue
            if seen[b] != c:
                seen[b] = c
                present[count] = b
                count += 1
            if start[j] == NO_TIME or start[j] >= end[j]:
                continue
            i = j - 1
            while i >= offsets[c] and end[i] > start[j]:
                a = code[activity[i]]
                if a >= 0 and a != b and start[i] != NO_TIME and start[i] < end[i] and last_case[a, b] != c:
                    last_case[a, b] = c
                    last_case[b, a] = c
                    overlapping[a, b] += 1
                    overlapping[b, a] += 1
                i -= 1
        for p in range(count):
            for q in range(count):
                together[present[p], present[q]] += 1
    return together, overlapping


@njit(cache=True, nogil=True)
def _enable(offsets, activity, start, end, work, code, side_by_side):  # type: ignore[no-untyped-def]
    enabled = np.full(activity.shape[0], NO_TIME, np.int64)
    predecessor = np.full(activity.shape[0], -1, np.int64)
    for c in range(offsets.shape[0] - 1):
        first = offsets[c]
        for j in range(first + 1, offsets[c + 1]):
            if start[j] == NO_TIME or not work[activity[j]]:
                continue
            i = j - 1
            while i >= first and end[i] > start[j]:
                i -= 1
            b = code[activity[j]]
            while i >= first and b >= 0 and code[activity[i]] >= 0 and side_by_side[code[activity[i]], b]:
                i -= 1
            if i >= first:
                enabled[j] = end[i]
                predecessor[j] = i
    return enabled, predecessor
