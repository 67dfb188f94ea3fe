"""Handovers: the changes of owner inside cases, between people or between departments.

An event without an owner is passed over: A, nobody, B is one handover from A to B. The wait runs from the completion
of the giver's last event to the taker's first start, or to its completion where it has no start of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numba import njit

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int32Array, Int64Array, Selection
from kehu.analysis.mining.runs import Run, carry
from kehu.analysis.mining.times import GroupedTimes, Tally

Owner = Literal["resource", "department"]
_OWNERS = {"resource": Sentence("resource"), "department": Sentence("department")}


@dataclass(frozen=True)
class Handover:
    """Work going from one owner to another: how often, after how long (seconds), and how often it came straight back.

    ``returns`` counts the handovers whose next change of owner went back to the giver; ``return_rate`` is its share.
    """

    source: str
    target: str
    count: int
    mean_wait_s: float
    median_wait_s: float
    p90_wait_s: float
    total_wait_s: float
    returns: int
    return_rate: float

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        fields = asdict(self)
        return {"from": fields.pop("source"), "to": fields.pop("target"), **fields}


@dataclass(frozen=True)
class Handovers:
    """Handovers by falling count, then by name; ``cases_with`` of ``cases`` cases have at least one.

    ``wait_until`` says where waits end: ``start`` where events have starts, else ``completion``.
    """

    by: Owner
    cases: int
    cases_with: int
    count: int
    wait_until: Literal["start", "completion"]
    handovers: tuple[Handover, ...]

    def pair(self, source: str, target: str) -> Handover | None:
        """The handovers from one owner to another, if there are any."""
        return next((found for found in self.handovers if (found.source, found.target) == (source, target)), None)

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        fields = asdict(self)
        return {**fields, "handovers": [found.to_json() for found in self.handovers]}


def handovers(log: EventLog, selection: Selection = EVERYTHING, by: Owner = "resource") -> Handovers:
    """Handovers of the selected cases between people, or between departments.

    Raises InputError where the log names no owner of the kind asked for.
    """
    require_owner(log, by)
    return carry(HandoverKernel(by), log, selection)


def require_owner(log: EventLog, by: Owner) -> None:
    """Raise InputError where the log names no owner of the kind."""
    if not (log.has_department if by == "department" else log.has_resource):
        raise InputError(
            Sentence("the log names no %(by)s, so that no handover can be seen", by=_OWNERS[by]),
            remedy=Sentence("Say which column it is with --%(option)s", option=by),
        )


def owners(run: Run, by: Owner) -> tuple[Int32Array, tuple[str, ...]]:
    """The owner of every event of a run, shape (events,), and the names its codes stand for."""
    if by == "department":
        return run.department, run.log.departments
    return run.resource, run.log.resources


@dataclass(frozen=True, eq=False)
class HandoverSummary:
    """Waits, and times until the work was back, by pair: giver x owners + taker."""

    cases: int
    cases_with: int
    cases_back: int
    waits: GroupedTimes
    returns: GroupedTimes


@dataclass(frozen=True)
class HandoverKernel:
    """The kernel of ``handovers``."""

    by: Owner = "resource"

    def summarise(self, run: Run) -> HandoverSummary:
        """Find the changes of owner in one run."""
        waits, returns, cases_with, cases_back = Tally(), Tally(), 0, 0
        for block in run.blocks():
            found = changes(block, self.by)
            waits.add(found.pair, found.wait)
            returns.add(found.back_pair, found.back)
            cases_with += found.cases
            cases_back += found.cases_back
        return HandoverSummary(run.cases, cases_with, cases_back, waits.summary(), returns.summary())

    def merge(self, parts: Sequence[HandoverSummary]) -> HandoverSummary:
        """Add the parts up."""
        return HandoverSummary(
            sum(part.cases for part in parts),
            sum(part.cases_with for part in parts),
            sum(part.cases_back for part in parts),
            GroupedTimes.merged([part.waits for part in parts]),
            GroupedTimes.merged([part.returns for part in parts]),
        )

    def finish(self, summary: HandoverSummary, log: EventLog) -> Handovers:
        """Name the owners and put the pairs in order."""
        names = log.departments if self.by == "department" else log.resources
        table, returns = summary.waits.table(), summary.returns.table()
        returned = dict(zip(returns.group.tolist(), returns.count.tolist(), strict=True))
        found = []
        for index in np.argsort(-table.count, kind="stable").tolist():
            group, times = int(table.group[index]), table.row(index)
            back = returned.get(group, 0)
            found.append(
                Handover(
                    source=names[group // len(names)],
                    target=names[group % len(names)],
                    count=times.count,
                    mean_wait_s=times.mean_s,
                    median_wait_s=times.median_s,
                    p90_wait_s=times.p90_s,
                    total_wait_s=times.total_s,
                    returns=back,
                    return_rate=back / times.count,
                )
            )
        until: Literal["start", "completion"] = "start" if log.has_start else "completion"
        return Handovers(self.by, summary.cases, summary.cases_with, int(table.count.sum()), until, tuple(found))


@dataclass(frozen=True, eq=False)
class Changes:
    """Every change of owner of a run, and those that came straight back, from the first to the last.

    ``pair`` (changes,) is giver x owners + taker and ``wait`` its microseconds, not negative. ``back_pair`` and
    ``back`` are the pair and the time of a change whose next one returned: from the giver's completion until its next
    event began (or ended, without a start). ``cases`` have a change, ``cases_back`` one that came straight back.
    """

    pair: Int64Array
    wait: Int64Array
    back_pair: Int64Array
    back: Int64Array
    cases: int
    cases_back: int


def changes(run: Run, by: Owner) -> Changes:
    """The changes of owner in a run."""
    owner, names = owners(run, by)
    return Changes(*_changes(run.offsets, owner, run.start, run.end, len(names)))


@njit(cache=True, nogil=True)
def _changes(offsets, owner, start, end, owners):  # type: ignore[no-untyped-def]
    pair = np.empty(owner.shape[0], np.int64)
    wait = np.empty(owner.shape[0], np.int64)
    back_pair = np.empty(owner.shape[0], np.int64)
    back = np.empty(owner.shape[0], np.int64)
    found, returned, cases, cases_back = 0, 0, 0, 0
    for c in range(offsets.shape[0] - 1):
        giver, holder = np.int64(-1), np.int64(-1)
        given, held = np.int64(0), np.int64(0)
        found_before, returned_before = found, returned
        for i in range(offsets[c], offsets[c + 1]):
            if owner[i] < 0:
                continue
            if holder >= 0 and owner[i] != holder:
                begin = end[i] if start[i] == np.iinfo(np.int64).min else start[i]
                pair[found] = holder * owners + owner[i]
                wait[found] = max(begin - held, 0)
                found += 1
                if giver == owner[i]:
                    back_pair[returned] = giver * owners + holder
                    back[returned] = max(begin - given, 0)
                    returned += 1
                giver, given = holder, held
            holder, held = np.int64(owner[i]), end[i]
        cases += found > found_before
        cases_back += returned > returned_before
    return pair[:found], wait[:found], back_pair[:returned], back[:returned], cases, cases_back
