"""Where a case is over for the customer: finding an administrative close that only follows after a timer's lag.

A desk often closes a resolved case by a timer, days after the customer has the answer. Such a step shows three signs
together: it is the last step wherever it occurs; nearly always the same step comes directly before it; and the lags
between the two pile up at one or a few values, as no work of people does. All three are asked for, and the numbers are
handed over as the proof. Credit collection of fines is last and follows one step, but its lags are spread over a year;
a return to the emergency room is last too, at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EventLog, Int32Array, Int64Array
from kehu.analysis.mining.runs import Run, carry

_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_LAST = 0.95
"""The step is the last of its case in at least this share of its occurrences,"""
_CASES = 0.2
"""ends at least this share of all cases,"""
_PAIRS = 30
"""follows the same step in at least this many,"""
_AFTER_ONE = 0.8
"""and in at least this share of its occurrences;"""
_PILED = 0.2
"""at least this share of the lags lies at at most ``_VALUES`` values,"""
_VALUES = 3
_WIDTH = 0.001
"""each no wider than this share of itself to either side,"""
_ONE = 0.05
"""and each holding at least this share of the lags;"""
_SOONER = 0.1
"""and at most this share is shorter than the shortest of them, since nothing happens before a timer runs out;"""
_CELLS = 10
"""and a value is at least this many times the resolution of the clock, or any lag would lie at few values."""


@dataclass(frozen=True)
class CustomerEnd:
    """An administrative close and its proof: cases are over at ``end``, and ``close`` follows it by a timer.

    ``cases`` cases end with ``close``, a ``share`` (0-1) of all; ``after_end`` of its ``occurrences`` follow ``end``
    directly, after ``median_lag_s`` in the middle; ``piled`` (0-1) of these lags lie within 0.1 % of ``timers_s``
    and only ``sooner`` (0-1) below the shortest.
    """

    end: str
    close: str
    cases: int
    share: float
    occurrences: int
    after_end: int
    median_lag_s: float
    timers_s: tuple[float, ...]
    piled: float
    sooner: float

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes it."""
        return asdict(self)


def suggest_end(log: EventLog) -> CustomerEnd | None:
    """The administrative close of a log, if it shows all the signs; looks at the whole log."""
    return carry(EndKernel(), log)


@dataclass(frozen=True, eq=False)
class EndSummary:
    """Occurrences by activity, all and as a case's only event, (activities,), and the ends of the other cases.

    Of each case of two events or more: its last step and the one before it, the lag between both and the time of the
    one before; microseconds, (cases,).
    """

    cases: int
    counts: Int64Array
    single: Int64Array
    close: Int32Array
    before: Int32Array
    lag: Int64Array
    moment: Int64Array


@dataclass(frozen=True)
class EndKernel:
    """The kernel of ``suggest_end``."""

    def summarise(self, run: Run) -> EndSummary:
        """Gather the last two steps of each case."""
        kinds = len(run.log.activities)
        last, longer = run.offsets[1:] - 1, np.diff(run.offsets) > 1
        single, last = np.bincount(run.activity[last[~longer]], minlength=kinds), last[longer]
        return EndSummary(
            cases=run.cases,
            counts=_counts(run.activity, kinds),
            single=single,
            close=run.activity[last],
            before=run.activity[last - 1],
            lag=run.end[last] - run.end[last - 1],
            moment=run.end[last - 1],
        )

    def merge(self, parts: Sequence[EndSummary]) -> EndSummary:
        """Add the counts and put the cases together."""
        columns = [
            np.concatenate([getattr(part, name) for part in parts]) for name in ("close", "before", "lag", "moment")
        ]
        counts = [np.sum([getattr(part, name) for part in parts], axis=0) for name in ("counts", "single")]
        return EndSummary(sum(part.cases for part in parts), *counts, *columns)

    def finish(self, summary: EndSummary, log: EventLog) -> CustomerEnd | None:
        """Look for the signs."""
        if not summary.cases:
            return None
        lasts = summary.single + np.bincount(summary.close, minlength=summary.counts.size)
        likely = (lasts >= _CASES * summary.cases) & (lasts >= _LAST * summary.counts) & (lasts >= _PAIRS)
        judged = (_judged(summary, log, code, int(lasts[code])) for code in np.flatnonzero(likely).tolist())
        return max((end for end in judged if end), key=lambda end: end.cases, default=None)


def _judged(summary: EndSummary, log: EventLog, close: int, lasts: int) -> CustomerEnd | None:
    at = summary.close == close
    before = summary.before[at]
    if before.size < _PAIRS:
        return None
    end, occurrences = int(np.bincount(before).argmax()), int(summary.counts[close])
    after_end = before == end
    if after_end.sum() < _AFTER_ONE * occurrences:
        return None
    ordered = np.sort(summary.lag[at][after_end])
    timers, piled = _piles(ordered, _CELLS * _resolution(summary.moment[at][after_end]))
    sooner = float((ordered < min(timers, default=0.0) * 1e6 * (1 - _WIDTH)).mean())
    if piled < _PILED or sooner > _SOONER:
        return None
    return CustomerEnd(
        end=log.activities[end],
        close=log.activities[close],
        cases=lasts,
        share=lasts / summary.cases,
        occurrences=occurrences,
        after_end=int(after_end.sum()),
        median_lag_s=float(np.median(ordered)) / 1e6,
        timers_s=tuple(sorted(timers)),
        piled=piled,
        sooner=sooner,
    )


def _piles(ordered: Int64Array, shortest: int) -> tuple[list[float], float]:
    """The few values at which lags pile up, in seconds, and the share of lags there; the densest first."""
    rest, timers, piled = ordered[ordered >= max(shortest, _HOUR)], list[float](), 0
    while rest.size and len(timers) < _VALUES:
        low = np.searchsorted(rest, rest - (rest * _WIDTH).astype(np.int64), side="left")
        high = np.searchsorted(rest, rest + (rest * _WIDTH).astype(np.int64), side="right")
        best = int((high - low).argmax())
        held = int(high[best] - low[best])
        if held < _ONE * ordered.size:
            break
        timers.append(float(np.median(rest[low[best] : high[best]])) / 1e6)
        piled += held
        rest = np.delete(rest, slice(low[best], high[best]))
    return timers, piled / ordered.size


def _resolution(moment: Int64Array) -> int:
    """The finest step of a clock: a day, an hour, or a second; a log of dates shows whole hours where zones shift."""
    if (moment % _HOUR == 0).mean() < _LAST:
        return 1_000_000
    hours = np.sort(np.bincount(moment // _HOUR % 24, minlength=24))
    return _DAY if hours[-2:].sum() >= _LAST * moment.size else _HOUR


@njit(cache=True, nogil=True)
def _counts(activity, kinds):  # type: ignore[no-untyped-def]
    counts = np.zeros(kinds, np.int64)
    for code in activity:
        counts[code] += 1
    return counts
