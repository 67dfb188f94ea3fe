"""How long cases take: by the clock, in business time, and until it is over for the customer. All medians are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numba import njit

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.customer_end import suggest_end
from kehu.analysis.mining.runs import Run, carry

_HOUR, _DAY = 3600, 86400
_EDGES = (0, 900, *(h * _HOUR for h in (1, 2, 4, 8)), *(d * _DAY for d in (1, 2, 3, 7, 14, 30, 60, 90, 182, 365, 730)))
"""Bounds of the distribution's bins in seconds, as people speak of time."""


class Calendar(Protocol):
    """What the business figures need of a calendar of ``kehu.analysis.calendars``."""

    def between(self, first: Int64Array, last: Int64Array) -> Int64Array:
        """Business microseconds from each first to its last instant, in microseconds UTC."""


@dataclass(frozen=True)
class Durations:
    """The durations of a number of cases, in seconds; all exact.

    ``distribution`` holds (from, to, cases) with ``to`` excluded and ``None`` in the last, open bin.
    """

    cases: int
    total_s: float
    mean_s: float
    min_s: float
    p10_s: float
    p25_s: float
    median_s: float
    p75_s: float
    p90_s: float
    p95_s: float
    max_s: float
    distribution: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True)
class CaseDurations:
    """Durations by the clock, until the customer's end, and the same in business time where a calendar was given.

    ``clock`` runs from a case's first moment (start, or completion where there is none) to its last completion;
    ``customer`` to the last completion of ``end`` (to the last completion of all in cases without it, or where ``end``
    is ``None``). ``end_from`` says who named it: ``given`` or ``suggested``.
    """

    clock: Durations
    customer: Durations
    business: Durations | None
    business_customer: Durations | None
    end: str | None
    end_from: Literal["given", "suggested"] | None

    def to_json(self) -> dict[str, Any]:
        """As ``kehu mine`` writes ``case_duration_s``."""
        found: dict[str, Any] = {
            "mean": self.clock.mean_s,
            "median": self.clock.median_s,
            "p90": self.clock.p90_s,
            "customer_mean": self.customer.mean_s,
            "customer_median": self.customer.median_s,
            "customer_p90": self.customer.p90_s,
            "end": self.end,
            "end_from": self.end_from,
        }
        if self.business and self.business_customer:
            found |= {"business_mean": self.business.mean_s, "business_median": self.business.median_s}
            found |= {"business_customer_mean": self.business_customer.mean_s}
            found |= {"business_customer_median": self.business_customer.median_s}
        return found


def case_durations(log: EventLog, selection: Selection = EVERYTHING, calendar: Calendar | None = None) -> CaseDurations:
    """Durations of the selected cases.

    The customer's end is ``log.header.end_activity``, else what ``suggest_end`` finds in the whole log. Raises
    InputError where the header names an activity that the log does not have, or where no case is selected.
    """
    end, source = customer_end(log)
    return carry(DurationKernel(end, source, calendar), log, selection)


def customer_end(log: EventLog) -> tuple[str | None, Literal["given", "suggested"] | None]:
    """The activity at which a case is over for the customer, and who named it.

    Raises InputError where the header names one that the log does not have.
    """
    given = log.header.end_activity
    if given is not None:
        if given not in log.activities:
            raise InputError(
                Sentence("the log has no activity %(activity)r to end cases at", activity=given),
                remedy=Sentence("Name another with --end"),
            )
        return given, "given"
    suggested = suggest_end(log)
    return (suggested.end, "suggested") if suggested else (None, None)


@dataclass(frozen=True, eq=False)
class DurationSummary:
    """Every case's durations in microseconds, each column sorted by itself; business columns empty without calendar."""

    clock: Int64Array
    customer: Int64Array
    business: Int64Array
    business_customer: Int64Array


