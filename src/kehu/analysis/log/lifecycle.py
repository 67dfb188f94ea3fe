"""From rows of a life cycle (schedule, start, suspend, resume, complete) to one event per piece of work.

The transitions are those of the standard life cycle of XES (IEEE Std 1849-2016, lifecycle extension). A start and a
completion belong to the same piece of work where case, activity and, where the source names one, instance agree; of
several open starts the oldest by the same resource is taken, else the oldest (first in, first out).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.encode import Encoded
from kehu.analysis.log.eventlog import NO_TIME, BoolArray, Int32Array, Int64Array

MODES = ("pair", "complete", "raw")
"""The values of ``ImportOptions.lifecycle``."""

_EVENT, _END, _START, _SUSPEND, _RESUME, _SCHEDULE, _ASIDE = range(7)
_KINDS = {
    "complete": _END,
    "ate_abort": _END,
    "pi_abort": _END,
    "start": _START,
    "suspend": _SUSPEND,
    "resume": _RESUME,
    "schedule": _SCHEDULE,
    "assign": _ASIDE,
    "reassign": _ASIDE,
}
"""What a transition does to a piece of work; any other word is an event of its own, as is a row without one."""
_LOOK_AHEAD = 256
"""How many open starts are looked through for the same resource; bounds the time a broken source can cost."""


@dataclass(frozen=True, eq=False)
class Settled:
    """What is left after the life cycle was applied.

    ``encoded`` holds the kept rows, ``extra`` new event attributes in their order (``lifecycle:suspended_s``:
    seconds a piece of work was suspended; ``lifecycle:scheduled``: when it was handed out; ``lifecycle:transition``: in
    ``raw``, what the row said), ``applied`` the mode that was really used.
    """

    encoded: Encoded
    applied: str
    extra: dict[str, pa.Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def settle(encoded: Encoded, mode: str, instance: Int32Array | None = None) -> Settled:
    """Apply ``pair``, ``complete`` or ``raw`` to the sorted rows.

    ``instance`` (events,) are codes of the source's activity instance, in the order of the events. Where no row says
    anything but ``complete``, every mode is ``raw``. Raises InputError for an unknown mode or where no row is left.
    """
    if mode not in MODES:
        raise InputError(
            Sentence("the life cycle %(mode)r is not known", mode=mode),
            remedy=Sentence("Take one of: %(names)s", names=", ".join(MODES)),
        )
    kinds = _kinds(encoded)
    if not (kinds > _END).any():
        return Settled(encoded, "raw")
    if mode == "raw":
        return Settled(encoded, "raw", _transitions(encoded))
    if mode == "complete":
        return _completed(encoded)
    return _paired(encoded, kinds, instance)


def has_starts(encoded: Encoded) -> bool:
    """Whether any row is a start, so that an instance, if the source has one, would help to pair it."""
    return bool((_kinds(encoded) == _START).any())


def _transitions(encoded: Encoded) -> dict[str, pa.Array]:
    codes = pa.array(encoded.lifecycle, mask=encoded.lifecycle < 0)
    return {"lifecycle:transition": pa.array(_words(encoded), pa.string()).take(codes)}


def _words(encoded: Encoded) -> list[str]:
    return [str(word).strip().lower() for word in encoded.vocabularies["lifecycle"].to_pylist()]


def _kinds(encoded: Encoded) -> npt.NDArray[np.int8]:
    table = np.array([_KINDS.get(word, _EVENT) for word in _words(encoded)] + [_EVENT], np.int8)
    return table[encoded.lifecycle]  # a missing transition is -1: the last entry


def _completed(encoded: Encoded) -> Settled:
    kept = np.array([word == "complete" for word in _words(encoded)] + [True])[encoded.lifecycle]
    left_out = int((~kept).sum())
    return Settled(
        _keep(encoded, kept, _begins(encoded.offsets, kept)),
        "complete",
        notes=(Sentence("%(count)s rows that are no completion were left out.", count=left_out),),
    )


def _paired(encoded: Encoded, kinds: npt.NDArray[np.int8], instance: Int32Array | None) -> Settled:
    kept = kinds <= _END
    begins = _begins(encoded.offsets, kept)
    pieces, most = _pieces(encoded.activity, instance)
    start, suspended, scheduled, counts = _paired_rows(encoded, kinds, pieces, most, begins)
    if instance is not None and counts[0] == 0:  # an instance that names each row, not each piece of work
        return _paired(encoded, kinds, None)
    if not kept.any():
        return Settled(
            encoded,
            "raw",
            _transitions(encoded),
            (Sentence("No row is a completion: every row was taken for an event."),),
        )
    settled = _keep(encoded, kept, begins)
    own = settled.start != NO_TIME
    start[own] = settled.start[own]
    settled = replace(settled, start=start)
    return Settled(settled, "pair", _extra(suspended, scheduled), _told(encoded, settled, counts))


def _begins(offsets: Int64Array, kept: BoolArray) -> Int64Array:
    """Where the kept rows of each case begin among all kept rows, shape (cases + 1,)."""
    begins = np.zeros(len(offsets), np.int64)
    np.cumsum(np.add.reduceat(kept, offsets[:-1], dtype=np.int64), out=begins[1:])
    return begins


def _paired_rows(
    encoded: Encoded, kinds: npt.NDArray[np.int8], pieces: Int32Array, most: int, begins: Int64Array, threads: int = 2
) -> tuple[Int64Array, Int64Array, Int64Array, Int64Array]:
    """Start, microseconds suspended and time handed out of each kept row, shape (kept,), and the three counts.

    Cases do not touch each other: runs of them with about as many rows go to ``threads`` threads.
    """
    kept = int(begins[-1])
    start, scheduled = np.full(kept, NO_TIME, np.int64), np.full(kept, NO_TIME, np.int64)
    suspended = np.zeros(kept, np.int64)
    shares = np.linspace(0, encoded.offsets[-1], threads + 1)
    edges = np.searchsorted(encoded.offsets, shares).tolist()

    def run(first: int, last: int) -> Int64Array:
        counts: Int64Array = _pair(
            encoded.offsets[first : last + 1],
            begins[first : last + 1],
            (pieces, most, encoded.resource, kinds, encoded.end),
            (start, suspended, scheduled),
        )
        return counts

    with ThreadPoolExecutor(threads) as pool:
        counts = sum(pool.map(run, edges[:-1], edges[1:]), np.zeros(3, np.int64))
    return start, suspended, scheduled, counts


def _extra(suspended: Int64Array, scheduled: Int64Array) -> dict[str, pa.Array]:
    extra: dict[str, pa.Array] = {}
    if (suspended > 0).any():
        extra["lifecycle:suspended_s"] = pa.array(suspended / 1e6)
    if (scheduled != NO_TIME).any():
        extra["lifecycle:scheduled"] = pa.array(scheduled, pa.timestamp("us"), mask=scheduled == NO_TIME)
    return extra


def _told(before: Encoded, after: Encoded, counts: Int64Array) -> tuple[str, ...]:
    paired, open_starts, without_start = (int(count) for count in counts)
    lost = len(before.offsets) - len(after.offsets)
    notes = [
        Sentence(
            "Life cycle paired: %(paired)s pieces of work have a start and an end, "
            "%(starts)s starts without a completion were left out, %(ends)s completions have no start.",
            paired=paired,
            starts=open_starts,
            ends=without_start,
        )
    ]
    if lost:
        notes.append(Sentence("%(count)s cases in which nothing was completed were left out.", count=lost))
    return tuple(notes)


def _pieces(activity: Int32Array, instance: Int32Array | None) -> tuple[Int32Array, int]:
    """A code for each (activity, instance), dense from 0, shape (events,), and their number."""
    if instance is None:
        return activity, int(activity.max()) + 1
    wide = activity.astype(np.int64) * (int(instance.max()) + 2) + instance + 1
    distinct, codes = np.unique(wide, return_inverse=True)
    return codes.astype(np.int32), len(distinct)


def _keep(encoded: Encoded, kept: BoolArray, begins: Int64Array) -> Encoded:
    """The rows of the mask, without the cases, activities, resources and departments that no longer occur."""
    if not kept.any():
        raise InputError(
            Sentence("no completed event was found"), remedy=Sentence("Import it with the life cycle `raw`")
        )
    left = np.flatnonzero(np.diff(begins))
    offsets = np.append(begins[:-1][left], begins[-1])
    names = dict(encoded.vocabularies)
    names["case_id"] = names["case_id"].take(pa.array(left))
    codes: dict[str, Any] = {}
    for column in ("activity", "resource", "department"):
        codes[column], names[column] = _renumber(getattr(encoded, column)[kept], names[column])
    rest = {name: getattr(encoded, name)[kept] for name in ("lifecycle", "start", "end", "order")}
    return Encoded(offsets=offsets, vocabularies=names, **codes, **rest)


def _renumber(codes: Int32Array, names: pa.ChunkedArray) -> tuple[Int32Array, pa.ChunkedArray]:
    used = np.flatnonzero(np.bincount(codes + 1, minlength=len(names) + 1)[1:])
    table = np.full(len(names) + 1, -1, np.int32)
    table[used] = np.arange(len(used), dtype=np.int32)
    return table[codes], names.take(pa.array(used))


@njit(cache=True, nogil=True)
def _pair(offsets, begins, rows, found):  # type: ignore[no-untyped-def]
    """One pass; open starts and schedules of the running case as linked lists, one for each piece.

    Rows are counted from the case's first, so that what a case needs lies together and is used again by the next.
    """
    pieces, most, resources, kinds, times = rows
    starts, suspended, scheduled = found
    longest = 0
    for c in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    counts = np.zeros(3, np.int64)
    following, since, pause = np.empty(longest, np.int32), np.empty(longest, np.int64), np.empty(longest, np.int64)
    begun = (np.full(most, -1, np.int32), np.empty(most, np.int32))
    handed = (np.full(most, -1, np.int32), np.empty(most, np.int32))
    for c in range(offsets.shape[0] - 1):
        a, b, to = offsets[c], offsets[c + 1], begins[c]
        piece, resource, kind, time = pieces[a:b], resources[a:b], kinds[a:b], times[a:b]
        for i in range(b - a):
            what, p = kind[i], piece[i]
            if what == _START or what == _SCHEDULE:  # noqa: PLR1714, SIM109 -- numba is faster without a tuple
                following[i], since[i], pause[i] = -1, NO_TIME, 0
                counts[1] += what == _START
                _append(begun if what == _START else handed, following, p, i)
            elif what == _SUSPEND or what == _RESUME:  # noqa: PLR1714, SIM109
                _pause(begun[0][p], following, resource, since, pause, i, time[i], what == _SUSPEND)
            elif what == _END:
                row = _take(handed, following, resource, p, i)
                if row >= 0:
                    scheduled[to] = time[row]
                row = _take(begun, following, resource, p, i)
                if row >= 0:
                    starts[to] = time[row]
                    suspended[to] = pause[row] + (time[i] - since[row] if since[row] != NO_TIME else 0)
                    counts[0] += 1
                else:
                    counts[2] += 1
            to += what <= _END
        for i in range(b - a):
            begun[0][piece[i]] = -1
            handed[0][piece[i]] = -1
    counts[1] -= counts[0]
    return counts


@njit(cache=True, nogil=True)
def _append(queue, following, p, i):  # type: ignore[no-untyped-def]
    first, last = queue
    if first[p] < 0:
        first[p] = i
    else:
        following[last[p]] = i
    last[p] = i


@njit(cache=True, nogil=True)
def _take(queue, following, resource, p, i):  # type: ignore[no-untyped-def]
    """Unlink and return the oldest open row of the piece by the same resource, else the oldest; -1 where none is."""
    first, last = queue
    before, found, found_before, looked = -1, first[p], -1, 0
    row = first[p]
    while row >= 0 and looked < _LOOK_AHEAD:
        if resource[row] == resource[i]:
            found, found_before = row, before
            break
        before, row, looked = row, following[row], looked + 1
    if found < 0:
        return -1
    if found_before < 0:
        first[p] = following[found]
    else:
        following[found_before] = following[found]
    if last[p] == found:
        last[p] = found_before
    following[found] = -1
    return found


@njit(cache=True, nogil=True)
def _pause(row, following, resource, since, pause, i, now, stop):  # type: ignore[no-untyped-def]
    """Stop or go on with the oldest open piece that can be, by the same resource where there is one."""
    found, looked = -1, 0
    while row >= 0 and looked < _LOOK_AHEAD:
        if (since[row] == NO_TIME) == stop:
            if resource[row] == resource[i]:
                found = row
                break
            if found < 0:
                found = row
        row, looked = following[row], looked + 1
    if found >= 0 and stop:
        since[found] = now
    elif found >= 0:
        pause[found] += now - since[found]
        since[found] = NO_TIME
