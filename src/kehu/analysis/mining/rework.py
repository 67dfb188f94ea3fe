"""Rework: activities done again in the same case, and the time that cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.runs import Run, carry
from kehu.analysis.mining.times import GroupedTimes, Tally


@dataclass(frozen=True)
class ReworkedActivity:
    """An activity and its repeats: every occurrence in a case after the first.

    ``cases`` of ``cases_with`` cases that have the activity repeat it, a ``share`` (0-1); ``immediate`` of the
    ``repeats`` follow the activity itself directly. ``total_s`` and ``mean_s`` are the seconds that repeats took the
    case: from the completion of the event before to the completion of the repeat. ``work_s`` is the work in it, where
    events have starts.
    """

    activity: str
    cases: int
    cases_with: int
    share: float
    repeats: int
    immediate: int
    total_s: float
    mean_s: float
    median_s: float
    work_s: float | None


@dataclass(frozen=True)
class Rework:
    """``cases`` of ``all_cases`` repeat some activity; ``by_activity`` from the most costly in time to the least."""

    all_cases: int
    cases: int
    repeats: int
    total_s: float
    by_activity: tuple[ReworkedActivity, ...]

    @property
    def share(self) -> float:
        """Share of cases (0-1) that repeat some activity."""
        return self.cases / self.all_cases if self.all_cases else 0.0

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {**asdict(self), "share": self.share}


def rework(log: EventLog, selection: Selection = EVERYTHING) -> Rework:
    """Repeats by activity in the selected cases."""
    return carry(ReworkKernel(), log, selection)


@dataclass(frozen=True, eq=False)
class ReworkSummary:
    """Counts by activity, shape (3, activities): cases with it, cases repeating it, repeats straight after itself."""

    all_cases: int
    cases: int
    counts: Int64Array
    taken: GroupedTimes
    work: GroupedTimes


@dataclass(frozen=True)
class ReworkKernel:
    """The kernel of ``rework``."""

    def summarise(self, run: Run) -> ReworkSummary:
        """Find the repeats of one run."""
        counts = np.zeros((3, len(run.log.activities)), np.int64)
        taken, work, cases = Tally(), Tally(), 0
        for block in run.blocks():
            at, some = _repeats(block.offsets, block.activity, counts)
            taken.add(block.activity[at].astype(np.int64), block.end[at] - block.end[at - 1])
            if run.log.has_start:
                timed = at[block.start[at] != np.iinfo(np.int64).min]
                work.add(block.activity[timed].astype(np.int64), np.maximum(block.end[timed] - block.start[timed], 0))
            cases += int(some)
        return ReworkSummary(run.cases, cases, counts, taken.summary(), work.summary())

    def merge(self, parts: Sequence[ReworkSummary]) -> ReworkSummary:
        """Add the parts up."""
        return ReworkSummary(
            sum(part.all_cases for part in parts),
            sum(part.cases for part in parts),
            np.sum([part.counts for part in parts], axis=0),
            GroupedTimes.merged([part.taken for part in parts]),
            GroupedTimes.merged([part.work for part in parts]),
        )

    def finish(self, summary: ReworkSummary, log: EventLog) -> Rework:
        """Name the activities and put the costly first."""
        taken, work = summary.taken.table(), summary.work.table().by_group()
        found = []
        for index in np.argsort(-taken.total_s, kind="stable").tolist():
            code, times = int(taken.group[index]), taken.row(index)
            own = work.get(code)
            having, repeating, immediate = (int(count) for count in summary.counts[:, code])
            found.append(
                ReworkedActivity(
                    activity=log.activities[code],
                    cases=repeating,
                    cases_with=having,
                    share=repeating / having,
                    repeats=times.count,
                    immediate=immediate,
                    total_s=times.total_s,
                    mean_s=times.mean_s,
                    median_s=times.median_s,
                    work_s=own.total_s if own else None,
                )
            )
        total = float(taken.total_s.sum())
        return Rework(summary.all_cases, summary.cases, int(taken.count.sum()), total, tuple(found))


@njit(cache=True, nogil=True)
def _repeats(offsets, activity, counts):  # type: ignore[no-untyped-def]
    """Indices of repeats; counts are added to. ``seen`` and ``again`` hold the last case + 1, so need no clearing."""
    seen = np.zeros(counts.shape[1], np.int64)
    again = np.zeros(counts.shape[1], np.int64)
    at = np.empty(activity.shape[0], np.int64)
    fill, cases = 0, 0
    for c in range(offsets.shape[0] - 1):
        before = fill
        for i in range(offsets[c], offsets[c + 1]):
            code = activity[i]
            if seen[code] != c + 1:
                seen[code] = c + 1
                counts[0, code] += 1
                continue
            if again[code] != c + 1:
                again[code] = c + 1
                counts[1, code] += 1
            counts[2, code] += activity[i - 1] == code
            at[fill] = i
            fill += 1
        cases += fill > before
    return at[:fill], cases
