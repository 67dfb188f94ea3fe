"""Waiting time and its five causes; every definition is in docs/explanation/waiting.md."""

from __future__ import annotations

from dataclasses import replace

from kehu.analysis.calendars import BusinessCalendar
from kehu.analysis.errors import Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.waiting.causes import CAUSES
from kehu.analysis.mining.waiting.explained import Explained, explain
from kehu.analysis.mining.waiting.kept import kept_waits
from kehu.analysis.mining.waiting.result import Impossible, Waiting, Waits
from kehu.analysis.mining.waiting.sums import summed

__all__ = ["CAUSES", "Explained", "Impossible", "Waiting", "Waits", "explain", "kept_waits", "waiting"]

_NO_STARTS = Sentence("The log has no start times, so work and waiting cannot be told apart")
_NO_WORK = Sentence("No activity takes any time: every start equals its end, so work and waiting cannot be told apart")
_NO_RESOURCE = Sentence(
    "The log does not say who did the work, so only unavailability and extraneous time can be told apart"
)
_SOME_NOBODY = Sentence(
    "Some events do not say who did the work; of their waits only unavailability and the rest are known"
)
_NO_ENABLING = Sentence("No event was enabled by an earlier one of its case, so there is no wait to explain")


def waiting(
    log: EventLog,
    selection: Selection = EVERYTHING,
    calendar: BusinessCalendar | None = None,
    *,
    explained: Explained | None = None,
    people: bool = True,
) -> Waiting:
    """Split the wait of every event into contention, prioritisation, unavailability, batching and extraneous time.

    Computed on the whole log, since a person is kept busy by cases that are not selected too; ``selection`` then
    chooses what is summed up. ``calendar`` gives the working hours of everybody; without one each person's week is
    found in the log. ``explained`` is what ``explain`` or ``kept_waits`` found for this log, so that only the sums are
    left to do; without ``people`` nothing is summed up by person, which halves them. Where a figure is impossible
    ``impossible`` says why. Units: microseconds.

    Raises InputError where a calendar is given but the log's times name no zone.
    Source: Lashkevich et al. (2023) and Chapela-Campa & Dumas (2024), as docs/explanation/waiting.md words them.
    """
    if not log.has_start:
        return _nothing(_NO_STARTS)
    known = explain(log, calendar) if explained is None else explained
    if not known.works:
        return _nothing(_NO_WORK)
    return _with_reasons(log, summed(log, selection, known, people=people))


def _nothing(reason: str) -> Waiting:
    figures = ("total_wait_s", "by_cause", "by_activity")
    none = Waits(0, 0, (0,) * len(CAUSES))
    return Waiting(total=none, impossible=tuple(Impossible(figure, reason) for figure in figures))


def _with_reasons(log: EventLog, result: Waiting) -> Waiting:
    reasons = []
    people = ("contention", "prioritisation", "batching")
    if not log.has_resource:
        reasons += [Impossible(cause, _NO_RESOURCE) for cause in people]
    elif (log.resource < 0).any():
        reasons += [Impossible(f"{cause} of events without a resource", _SOME_NOBODY) for cause in people]
    if not result.total.n:
        reasons.append(Impossible("total_wait_s", _NO_ENABLING))
    return replace(result, impossible=tuple(reasons))
