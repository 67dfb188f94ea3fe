"""Times by group (an edge, an activity, a pair of people): a mergeable summary with exact sums and close quantiles.

Every time falls into a bucket of its group by the leading bits of its floating-point form, seven bits after the
exponent, as in HdrHistogram (G. Tene). A bucket is at most 1/128 of its value wide and is represented by the exact mean
of what fell into it, so that a quantile is at most 0.8 % off, and exact where the times of a bucket are equal. Sums are
kept in two 64-bit words (high = time >> 32, low = the rest), since microseconds of a large log overflow one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from kehu.analysis.log.eventlog import Int64Array

FloatArray = npt.NDArray[np.float64]

RELATIVE_ERROR = 1 / 128
"""The most a quantile can be off, relative to its value."""
_BUCKETS = 8192
_SECOND = 1e6


@dataclass(frozen=True)
class Times:
    """What is known of a number of times, in seconds; ``median_s`` and ``p90_s`` are within 1 %, the rest exact."""

    count: int
    total_s: float
    mean_s: float
    median_s: float
    p90_s: float


@dataclass(frozen=True)
class Moments:
    """Number, mean and sample variance of times, in seconds; the variance from the buckets, at most 1 % off."""

    count: int
    mean_s: float
    variance: float

    @staticmethod
    def pooled(parts: Sequence[Moments]) -> Moments:
        """The moments of all parts' times together; at least one part is given."""
        count = sum(part.count for part in parts)
        mean = sum(part.count * part.mean_s for part in parts) / count
        around = [(part.count - 1) * part.variance + part.count * (part.mean_s - mean) ** 2 for part in parts]
        return Moments(count, mean, sum(around) / max(count - 1, 1))


@dataclass(frozen=True, eq=False)
class TimesTable:
    """``Times`` of many groups as columns of shape (groups,), in ascending order of ``group``."""

    group: Int64Array
    count: Int64Array
    total_s: FloatArray
    mean_s: FloatArray
    median_s: FloatArray
    p90_s: FloatArray

    def row(self, index: int) -> Times:
        """The times of the group at ``index``."""
        return Times(
            count=int(self.count[index]),
            total_s=float(self.total_s[index]),
            mean_s=float(self.mean_s[index]),
            median_s=float(self.median_s[index]),
            p90_s=float(self.p90_s[index]),
        )

    def by_group(self) -> dict[int, Times]:
        """Group → its times."""
        return {int(group): self.row(index) for index, group in enumerate(self.group)}


