"""Waits of a selection summed up under every heading, in one pass over the events and exact to the microsecond."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.log.eventlog import EventLog, Int32Array, Int64Array, Selection
from kehu.analysis.mining.runs import THREADS
from kehu.analysis.mining.waiting.causes import CAUSES
from kehu.analysis.mining.waiting.enabling import plain
from kehu.analysis.mining.waiting.explained import Explained
from kehu.analysis.mining.waiting.result import Waiting, Waits

_HANDOVERS = 2_000
"""At most so many handovers are listed, those with the longest waits; people who pair freely make a million."""


class _Sums(NamedTuple):
    """By code: number of events, and the sums of their columns as ``high`` * 2^64 + ``low``, (codes, columns)."""

    n: Int64Array
    high: Int64Array
    low: npt.NDArray[np.uint64]

    def merged(self, other: _Sums) -> _Sums:
        low = self.low + other.low
        return _Sums(self.n + other.n, self.high + other.high + (low < self.low), low)

    def waits(self) -> dict[int, Waits]:
        found = {}
        for k in np.flatnonzero(self.n):
            causes = tuple((int(h) << 64) + int(w) for h, w in zip(self.high[k], self.low[k], strict=True))
            found[int(k)] = Waits(int(self.n[k]), sum(causes), causes)
        return found


def _empty(codes: int, columns: int) -> _Sums:
    shape = (codes, columns)
    return _Sums(np.zeros(codes, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.uint64))


class _Part(NamedTuple):
    """What the kernels read: cases ``first`` to ``last``, a mask of length 0 standing for everything."""

    offsets: Int64Array
    first: int
    last: int
    cases: npt.NDArray[np.bool_]
    events: npt.NDArray[np.bool_]
    parts: npt.NDArray[np.uint64]
    handover: Int32Array


def summed(log: EventLog, selection: Selection, explained: Explained, *, people: bool = True) -> Waiting:
    """Sum the waits of the selected events up under every heading, or under those that name no ``people``."""
    by = "department" if log.has_department else "resource"
    each, pairwise = log.has_resource and people, getattr(log, f"has_{by}") and (people or by == "department")
    columns: list[tuple[Any, Sequence[str], bool]] = [
        (log.activity, log.activities, True),
        (log.resource, log.resources, each),
        (log.department, log.departments, log.has_department),
    ]
    shares = _shares(log, selection, explained)
    activity, resource, department, pairs = _by_heading(shares, columns, len(explained.pairs) if pairwise else 0)
    total = Waits(0, 0, (0,) * len(CAUSES))
    for one in (by_activity := activity.waits()).values():
        causes = tuple(a + b for a, b in zip(total.cause_us, one.cause_us, strict=True))
        total = Waits(total.n + one.n, total.wait_us + one.wait_us, causes)
    return Waiting(
        total=total,
        by_activity=tuple((str(name), waits) for name, waits in _named(log.activities, by_activity)),
        by_resource=_named(log.resources, resource.waits()) if each else (),
        by_department=_named(log.departments, department.waits()) if log.has_department else (),
        by_handover=_listed(log, by, explained, shares, pairs) if pairwise else (),
        handover_by=by,
        calendar=explained.calendar,
        parts=explained.parts,
        enabled=explained.enabled,
    )


def _shares(log: EventLog, selection: Selection, explained: Explained) -> list[_Part]:
    """The cases in as many parts as there are threads, of about as many events each."""
    everything = np.ones(0, np.bool_)
    cuts = np.searchsorted(log.case_offsets, np.linspace(0, log.events, THREADS + 1).astype(np.int64))
    cuts[-1] = log.cases
    return [
        _Part(
            offsets=plain(log.case_offsets),
            first=int(cuts[i]),
            last=int(cuts[i + 1]),
            cases=plain(everything if selection.cases is None else selection.cases),
            events=plain(everything if selection.events is None else selection.events),
            parts=plain(explained.parts).view(np.uint64),
            handover=plain(explained.handover),
        )
        for i in range(THREADS)
    ]


def _by_heading(shares: list[_Part], columns: list[tuple[Any, Sequence[str], bool]], pairs: int) -> list[_Sums]:
    """The sums by activity, resource and department, and the whole waits by handover."""
    none = np.zeros(0, np.int32)
    codes = tuple(plain(code if known else none) for code, _names, known in columns)

    def of_one(share: _Part) -> list[_Sums]:
        sums = [_empty(len(names) + 1, len(CAUSES)) for _code, names, _known in columns]
        sums.append(_empty(pairs, 1))
        _add_up(share, *codes, *sums)
        return sums

    return _together(shares, of_one)


def _together(shares: list[_Part], of_one: Any) -> list[_Sums]:
    with ThreadPoolExecutor(THREADS) as pool:
        merged, *rest = pool.map(of_one, shares)
    for other in rest:
        merged = [one.merged(more) for one, more in zip(merged, other, strict=True)]
    found: list[_Sums] = merged
    return found


def _named(names: Sequence[str], found: dict[int, Waits]) -> tuple[tuple[Any, Waits], ...]:
    """The rows, the longest wait first; the code 0 stands for no name, ``None``."""
    rows = [(names[key - 1] if key else None, waits) for key, waits in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1].wait_us, row[0] or "")))


def _listed(
    log: EventLog, by: str, explained: Explained, shares: list[_Part], pairs: _Sums
) -> tuple[tuple[tuple[str | None, str | None], Waits], ...]:
    """The handovers with the longest waits; only of these the causes are added up, in a second pass."""
    present = np.flatnonzero(pairs.n)
    length = pairs.high[present, 0] * 2.0**64 + pairs.low[present, 0]
    chosen = present[np.argsort(-length, kind="stable")[:_HANDOVERS]]
    rank = np.full(len(explained.pairs), -1, np.int32)
    rank[chosen] = np.arange(chosen.size, dtype=np.int32)

    def of_one(share: _Part) -> list[_Sums]:
        sums = _empty(chosen.size, len(CAUSES))
        _add_up_pairs(share, rank, sums)
        return [sums]

    names: tuple[str | None, ...] = (*(log.departments if by == "department" else log.resources), None)
    ends = explained.pairs[chosen].tolist()
    rows = [
        ((names[a], names[b]), waits) for k, waits in _together(shares, of_one)[0].waits().items() for a, b in [ends[k]]
    ]
    return tuple(sorted(rows, key=lambda row: (-row[1].wait_us, row[0][0] or "", row[0][1] or "")))


@njit(cache=True, nogil=True)
def _add_up(share, activity, resource, department, by_activity, by_resource, by_department, by_pair):  # type: ignore[no-untyped-def]
    for c in range(share.first, share.last):
        if share.cases.shape[0] and not share.cases[c]:
            continue
        for e in range(share.offsets[c], share.offsets[c + 1]):
            if share.handover[e] < 0 or (share.events.shape[0] and not share.events[e]):
                continue
            row = share.parts[e]
            _add(row, activity[e] + 1, by_activity)
            if resource.shape[0]:
                _add(row, resource[e] + 1, by_resource)
            if department.shape[0]:
                _add(row, department[e] + 1, by_department)
            if not by_pair.n.shape[0]:
                continue
            whole = row[0] + row[1] + row[2] + row[3] + row[4]
            pair = share.handover[e]
            by_pair.n[pair] += 1
            by_pair.low[pair, 0] += whole
            if by_pair.low[pair, 0] < whole:
                by_pair.high[pair, 0] += 1


@njit(cache=True, nogil=True)
def _add_up_pairs(share, rank, sums):  # type: ignore[no-untyped-def]
    for c in range(share.first, share.last):
        if share.cases.shape[0] and not share.cases[c]:
            continue
        for e in range(share.offsets[c], share.offsets[c + 1]):
            if share.handover[e] < 0 or (share.events.shape[0] and not share.events[e]):
                continue
            if rank[share.handover[e]] >= 0:
                _add(share.parts[e], rank[share.handover[e]], sums)


@njit(cache=True, nogil=True)
def _add(row, code, sums):  # type: ignore[no-untyped-def]
    """Add a row of parts, with the carry into the higher word."""
    sums.n[code] += 1
    for c in range(row.shape[0]):
        sums.low[code, c] += row[c]
        if sums.low[code, c] < row[c]:
            sums.high[code, c] += 1
