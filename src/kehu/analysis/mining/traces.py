"""The distinct sequences of activities in a log, as flat arrays: what discovery and conformance work on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int32Array, Int64Array, Selection


@dataclass(frozen=True, eq=False)
class Traces:
    """Variants in lexicographic order of their activity codes, so that neighbours share their longest prefixes.

    ``steps`` (all steps,) holds activity codes, variant ``v`` is ``steps[offsets[v]:offsets[v + 1]]``; ``counts``
    (variants,) is the number of cases; ``variant_of_case`` (cases of the log,) is -1 for a case left out.
    """

    activities: tuple[str, ...]
    offsets: Int64Array
    steps: Int32Array
    counts: Int64Array
    variant_of_case: Int32Array

    @property
    def variants(self) -> int:
        """Number of distinct sequences."""
        return int(self.counts.shape[0])

    @property
    def cases(self) -> int:
        """Number of cases they stand for."""
        return int(self.counts.sum())

    def steps_of(self, variant: int) -> tuple[int, ...]:
        """The activity codes of one variant."""
        return tuple(self.steps[self.offsets[variant] : self.offsets[variant + 1]].tolist())

    def names_of(self, variant: int) -> tuple[str, ...]:
        """The activities of one variant, by name."""
        return tuple(self.activities[step] for step in self.steps_of(variant))


def traces(log: EventLog, selection: Selection = EVERYTHING) -> Traces:
    """The variants of the selected cases; a case none of whose events is selected is left out."""
    activity, lengths = log.activity, np.diff(log.case_offsets)
    if selection.events is not None:
        kept = np.concatenate([[0], np.cumsum(selection.events)])
        lengths = np.diff(kept[log.case_offsets])
        activity = activity[selection.events]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    wanted = lengths > 0 if selection.cases is None else (lengths > 0) & selection.cases
    found: dict[bytes, int] = {}
    raw = np.ascontiguousarray(activity, ">i4").tobytes()  # big-endian: bytes then sort as the codes do
    seen = np.full(log.cases, -1, np.int64)
    for case in np.flatnonzero(wanted).tolist():
        key = raw[4 * offsets[case] : 4 * offsets[case + 1]]
        seen[case] = found.setdefault(key, len(found))
    return _ordered(log.activities, found, seen)


def _ordered(activities: tuple[str, ...], found: dict[bytes, int], seen: Int64Array) -> Traces:
    keys = sorted(found)
    rank = np.empty(len(keys) + 1, np.int32)
    rank[[found[key] for key in keys]] = np.arange(len(keys), dtype=np.int32)
    rank[-1] = -1  # where a case left out (-1) points
    variant_of_case = rank[seen]
    return Traces(
        activities,
        offsets=np.concatenate([[0], np.cumsum([len(key) // 4 for key in keys])]).astype(np.int64),
        steps=np.frombuffer(b"".join(keys), ">i4").astype(np.int32),
        counts=np.bincount(variant_of_case[variant_of_case >= 0], minlength=len(keys)).astype(np.int64),
        variant_of_case=variant_of_case,
    )


def traces_of(sequences: Iterable[tuple[tuple[str, ...], int]]) -> Traces:
    """Traces from sequences of names with their numbers of cases, for tests and notebooks; a case each in turn."""
    pairs = list(sequences)
    names = tuple(sorted({name for sequence, _ in pairs for name in sequence}))
    code = {name: number for number, name in enumerate(names)}
    found: dict[bytes, int] = {}
    seen: list[int] = []
    for sequence, count in pairs:
        key = np.array([code[name] for name in sequence], ">i4").tobytes()
        seen += [found.setdefault(key, len(found))] * count
    return _ordered(names, found, np.array(seen, np.int64))
