"""Walls between departments: where handing a case over costs the customer more time than work within a department.

For departments A and B, of the waits until the customer's end of each case (from the completion of one event to the
start of the next, or to its completion where it has no start; events of no department are passed over):

- ``usual``: the mean wait between two events within B, the receiver, or within all departments together, whichever
  is shorter (the second where B has fewer than 10): a department slow with its own work is not excused by it
- ``excess`` = mean wait of A→B - usual; at least 0
- ``index``  = excess x number of handovers A→B / time of all cases until the customer's end

The index is thus the share of all customers' time that would be saved if B took work from A as departments usually take
up their own. Its 95 % interval is Welch's, for the difference of the two means (B. L. Welch, Biometrika 34, 1947), cut
at 0; handovers count as independent. Variances are taken from the waits' buckets, at most 1 % off.

Of the six harms of functional walls, a log alone shows four by pair: work sent back (misunderstanding), the same two
departments handing over again and again (coordination that should not be needed), the number of pieces a case is cut
into, and slow flow (the index). Wrong messages and unequal knowledge can only be measured where messages are recorded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import stdtrit

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.durations import customer_end, ends_for_customer, spans
from kehu.analysis.mining.handovers import require_owner
from kehu.analysis.mining.runs import Run, carry
from kehu.analysis.mining.times import GroupedTimes, Moments, Tally, Times

_ENOUGH = 10
"""Fewer waits within a department than this say nothing of what is usual there."""


@dataclass(frozen=True)
class Harms:
    """The six harms of a wall for one pair of departments; ``None`` where a log cannot tell.

    ``misunderstanding``: share of handovers whose next change of owner sent the case back.
    ``useless_coordination``: handovers between the two in this direction, per case that has any, beyond the first.
    ``wrong_messages``, ``information_asymmetry``: need the messages between the departments.
    ``pieces``: stretches of work, each by one department, into which the cases of this pair are cut, on average.
    ``slow_flow``: the wall index.
    """

    misunderstanding: float
    useless_coordination: float
    wrong_messages: float | None
    information_asymmetry: float | None
    pieces: float
    slow_flow: float


@dataclass(frozen=True)
class Wall:
    """One ordered pair of departments; seconds. ``low`` and ``high`` bound the ``index`` with 95 % confidence."""

    source: str
    target: str
    count: int
    cases: int
    mean_wait_s: float
    median_wait_s: float
    usual_wait_s: float
    excess_s: float
    total_excess_s: float
    index: float
    low: float
    high: float
    harms: Harms

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        fields = asdict(self)
        return {"from": fields.pop("source"), "to": fields.pop("target"), **fields}


@dataclass(frozen=True)
class Walls:
    """Walls by falling index, then by falling count, then by name; ``customer_s`` is all customers' time in seconds.

    ``end`` is the activity at which a case is over for the customer, ``None`` for the last of all.
    """

    cases: int
    customer_s: float
    end: str | None
    walls: tuple[Wall, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return {**asdict(self), "walls": [wall.to_json() for wall in self.walls]}


def walls(log: EventLog, selection: Selection = EVERYTHING) -> Walls:
    """The wall index of every ordered pair of departments. Raises InputError where the log names no departments."""
    require_owner(log, "department")
    return carry(WallKernel(customer_end(log)[0]), log, selection)


@dataclass(frozen=True, eq=False)
class WallSummary:
    """Waits by pair (giver x departments + taker; equal ones are waits within), returns and pieces; times in all cases.

    ``pieces`` has one entry for each case and pair in it: the number of pieces of the case, in place of a time.
    """

    cases: int
    customer_us: int
    waits: GroupedTimes
    returns: GroupedTimes
    pieces: GroupedTimes


@dataclass(frozen=True)
class WallKernel:
    """The kernel of ``walls``."""

    end: str | None = None

    def summarise(self, run: Run) -> WallSummary:
        """Gather the waits of one run."""
        waits, returns, pieces, total = Tally(), Tally(), Tally(), 0
        count = len(run.log.departments)
        for block in run.blocks():
            last = ends_for_customer(block, self.end)
            begin = spans(block)[0]
            taken = block.end[last] - begin
            total += (int((taken >> 32).sum()) << 32) + int((taken & 0xFFFFFFFF).sum())
            waited, back, cut = _waits(block.offsets, last, block.department, block.start, block.end, count)
            waits.add(*waited)
            returns.add(back, np.zeros_like(back))
            pieces.add(*cut)
        return WallSummary(run.cases, total, waits.summary(), returns.summary(), pieces.summary())

    def merge(self, parts: Sequence[WallSummary]) -> WallSummary:
        """Add the parts up."""
        return WallSummary(
            sum(part.cases for part in parts),
            sum(part.customer_us for part in parts),
            GroupedTimes.merged([part.waits for part in parts]),
            GroupedTimes.merged([part.returns for part in parts]),
            GroupedTimes.merged([part.pieces for part in parts]),
        )

    def finish(self, summary: WallSummary, log: EventLog) -> Walls:
        """Compare each pair's waits with what is usual within the receiver."""
        names = log.departments
        moments, times = summary.waits.moments(), summary.waits.table().by_group()
        returns = {group: found.count for group, found in summary.returns.table().by_group().items()}
        cut = summary.pieces.moments()
        within = _within(moments, len(names))
        found = []
        for group in (group for group in moments if group // len(names) != group % len(names)):
            usual = within.get(group % len(names), within.get(_ALL))
            facts = (times[group], moments[group], usual, returns.get(group, 0), cut[group])
            pair = (names[group // len(names)], names[group % len(names)])
            found.append(_wall(pair, *facts, customer_s=summary.customer_us / 1e6))
        found.sort(key=lambda wall: (-wall.index, -wall.count, wall.source, wall.target))
        return Walls(summary.cases, summary.customer_us / 1e6, self.end, tuple(found))


_ALL = -1


def _within(moments: dict[int, Moments], departments: int) -> dict[int, Moments]:
    """What is usual for each receiving department; ``_ALL`` is what is usual within all together."""
    inside = {
        group % departments: found for group, found in moments.items() if group // departments == group % departments
    }
    if not inside:
        return {}
    everywhere = Moments.pooled(list(inside.values()))
    faster = {
        department: found
        for department, found in inside.items()
        if found.count >= _ENOUGH and found.mean_s < everywhere.mean_s
    }
    return faster | {_ALL: everywhere}


def _wall(
    pair: tuple[str, str],
    times: Times,
    waits: Moments,
    usual: Moments | None,
    returns: int,
    pieces: Moments,
    *,
    customer_s: float,
) -> Wall:
    excess = max(0.0, waits.mean_s - (usual.mean_s if usual else 0.0))
    share = waits.count / customer_s if customer_s else 0.0
    low, high = _difference(waits, usual)
    cases = pieces.count
    harms = Harms(
        misunderstanding=returns / waits.count,
        useless_coordination=waits.count / cases - 1,
        wrong_messages=None,
        information_asymmetry=None,
        pieces=round(pieces.mean_s * 1e6, 6),
        slow_flow=excess * share,
    )
    return Wall(
        source=pair[0],
        target=pair[1],
        count=waits.count,
        cases=cases,
        mean_wait_s=times.mean_s,
        median_wait_s=times.median_s,
        usual_wait_s=usual.mean_s if usual else 0.0,
        excess_s=excess,
        total_excess_s=excess * waits.count,
        index=excess * share,
        low=max(0.0, low * share),
        high=max(0.0, high * share),
        harms=harms,
    )


def _difference(waits: Moments, usual: Moments | None) -> tuple[float, float]:
    """Welch's 95 % interval of the difference of two means; of one wait alone nothing is known."""
    parts = [(part.variance / part.count, part.count - 1) for part in (waits, usual) if part is not None]
    middle = waits.mean_s - (usual.mean_s if usual else 0.0)
    if any(freedom < 1 for _, freedom in parts):
        return -math.inf, math.inf
    spread = sum(variance for variance, _ in parts)
    if spread == 0:
        return middle, middle
    freedom = spread**2 / sum(variance**2 / freedom for variance, freedom in parts)
    reach = float(stdtrit(freedom, 0.975)) * math.sqrt(spread)
    return middle - reach, middle + reach


def _waits(
    offsets: Int64Array,
    last: Int64Array,
    department: npt.NDArray[np.int32],
    start: Int64Array,
    end: Int64Array,
    count: int,
) -> tuple[tuple[Int64Array, Int64Array], Int64Array, tuple[Int64Array, Int64Array]]:
    """Pair and wait of neighbours up to ``last``; pairs that came straight back; pair and pieces by case and pair."""
    pair, wait, back, cut_pair, cut = _emit(offsets, last, department, start, end, count)
    return (pair, wait), back, (cut_pair, cut)


@njit(cache=True, nogil=True)
def _emit(offsets, last, department, start, end, count):  # type: ignore[no-untyped-def]
    pair = np.empty(department.shape[0], np.int64)
    wait = np.empty(department.shape[0], np.int64)
    back = np.empty(department.shape[0], np.int64)
    cut_pair = np.empty(department.shape[0], np.int64)
    cut = np.empty(department.shape[0], np.int64)
    found, returned, fill = 0, 0, 0
    for c in range(offsets.shape[0] - 1):
        giver, holder, held, pieces, first = np.int64(-1), np.int64(-1), np.int64(0), np.int64(0), fill
        for i in range(offsets[c], last[c] + 1):
            taker = np.int64(department[i])
            if taker < 0:
                continue
            if holder >= 0:
                begin = end[i] if start[i] == np.iinfo(np.int64).min else start[i]
                pair[found] = holder * count + taker
                wait[found] = max(begin - held, 0)
                found += 1
            if taker != holder:
                pieces += 1
                if holder >= 0:
                    if giver == taker:
                        back[returned] = giver * count + holder
                        returned += 1
                    fill = _noted(cut_pair, first, fill, holder * count + taker)
                    giver = holder
            holder, held = taker, end[i]
        cut[first:fill] = pieces
    return pair[:found], wait[:found], back[:returned], cut_pair[:fill], cut[:fill]


@njit(cache=True, nogil=True)
def _noted(pairs, first, fill, pair):  # type: ignore[no-untyped-def]
    """Note a pair once a case."""
    for k in range(first, fill):
        if pairs[k] == pair:
            return fill
    pairs[fill] = pair
    return fill + 1
