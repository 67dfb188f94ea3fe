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
    # Times are laid out beside the order, so that sorting a case touches neighbouring memory only.
    beside = np.empty(case.shape[0], np.int64)
    for row in range(case.shape[0]):
        place = fill[case[row]]
        order[place] = row
        beside[place] = time[row]
        fill[case[row]] = place + 1
    for c in range(offsets.shape[0] - 1):
        first, last = offsets[c], offsets[c + 1]
        if last - first > 64:
            _sort_long(order, beside, first, last, source_order)
        else:
            _sort_short(order, beside, first, last, source_order)
    return order


@njit(cache=True, nogil=True)
def _sort_short(order, beside, first, last, source_order):  # type: ignore[no-untyped-def]
    for i in range(first + 1, last):
        row, now = order[i], beside[i]
        j = i - 1
        while j >= first and (beside[j] > now or (beside[j] == now and source_order[order[j]] > source_order[row])):
            order[j + 1] = order[j]
            beside[j + 1] = beside[j]
            j -= 1
        order[j + 1] = row
        beside[j + 1] = now


@njit(cache=True, nogil=True)
def _sort_long(order, beside, first, last, source_order):  # type: ignore[no-untyped-def]
    if _is_sorted(order, beside, first, last, source_order):
        return
    part, times = order[first:last].copy(), beside[first:last].copy()
    by_source = np.argsort(source_order[part], kind="mergesort")
    order[first:last] = part[by_source][np.argsort(times[by_source], kind="mergesort")]


@njit(cache=True, nogil=True)
def _is_sorted(order, beside, first, last, source_order):  # type: ignore[no-untyped-def]
    for i in range(first + 1, last):
        if beside[i - 1] > beside[i] or (
            beside[i - 1] == beside[i] and source_order[order[i - 1]] > source_order[order[i]]
        ):
            return False
    return True
