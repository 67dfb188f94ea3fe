"""Rework on the map: which paths lead back to a step that the case had already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.runs import Run, carry


@dataclass(frozen=True)
class Returns:
    """How often paths and steps led back; those that never did are left out.

    ``by_path`` maps (from, to) to how often the path led to a step done before in the same case, ``by_activity`` a
    step to how often it was done again.
    """

    by_path: dict[tuple[str, str], int]
    by_activity: dict[str, int]


def returns(log: EventLog, selection: Selection = EVERYTHING) -> Returns:
    """Returns of the selected cases, in one pass."""
    return carry(ReturnKernel(), log, selection)


@dataclass(frozen=True, eq=False)
class ReturnSummary:
    """Pairs (first x activities + second) that led back, ascending, and how often; the same shape."""

    pair: Int64Array
    count: Int64Array


@dataclass(frozen=True)
class ReturnKernel:
    """The kernel of ``returns``."""

    def summarise(self, run: Run) -> ReturnSummary:
        """Find what led back in one run."""
        kinds = len(run.log.activities)
        found = [np.unique(_led_back(b.offsets, b.activity, kinds), return_counts=True) for b in run.blocks()]
        return self.merge([ReturnSummary(*one) for one in found])

    def merge(self, parts: Sequence[ReturnSummary]) -> ReturnSummary:
        """Add the parts up."""
        pair, place = np.unique(np.concatenate([part.pair for part in parts]), return_inverse=True)
        count = np.zeros(pair.shape[0], np.int64)
        np.add.at(count, place, np.concatenate([part.count for part in parts]))
        return ReturnSummary(pair, count)

    def finish(self, summary: ReturnSummary, log: EventLog) -> Returns:
        """Name the steps."""
        names, again = log.activities, dict[str, int]()
        paths = dict[tuple[str, str], int]()
        for pair, count in zip(summary.pair.tolist(), summary.count.tolist(), strict=True):
            source, target = names[pair // len(names)], names[pair % len(names)]
            paths[source, target] = count
            again[target] = again.get(target, 0) + count
        return Returns(paths, again)


@njit(cache=True, nogil=True)
def _led_back(offsets, activity, kinds):  # type: ignore[no-untyped-def]
    seen = np.full(kinds, -1, np.int64)
    found = np.empty(activity.shape[0], np.int64)
    fill = 0
    for c in range(offsets.shape[0] - 1):
        for i in range(offsets[c], offsets[c + 1]):
            if seen[activity[i]] == c:
                found[fill] = np.int64(activity[i - 1]) * kinds + activity[i]
                fill += 1
            seen[activity[i]] = c
    return found[:fill]
