"""Variants: the distinct sequences of activities, how many cases took each and how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int32Array, Int64Array, Selection
from kehu.analysis.log.sequences import as_key, fingerprints
from kehu.analysis.mining.durations import spans
from kehu.analysis.mining.runs import Run, carry


@dataclass(frozen=True)
class Variant:
    """One sequence: ``count`` cases took it, a ``share`` (0-1) of all; ``median_s`` is their exact median duration.

    ``key`` names the variant in filters.
    """

    key: str
    activities: tuple[str, ...]
    count: int
    share: float
    median_s: float

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return asdict(self)


@dataclass(frozen=True)
class Variants:
    """All variants by falling count, equal counts in the alphabetical order of their activities."""

    cases: int
    variants: tuple[Variant, ...]

    def __len__(self) -> int:
        return len(self.variants)

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {"cases": self.cases, "variants": [variant.to_json() for variant in self.variants]}


def variants(log: EventLog, selection: Selection = EVERYTHING) -> Variants:
    """The variants of the selected cases."""
    return carry(VariantKernel(), log, selection)


@dataclass(frozen=True, eq=False)
class VariantSummary:
    """Variants in the order of their fingerprints (variants, 2); ragged columns of sequences and sorted durations.

    The sequence of variant v is ``steps[step_offsets[v]:step_offsets[v + 1]]``, its cases' durations in microseconds
    are ``durations[case_offsets[v]:case_offsets[v + 1]]``.
    """

    fingerprint: npt.NDArray[np.uint64]
    step_offsets: Int64Array
    steps: Int32Array
    case_offsets: Int64Array
    durations: Int64Array


@dataclass(frozen=True)
class VariantKernel:
    """The kernel of ``variants``."""

    def summarise(self, run: Run) -> VariantSummary:
        """Fingerprint every case and gather equal ones."""
        begin, end = spans(run)
        return _gathered(
            fingerprints(run.offsets, run.activity, run.log.activities), run.offsets, run.activity, end - begin
        )

    def merge(self, parts: Sequence[VariantSummary]) -> VariantSummary:
        """Gather equal variants of the parts."""
        lengths = np.concatenate([np.diff(part.step_offsets) for part in parts])
        return _gathered(
            np.concatenate([part.fingerprint for part in parts]),
            _offsets(lengths),
            np.concatenate([part.steps for part in parts]),
            np.concatenate([part.durations for part in parts]),
            np.concatenate([np.diff(part.case_offsets) for part in parts]),
        )

    def finish(self, summary: VariantSummary, log: EventLog) -> Variants:
        """Name the activities and put the variants in order."""
        counts = np.diff(summary.case_offsets)
        cases = int(summary.durations.shape[0])
        medians = _medians(summary)
        found = []
        for v in _ranked(summary, counts):
            steps = summary.steps[summary.step_offsets[v] : summary.step_offsets[v + 1]].tolist()
            found.append(
                Variant(
                    key=as_key(summary.fingerprint[v]),
                    activities=tuple(log.activities[step] for step in steps),
                    count=int(counts[v]),
                    share=int(counts[v]) / cases,
                    median_s=float(medians[v]),
                )
            )
        return Variants(cases, tuple(found))


def _gathered(
    fingerprint: npt.NDArray[np.uint64],
    step_offsets: Int64Array,
    steps: Int32Array,
    durations: Int64Array,
    counts: Int64Array | None = None,
) -> VariantSummary:
    """Gather rows of equal fingerprint; row r has ``counts[r]`` consecutive durations (one each where not given)."""
    group, example = _groups(fingerprint)
    order = np.lexsort((fingerprint[example, 1], fingerprint[example, 0]))
    rank = np.empty_like(order)
    rank[order] = np.arange(order.shape[0])
    group, example = rank[group], example[order]
    of_duration = group if counts is None else np.repeat(group, counts)
    kept_offsets, kept = _copied(example, step_offsets, steps)
    case_offsets = _offsets(np.bincount(of_duration, minlength=order.shape[0]))
    by_duration = np.argsort(durations, kind="stable")
    by_variant = by_duration[np.argsort(of_duration[by_duration], kind="stable")]
    return VariantSummary(fingerprint[example], kept_offsets, kept, case_offsets, durations[by_variant])


def _offsets(lengths: Int64Array) -> Int64Array:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))


def _medians(summary: VariantSummary) -> npt.NDArray[np.float64]:
    first, last = summary.case_offsets[:-1], summary.case_offsets[1:]
    lower, upper = summary.durations[(first + last - 1) // 2], summary.durations[(first + last) // 2]
    return np.asarray((lower + upper) / 2e6)


def _ranked(summary: VariantSummary, counts: Int64Array) -> list[int]:
    """By falling count, then by sequence; big-endian bytes order as the codes do, and codes as the names do."""
    steps = summary.steps.astype(">i4").tobytes()
    bounds = (4 * summary.step_offsets).tolist()
    texts = [steps[first:last] for first, last in pairwise(bounds)]
    falling = (-counts).tolist()
    return sorted(range(len(texts)), key=lambda v: (falling[v], texts[v]))


@njit(cache=True, nogil=True)
def _groups(fingerprint):  # type: ignore[no-untyped-def]
    """The group of each row, and the first row of each group; open addressing."""
    rows = fingerprint.shape[0]
    size = 16
    while size < 2 * rows:
        size *= 2
    table = np.full(size, -1, np.int64)
    group = np.empty(rows, np.int64)
    example = np.empty(rows, np.int64)
    found = 0
    for row in range(rows):
        slot = np.int64(fingerprint[row, 0] & np.uint64(size - 1))
        while table[slot] != -1:
            seen = example[table[slot]]
            if fingerprint[seen, 0] == fingerprint[row, 0] and fingerprint[seen, 1] == fingerprint[row, 1]:
                break
            slot = (slot + 1) & (size - 1)
        if table[slot] == -1:
            table[slot] = found
            example[found] = row
            found += 1
        group[row] = table[slot]
    return group, example[:found].copy()


@njit(cache=True, nogil=True)
def _copied(example, offsets, steps):  # type: ignore[no-untyped-def]
    kept_offsets = np.zeros(example.shape[0] + 1, np.int64)
    for v in range(example.shape[0]):
        kept_offsets[v + 1] = kept_offsets[v] + offsets[example[v] + 1] - offsets[example[v]]
    kept = np.empty(kept_offsets[-1], np.int32)
    for v in range(example.shape[0]):
        for i in range(kept_offsets[v + 1] - kept_offsets[v]):
            kept[kept_offsets[v] + i] = steps[offsets[example[v]] + i]
    return kept_offsets, kept
