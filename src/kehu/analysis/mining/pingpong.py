"""Ping-pong: work handed from A to B and, at the next change of owner, straight back to A."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.handovers import HandoverKernel, HandoverSummary, Owner, require_owner
from kehu.analysis.mining.runs import Run, carry


@dataclass(frozen=True)
class PingPongPair:
    """``owner`` gave work to ``via`` and had it back; seconds from giving it away until taking it up again."""

    owner: str
    via: str
    count: int
    mean_s: float
    median_s: float
    total_s: float


@dataclass(frozen=True)
class PingPong:
    """``count`` times, in ``cases`` of ``all_cases`` cases; ``pairs`` by falling count, then by name."""

    by: Owner
    all_cases: int
    cases: int
    count: int
    pairs: tuple[PingPongPair, ...]

    @property
    def share(self) -> float:
        """Share of cases (0-1) in which it happened."""
        return self.cases / self.all_cases if self.all_cases else 0.0

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {**asdict(self), "share": self.share}


def pingpong(log: EventLog, selection: Selection = EVERYTHING, by: Owner = "resource") -> PingPong:
    """Ping-pong among the selected cases' changes of owner; A, B, C, A is none, A, B, A, B, A is three.

    Raises InputError where the log names no owner of the kind asked for.
    """
    require_owner(log, by)
    return carry(PingPongKernel(by), log, selection)


@dataclass(frozen=True)
class PingPongKernel:
    """The kernel of ``pingpong``: the summary of handovers, read for what came back."""

    by: Owner = "resource"

    def summarise(self, run: Run) -> HandoverSummary:
        """As for handovers."""
        return HandoverKernel(self.by).summarise(run)

    def merge(self, parts: Sequence[HandoverSummary]) -> HandoverSummary:
        """As for handovers."""
        return HandoverKernel(self.by).merge(parts)

    def finish(self, summary: HandoverSummary, log: EventLog) -> PingPong:
        """Name the owners and put the pairs in order."""
        names = log.departments if self.by == "department" else log.resources
        table = summary.returns.table()
        pairs = []
        for index in np.argsort(-table.count, kind="stable").tolist():
            group, times = int(table.group[index]), table.row(index)
            owner, via = names[group // len(names)], names[group % len(names)]
            pairs.append(PingPongPair(owner, via, times.count, times.mean_s, times.median_s, times.total_s))
        return PingPong(self.by, summary.cases, summary.cases_back, int(table.count.sum()), tuple(pairs))
