"""Bring encoded rows into the order (case, time, source order): a counting sort by case, then each case by itself."""

from __future__ import annotations

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import Int32Array, Int64Array


def case_order(
    case: Int32Array, time: Int64Array, source_order: Int64Array, cases: int
) -> tuple[Int64Array, Int64Array]:
    """Offsets (cases + 1,) and the permutation (events,) that sorts rows by (case, time, source order).

    Linear in the rows plus, per case, an insertion sort that is linear where the source is already in time order.
    """
    offsets = np.zeros(cases + 1, np.int64)
    np.cumsum(np.bincount(case, minlength=cases), out=offsets[1:])
    return offsets, _permute(case, time, source_order, offsets)


@njit(cache=True, nogil=True)
def _permute(case, time, source_order, offsets):  # type: ignore[no-untyped-def]
    fill = offsets[:-1].copy()
    order = np.empty(case.shape[0], np.int64)
    for row in range(case.shape[0]):
        order[fill[case[row]]] = row
        fill[case[row]] += 1
    for c in range(offsets.shape[0] - 1):
        first, last = offsets[c], offsets[c + 1]
        if last - first > 64:
            _sort_long(order, first, last, time, source_order)
        else:
            _sort_short(order, first, last, time, source_order)
    return order


@njit(cache=True, nogil=True)
def _sort_short(order, first, last, time, source_order):  # type: ignore[no-untyped-def]
    for i in range(first + 1, last):
        row = order[i]
        j = i - 1
        while j >= first and (
            time[order[j]] > time[row] or (time[order[j]] == time[row] and source_order[order[j]] > source_order[row])
        ):
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = row


@njit(cache=True, nogil=True)
def _sort_long(order, first, last, time, source_order):  # type: ignore[no-untyped-def]
    part = order[first:last].copy()
    part = part[np.argsort(source_order[part], kind="mergesort")]
    order[first:last] = part[np.argsort(time[part], kind="mergesort")]
