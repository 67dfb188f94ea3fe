"""Everything a report speaks of, measured once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kehu.analysis.log import EVERYTHING, NOBODY, EventLog, Selection
from kehu.analysis.log.staging import Progress, no_progress
from kehu.analysis.mining.customer_end import CustomerEnd, suggest_end
from kehu.analysis.mining.durations import CaseDurations, DurationKernel, case_durations, customer_end
from kehu.analysis.mining.flow import FlowGraph, directly_follows
from kehu.analysis.mining.handovers import Handovers, handovers
from kehu.analysis.mining.pingpong import PingPong, pingpong
from kehu.analysis.mining.rework import Rework, rework
from kehu.analysis.mining.runs import summarise, whole
from kehu.analysis.mining.variants import Variants, variants
from kehu.analysis.mining.waiting import Waiting, waiting
from kehu.analysis.mining.walls import Walls, walls
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pseudonyms import pseudonyms
from kehu.analysis.reports.waits_between import Waits, waits_between


@dataclass(frozen=True, eq=False)
class Facts:
    """The measures of the selected part of a log; ``None`` where the log does not hold what a measure needs.

    ``customer_s`` are the cases' durations until the customer's end, seconds, ascending; ``close`` is the proof of an
    administrative close where the log shows one; ``…_waits`` the single waits behind the handovers; ``aliases`` what
    people are called, where the caller has pseudonyms of its own.
    """

    log: EventLog
    flow: FlowGraph
    variants: Variants
    durations: CaseDurations
    customer_s: npt.NDArray[np.float64]
    close: CustomerEnd | None
    rework: Rework
    waiting: Waiting
    people: Handovers | None
    people_waits: Waits
    pingpong: PingPong | None
    department_waits: Waits
    walls: Walls | None
    aliases: Mapping[str, str] | None = None

    @property
    def cases(self) -> int:
        """Number of cases looked at."""
        return self.flow.cases

    @property
    def over_at(self) -> str | None:
        """The activity at which a case is over for the customer; ``None`` for the last one."""
        return self.durations.end

    @property
    def span(self) -> tuple[int, int]:
        """First and last completion of the whole log, microseconds UTC."""
        return int(self.log.end.min()), int(self.log.end.max())

    @property
    def named(self) -> float:
        """Share (0-1) of the events that say who did them, over the whole log."""
        return float((self.log.resource != NOBODY).mean())

    def pseudonyms(self, t: Words) -> dict[str, str]:
        """Name → number of every person of the log."""
        return pseudonyms(self.log, t) if self.aliases is None else dict(self.aliases)


def gather(
    log: EventLog,
    selection: Selection = EVERYTHING,
    progress: Progress = no_progress,
    *,
    aliases: Mapping[str, str] | None = None,
) -> Facts:
    """Measure everything. Raises InputError where nothing is selected, or the header names an unknown end."""
    measures = _measures(log, selection)
    found = {}
    for done, (name, measure) in enumerate(measures.items(), 1):
        found[name] = measure()
        progress("measure", done / len(measures))
    return Facts(log=log, aliases=aliases, **found)


def _measures(log: EventLog, selection: Selection) -> dict[str, Callable[[], Any]]:
    """Field of ``Facts`` → how to get it."""
    people, departments = log.has_resource, log.has_department
    by_hand = _without_close(log, selection) if people else selection
    return {
        "flow": lambda: directly_follows(log, selection),
        "variants": lambda: variants(log, selection),
        "durations": lambda: case_durations(log, selection),
        "customer_s": lambda: summarise(DurationKernel(*customer_end(log)), whole(log, selection)).customer / 1e6,
        "close": lambda: suggest_end(log),
        "rework": lambda: rework(log, selection),
        "waiting": lambda: waiting(log, selection),
        "people": lambda: handovers(log, by_hand) if people else None,
        "people_waits": lambda: waits_between(log, by_hand, by="resource") if people else {},
        "pingpong": lambda: pingpong(log, by_hand) if people else None,
        "department_waits": lambda: waits_between(log, selection) if departments else {},
        "walls": lambda: walls(log, selection) if departments else None,
    }


def _without_close(log: EventLog, selection: Selection) -> Selection:
    """The selection without an administrative close: nobody hands anything over to a timer."""
    close = suggest_end(log)
    if close is None or customer_end(log)[1] != "suggested":
        return selection
    kept: npt.NDArray[np.bool_] = log.activity != log.activities.index(close.close)
    return Selection(selection.cases, kept if selection.events is None else kept & selection.events)