@dataclass(frozen=True)
class DurationKernel:
    """The kernel of ``case_durations``."""

    end: str | None = None
    end_from: Literal["given", "suggested"] | None = None
    calendar: Calendar | None = None

    def summarise(self, run: Run) -> DurationSummary:
        """Measure the cases of one run."""
        begin, last = spans(run)
        over = run.end[ends_for_customer(run, self.end)]
        columns = [last - begin, over - begin]
        if self.calendar is not None:
            columns += [self.calendar.between(begin, last), self.calendar.between(begin, over)]
        columns += [np.empty(0, np.int64)] * (4 - len(columns))
        return DurationSummary(*(np.sort(column) for column in columns))

    def merge(self, parts: Sequence[DurationSummary]) -> DurationSummary:
        """Put the cases together."""
        names = ("clock", "customer", "business", "business_customer")
        if len(parts) == 1:
            return parts[0]
        columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
        return DurationSummary(*(np.sort(column, kind="stable") for column in columns))

    def finish(self, summary: DurationSummary, log: EventLog) -> CaseDurations:
        """Describe the distributions."""
        if not summary.clock.size:
            raise InputError(Sentence("no case is left"), remedy=Sentence("Take a filter away"))
        with_calendar = self.calendar is not None
        return CaseDurations(
            clock=described(summary.clock),
            customer=described(summary.customer),
            business=described(summary.business) if with_calendar else None,
            business_customer=described(summary.business_customer) if with_calendar else None,
            end=self.end,
            end_from=self.end_from,
        )


def described(ordered: Int64Array) -> Durations:
    """Exact figures of durations in microseconds, ascending, at least one; quantiles interpolated as numpy does."""
    quantiles = np.quantile(ordered, (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)) / 1e6
    total = (int((ordered >> 32).sum()) << 32) + int((ordered & 0xFFFFFFFF).sum())
    return Durations(
        cases=int(ordered.shape[0]),
        total_s=total / 1e6,
        mean_s=total / ordered.shape[0] / 1e6,
        min_s=float(ordered[0]) / 1e6,
        **dict(zip(("p10_s", "p25_s", "median_s", "p75_s", "p90_s", "p95_s"), quantiles.tolist(), strict=True)),
        max_s=float(ordered[-1]) / 1e6,
        distribution=_distribution(ordered),
    )


def spans(run: Run) -> tuple[Int64Array, Int64Array]:
    """First moment and last completion of each case of a run, in microseconds, each of shape (cases,)."""
    last = run.end[run.offsets[1:] - 1]
    if not run.log.has_start:
        return run.end[run.offsets[:-1]], last
    return np.asarray(_begins(run.offsets, run.start, run.end)), last


def ends_for_customer(run: Run, end: str | None) -> Int64Array:
    """The index in the run of the event that ends each case for the customer, shape (cases,).

    That is the last event of the activity ``end``, or the last of all where a case has none or ``end`` is ``None``.
    """
    if end is None or end not in run.log.activities:
        return run.offsets[1:] - 1
    return np.asarray(_last_of(run.offsets, run.activity, run.log.activities.index(end)))


def _distribution(ordered: Int64Array) -> tuple[tuple[int, int | None, int], ...]:
    places = np.searchsorted(ordered, np.array(_EDGES[1:]) * 1_000_000)
    counts = np.diff(np.concatenate(([0], places, [ordered.shape[0]]))).tolist()
    return tuple(zip(_EDGES, (*_EDGES[1:], None), counts, strict=True))


@njit(cache=True, nogil=True)
def _begins(offsets, start, end):  # type: ignore[no-untyped-def]
    begins = np.empty(offsets.shape[0] - 1, np.int64)
    for c in range(offsets.shape[0] - 1):
        begin = end[offsets[c]]
        for i in range(offsets[c], offsets[c + 1]):
            if start[i] != np.iinfo(np.int64).min and start[i] < begin:
                begin = start[i]
        begins[c] = begin
    return begins


@njit(cache=True, nogil=True)
def _last_of(offsets, activity, code):  # type: ignore[no-untyped-def]
    found = np.empty(offsets.shape[0] - 1, np.int64)
    for c in range(offsets.shape[0] - 1):
        found[c] = offsets[c + 1] - 1
        for i in range(offsets[c + 1] - 1, offsets[c] - 1, -1):
            if activity[i] == code:
                found[c] = i
                break
    return found
