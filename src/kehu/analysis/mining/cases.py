"""The cases behind a number, a page at a time, and one case from its first event to its last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, NO_TIME, EventLog, Selection
from kehu.analysis.mining.durations import customer_end, ends_for_customer, spans
from kehu.analysis.mining.runs import whole

Order = Literal["longest", "shortest", "newest", "oldest", "most events"]


@dataclass(frozen=True)
class Case:
    """One case: times in microseconds UTC, lengths in seconds, by the clock and until the customer's end."""

    id: str
    begin_us: int
    end_us: int
    clock_s: float
    customer_s: float
    events: int
    last: str


@dataclass(frozen=True)
class CaseList:
    """Some of ``total`` cases, in the order asked for."""

    total: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class CaseEvent:
    """One event: codes of the log, microseconds UTC, ``after_s`` seconds since the completion of the one before."""

    activity: str
    resource: int
    department: str | None
    start_us: int | None
    end_us: int
    after_s: float | None
    work_s: float | None


def list_cases(
    log: EventLog, selection: Selection = EVERYTHING, *, order: Order = "longest", skip: int = 0, most: int = 50
) -> CaseList:
    """Cases ``skip`` to ``skip + most`` of the selected ones; equal ones stand in the order of their ids."""
    end, _source = customer_end(log)
    run = whole(log, selection)
    if not run.cases:
        return CaseList(0, ())
    begin, last = spans(run)
    over = run.end[ends_for_customer(run, end)]
    events = np.diff(run.offsets)
    by = {
        "longest": begin - over,
        "shortest": over - begin,
        "newest": -begin,
        "oldest": begin,
        "most events": -events,
    }[order]
    chosen = np.argsort(by, kind="stable")[skip : skip + most]
    final = run.activity[run.offsets[1:] - 1]
    return CaseList(
        run.cases,
        tuple(
            Case(
                id=log.case_ids[int(run.case[place])].as_py(),
                begin_us=int(begin[place]),
                end_us=int(last[place]),
                clock_s=int(last[place] - begin[place]) / 1e6,
                customer_s=int(over[place] - begin[place]) / 1e6,
                events=int(events[place]),
                last=log.activities[int(final[place])],
            )
            for place in chosen.tolist()
        ),
    )


def case_events(log: EventLog, case_id: str) -> tuple[CaseEvent, ...]:
    """All events of one case in order. Raises InputError where the log has no case of that id."""
    place = pc.index(log.case_ids, case_id).as_py()
    if place < 0:
        raise InputError(
            Sentence("the log has no case %(case)r", case=case_id), remedy=Sentence("Look for it in the list of cases")
        )
    found = list[CaseEvent]()
    before: int | None = None
    for row in range(int(log.case_offsets[place]), int(log.case_offsets[place + 1])):
        start = None if log.start[row] == NO_TIME else int(log.start[row])
        end, department = int(log.end[row]), int(log.department[row])
        until = end if start is None else start
        found.append(
            CaseEvent(
                activity=log.activities[int(log.activity[row])],
                resource=int(log.resource[row]),
                department=log.departments[department] if department >= 0 else None,
                start_us=start,
                end_us=end,
                after_s=None if before is None else max(0, until - before) / 1e6,
                work_s=None if start is None else max(0, end - start) / 1e6,
            )
        )
        before = end
    return tuple(found)


def middle_begin(log: EventLog, selection: Selection = EVERYTHING) -> int | None:
    """The instant before which half of the selected cases began, microseconds UTC; ``None`` where there is no case."""
    run = whole(log, selection)
    return int(np.median(spans(run)[0])) if run.cases else None