@dataclass(frozen=True, eq=False)
class GroupedTimes:
    """The mergeable summary: one entry per group and bucket that holds a time, in ascending order of ``key``.

    ``key`` is group x 8192 + bucket; ``count``, ``high`` and ``low`` are the number and the two-word sum of the times.
    """

    key: Int64Array
    count: Int64Array
    high: Int64Array
    low: Int64Array

    @staticmethod
    def merged(parts: Sequence[GroupedTimes]) -> GroupedTimes:
        """All parts as one; the same bits for any order and any split."""
        key = np.concatenate([part.key for part in parts])
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("count", "high", "low")]
        sums = [np.add.reduceat(column[order], first) if first.size else column for column in columns]
        return GroupedTimes(ordered[first], *sums)

    def table(self) -> TimesTable:
        """Counts, sums and quantiles of every group."""
        group, first = np.unique(self.key // _BUCKETS, return_index=True)
        if not group.size:
            none = np.empty(0)
            return TimesTable(group, group, none, none, none, none)
        count = np.add.reduceat(self.count, first)
        total = _seconds(np.add.reduceat(self.high, first), np.add.reduceat(self.low, first))
        return TimesTable(
            group, count, total, total / count, self._quantile(0.5, count, first), self._quantile(0.9, count, first)
        )

    def moments(self) -> dict[int, Moments]:
        """Group → number, mean and variance of its times."""
        table = self.table()
        if not table.group.size:
            return {}
        place = np.searchsorted(table.group, self.key // _BUCKETS)
        away = (_seconds(self.high, self.low) / self.count - table.mean_s[place]) ** 2
        around = np.bincount(place, weights=away * self.count)
        variance = around / np.maximum(table.count - 1, 1)
        columns = (column.tolist() for column in (table.group, table.count, table.mean_s, variance))
        return {group: Moments(count, mean, spread) for group, count, mean, spread in zip(*columns, strict=True)}

    def quantiles(self, share: float) -> FloatArray:
        """The quantile in seconds of every group of ``table()``, interpolated between neighbours as numpy does."""
        _, first = np.unique(self.key // _BUCKETS, return_index=True)
        return self._quantile(share, np.add.reduceat(self.count, first), first) if first.size else np.empty(0)

    def _quantile(self, share: float, count: Int64Array, first: npt.NDArray[Any]) -> FloatArray:
        value = _seconds(self.high, self.low) / self.count
        reached = np.cumsum(self.count)
        before = reached[first] - self.count[first]
        place = share * (count - 1)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, count - 1)
        lower = value[np.searchsorted(reached, before + below, side="right")]
        upper = value[np.searchsorted(reached, before + above, side="right")]
        return np.asarray(lower + (upper - lower) * (place - below))


class Tally:
    """Gathers times of groups into a hash table that grows with the buckets in use, whatever the number of groups."""

    def __init__(self) -> None:
        self._table = _empty_table(1 << 12)
        self._used = 0

    def add(self, group: Int64Array, time: Int64Array) -> None:
        """Add times in microseconds, not negative, to groups (0 to 2^50); both of shape (times,)."""
        done = 0
        while True:
            done, self._used = _add(self._table, self._used, group, time, done)
            if done == group.shape[0]:
                return
            self._table = _rehashed(self._table, _empty_table(4 * self._table.shape[0]))

    def summary(self) -> GroupedTimes:
        """What was gathered."""
        held = self._table[self._table[:, 0] >= 0]
        held = held[np.argsort(held[:, 0])]
        return GroupedTimes(*(np.ascontiguousarray(held[:, column]) for column in range(4)))


def seconds(high: int, low: int) -> float:
    """A two-word sum of microseconds, in seconds."""
    return ((high << 32) + low) / _SECOND


def _seconds(high: Int64Array, low: Int64Array) -> FloatArray:
    carried = high + (low >> 32)
    return np.asarray((carried * 2.0**32 + (low & 0xFFFFFFFF)) / _SECOND)


def _empty_table(size: int) -> Int64Array:
    table = np.zeros((size, 4), np.int64)
    table[:, 0] = -1
    return table


@intrinsic
def _bits(_typing, _value):  # type: ignore[no-untyped-def]
    """The 64 bits of a floating-point number as an integer."""

    def generate(_context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@njit(cache=True, nogil=True)
def _bucket(time):  # type: ignore[no-untyped-def]
    """0 for 0, else the exponent and seven bits: 1 + 128 a doubling, so that 2^62 is bucket 7937."""
    if time <= 0:
        return np.int64(0)
    return (_bits(np.float64(time)) >> 45) - (1023 << 7) + 1  # type: ignore[call-arg]


@njit(cache=True, nogil=True)
def _slot(table, key):  # type: ignore[no-untyped-def]
    """Where the key stands, or the empty place where it would."""
    mask = table.shape[0] - 1
    mixed = key * np.int64(-7046029254386353131)
    slot = (mixed ^ (mixed >> 29)) & mask
    while table[slot, 0] != key and table[slot, 0] != -1:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def _add(table, used, group, time, done):  # type: ignore[no-untyped-def]
    for i in range(done, group.shape[0]):
        key = group[i] * 8192 + _bucket(time[i])
        slot = _slot(table, key)
        if table[slot, 0] == -1:
            if 2 * used >= table.shape[0]:
                return i, used
            table[slot, 0] = key
            used += 1
        table[slot, 1] += 1
        table[slot, 2] += time[i] >> 32
        table[slot, 3] += time[i] & 0xFFFFFFFF
    return group.shape[0], used


@njit(cache=True, nogil=True)
def _rehashed(old, new):  # type: ignore[no-untyped-def]
    for i in range(old.shape[0]):
        if old[i, 0] != -1:
            new[_slot(new, old[i, 0])] = old[i]
    return new
