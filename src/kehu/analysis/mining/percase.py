"""What each case was like: one row a case, for comparisons and breakdowns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import EventLog, Int64Array, Selection
from kehu.analysis.mining.durations import customer_end, ends_for_customer, spans
from kehu.analysis.mining.runs import Run, whole


@dataclass(frozen=True, eq=False)
class CaseRows:
    """Columns of shape (cases,); ``case`` holds indices in the log, times are microseconds.

    ``handovers`` are changes of resource and ``walls`` changes of department (0 where the log names none);
    ``returns`` are changes of resource that came straight back; ``repeats`` are events that repeat an activity.
    """

    case: Int64Array
    events: Int64Array
    clock: Int64Array
    customer: Int64Array
    handovers: Int64Array
    returns: Int64Array
    walls: Int64Array
    repeats: Int64Array


def case_rows(log: EventLog, selection: Selection) -> CaseRows:
    """The rows of the selected cases. Raises InputError where the header's end activity is not in the log."""
    run = whole(log, selection)
    end = customer_end(log)[0]
    begin, last = spans(run)
    handovers, returns = _changes(run.offsets, run.resource)
    return CaseRows(
        case=run.case,
        events=np.diff(run.offsets),
        clock=last - begin,
        customer=run.end[ends_for_customer(run, end)] - begin,
        handovers=handovers,
        returns=returns,
        walls=_changes(run.offsets, run.department)[0],
        repeats=_repeats_by_case(run),
    )


def _repeats_by_case(run: Run) -> Int64Array:
    return np.asarray(_repeats(run.offsets, run.activity, len(run.log.activities)))


@njit(cache=True, nogil=True)
def _changes(offsets, owner):  # type: ignore[no-untyped-def]
    changes = np.zeros(offsets.shape[0] - 1, np.int64)
    returns = np.zeros(offsets.shape[0] - 1, np.int64)
    for c in range(offsets.shape[0] - 1):
        giver, holder = -1, -1
        for i in range(offsets[c], offsets[c + 1]):
            if owner[i] < 0 or owner[i] == holder:
                continue
            if holder >= 0:
                changes[c] += 1
                returns[c] += giver == owner[i]
                giver = holder
            holder = owner[i]
    return changes, returns


@njit(cache=True, nogil=True)
def _repeats(offsets, activity, kinds):  # type: ignore[no-untyped-def]
    repeats = np.zeros(offsets.shape[0] - 1, np.int64)
    seen = np.zeros(kinds, np.int64)
    for c in range(offsets.shape[0] - 1):
        for i in range(offsets[c], offsets[c + 1]):
            repeats[c] += seen[activity[i]] == c + 1
            seen[activity[i]] = c + 1
    return repeats
