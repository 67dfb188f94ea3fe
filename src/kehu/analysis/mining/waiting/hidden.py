"""Delays that ended while the person was busy: reckoned from the like events whose delay was seen whole."""

from __future__ import annotations

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import NO_TIME, NOBODY, EventLog
from kehu.analysis.mining.waiting.causes import CONTENTION, EXTRANEOUS, PRIORITISATION, Split
from kehu.analysis.mining.waiting.enabling import Enabling, plain

_ENOUGH = 20
"""Delays of an activity seen whole, below which none is reckoned."""


def reveal(log: EventLog, ready: Enabling, found: Split) -> None:
    """Move what was probably an extraneous delay from prioritisation and contention to extraneous, in place.

    An event begun straight after other work of the person may have become possible at any time of the busy tail of
    its wait. Its delay is taken as the mean of those delays of its activity, seen whole, that fit between what is
    already extraneous and the whole window. Sums of each row are unchanged. The idea that an extraneous delay may be
    eclipsed by contention is Chapela-Campa & Dumas' (2024); the estimate by like events is ours.
    """
    asked = (ready.enabled != NO_TIME) & (log.resource != NOBODY)
    offsets = np.zeros(len(log.activities) + 1, np.int64)
    seen = np.flatnonzero(asked & found.whole)
    np.cumsum(np.bincount(log.activity[seen], minlength=len(log.activities)), out=offsets[1:])
    _reveal(np.flatnonzero(asked & ~found.whole), seen, plain(log.activity), offsets, found.window, found.parts)


@njit(cache=True, nogil=True)
def _reveal(hidden, seen, activity, offsets, window, parts):  # type: ignore[no-untyped-def]
    delays = np.empty(seen.shape[0], np.int64)
    fill = offsets[:-1].copy()
    for e in seen:
        delays[fill[activity[e]]] = window[e]
        fill[activity[e]] += 1
    for a in range(offsets.shape[0] - 1):
        delays[offsets[a] : offsets[a + 1]].sort()
    before = np.zeros(seen.shape[0] + 1, np.float64)  # a mean needs no exactness, and int64 sums might overflow
    for i in range(seen.shape[0]):
        before[i + 1] = before[i] + delays[i]
    for e in hidden:
        busy = parts[e, CONTENTION] + parts[e, PRIORITISATION]
        first, last = offsets[activity[e]], offsets[activity[e] + 1]
        if busy == 0 or last - first < _ENOUGH:
            continue
        known = parts[e, EXTRANEOUS]
        i = first + np.searchsorted(delays[first:last], known, side="left")
        j = first + np.searchsorted(delays[first:last], window[e], side="right")
        if j == i:
            continue
        moved = min(max(np.int64((before[j] - before[i]) / (j - i)) - known, 0), busy)
        overtaken = min(moved, parts[e, PRIORITISATION])
        parts[e, PRIORITISATION] -= overtaken
        parts[e, CONTENTION] -= moved - overtaken
        parts[e, EXTRANEOUS] += moved
