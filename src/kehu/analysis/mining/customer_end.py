"""Where a case is over for the customer: finding an administrative close that only follows after a timer's lag.

A desk often closes a resolved case by a timer, days after the customer has the answer. Such a step shows three signs
together: it is the last step wherever it occurs; nearly always the same step comes directly before it; and the lags
between the two pile up at one or a few values, as no work of people does. All three are asked for, and the numbers are
handed over as the proof. Credit collection of fines is last and follows one step, but its lags are spread over a year;
a return to the emergency room is last too, at any time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EventLog, Int32Array, Int64Array
from kehu.analysis.mining.runs import Run, whole

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
    run = whole(log)
    if not run.cases:
        return None
    counts = np.bincount(run.activity, minlength=len(log.activities))
    lasts = np.bincount(run.activity[run.offsets[1:] - 1], minlength=len(log.activities))
    likely = np.flatnonzero((lasts >= _CASES * run.cases) & (lasts >= _LAST * counts) & (lasts >= _PAIRS))
    found = [end for code in likely.tolist() if (end := _judged(run, code, int(counts[code]), int(lasts[code])))]
    return max(found, key=lambda end: end.cases, default=None)


def _judged(run: Run, close: int, occurrences: int, lasts: int) -> CustomerEnd | None:
    before, lag, moment = _lags(run.offsets, run.activity, run.end, close)
    if before.size < _PAIRS:
        return None
    end = int(np.bincount(before).argmax())
    after_end = before == end
    if after_end.sum() < _AFTER_ONE * occurrences:
        return None
    ordered = np.sort(lag[after_end])
    timers, piled = _piles(ordered, _CELLS * _resolution(moment[after_end]))
    sooner = float((ordered < min(timers, default=0.0) * 1e6 * (1 - _WIDTH)).mean())
    if piled < _PILED or sooner > _SOONER:
        return None
    return CustomerEnd(
        end=run.log.activities[end],
        close=run.log.activities[close],
        cases=lasts,
        share=lasts / run.cases,
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


def _lags(
    offsets: Int64Array, activity: Int32Array, end: Int64Array, close: int
) -> tuple[Int32Array, Int64Array, Int64Array]:
    """Of the cases that end with the close: the step before, the lag between both, and that step's time."""
    at = np.flatnonzero(np.asarray(_closes(offsets, activity, close)))
    return activity[at - 1], end[at] - end[at - 1], end[at - 1]


@njit(cache=True, nogil=True)
def _closes(offsets, activity, close):  # type: ignore[no-untyped-def]
    found = np.zeros(activity.shape[0], np.bool_)
    for c in range(offsets.shape[0] - 1):
        last = offsets[c + 1] - 1
        if last > offsets[c] and activity[last] == close:
            found[last] = True
    return found
