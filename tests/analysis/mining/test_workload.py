"""Workload by half-hour: capacity lost and demand unserved."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kehu.analysis.calendars import BusinessCalendar
from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog, Header, Selection
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.workload import Workload, workload
from kehu.analysis.reports.figures import waits_figures

MORNING = BusinessCalendar("UTC", (((540, 690),),) * 7)


@pytest.fixture
def day() -> EventLog:
    """Monday, open from 9:00 to 11:30. Three cases arrive at 9:00, 9:00 and 9:10.

    Ann does 1 from 9:00 to 9:45, 2 from 9:45 to 10:15 and is then idle. Bob does 3 from 10:30 to 10:40, after a break
    that was not the work's fault, and sets a status.
    """
    rows = [
        ("1", "Came", None, "09:00", "09:00"),
        ("2", "Came", None, "09:00", "09:00"),
        ("3", "Came", None, "09:10", "09:10"),
        ("1", "Do", "Ann", "09:00", "09:45"),
        ("2", "Do", "Ann", "09:45", "10:15"),
        ("3", "Do", "Bob", "10:30", "10:40"),
        ("3", "Close", "Bob", "11:00", "11:00"),
    ]
    case, activity, resource, start, end = (list(column) for column in zip(*rows, strict=True))
    return event_log(
        {
            "case_id": case,
            "activity": activity,
            "resource": resource,
            "start_timestamp": [f"2026-02-02T{t}" for t in start],
            "timestamp": [f"2026-02-02T{t}" for t in end],
        },
        Header(zone="UTC"),
    )


def minutes(values: np.ndarray) -> list[int]:
    return (values // 60_000_000).tolist()


@pytest.mark.spec("P25")
def test_a_day_worked_out_by_hand(day: EventLog):
    """Half-hours from 9:00 to 11:30. Without the kernel there is nothing to print.

    Ann's demand: 75 minutes at 9:00, 45 left at 9:30, 15 left at 10:00; so 45 and 15 too much, then none.
    """
    result = workload(day, calendar=MORNING)
    ann, bob = result.person("Ann"), result.person("Bob")
    assert minutes(ann.capacity) == [30, 30, 30, 30, 30]
    assert minutes(ann.busy) == [30, 30, 15, 0, 0]
    assert minutes(ann.idle) == [0, 0, 15, 30, 30]
    assert minutes(ann.overload) == [45, 15, 0, 0, 0]
    assert minutes(bob.busy) == [0, 0, 0, 10, 0]
    assert minutes(bob.overload) == [0, 0, 0, 0, 0]
    assert minutes(result.slots.idle) == [30, 30, 45, 50, 60]


def test_people_and_totals(day: EventLog):
    """Bob lost 140 of 150 minutes, Ann 75; 45 + 15 minutes of hers could have been his, 30 + 15 at once."""
    result = workload(day, calendar=MORNING)
    assert [name for name, _ in result.by_person] == ["Bob", "Ann"]
    loads = dict(result.by_person)
    assert (loads["Ann"].busy_h, loads["Ann"].idle_h, loads["Ann"].overloaded_slots) == (1.25, 1.25, 2)
    assert loads["Ann"].overload_peak_h == 0.75
    assert loads["Ann"].utilisation == 0.5
    assert result.misplaced_h == 0.75
    assert result.to_json()["idle_h"] == pytest.approx(215 / 60)


def test_the_week_starts_on_monday(day: EventLog):
    week = workload(day, calendar=MORNING).week()
    assert len(week["busy"]) == 336
    assert week["busy"][18:21] == (0.5, 0.5, 0.25)


def test_a_selection_chooses_people_and_days(day: EventLog):
    only = Selection(events=day.resource == day.resources.index("Ann"))
    result = workload(day, only, MORNING)
    assert [name for name, _ in result.by_person] == ["Ann"]
    assert minutes(result.slots.capacity) == [30, 30, 30]


def test_a_day_that_begins_in_the_middle_carries_what_was_left(day: EventLog):
    """From 9:45 on, that is the half-hour of 9:30: 45 minutes of Ann's work are still to be done."""
    only = Selection(events=(day.resource == day.resources.index("Ann")) & (day.start > day.start.min()))
    ann = workload(day, only, MORNING).person("Ann")
    assert minutes(ann.busy) == [30, 15]
    assert minutes(ann.overload) == [15, 0]


def test_time_is_neither_lost_nor_made(data):
    """Capacity is busy and idle time, person by person and in all; idle time is never negative."""
    from kehu.analysis.log.reading import read_log

    result: Workload = workload(read_log(data("bpic_2012_w.parquet")))
    assert (result.slots.idle >= 0).all()
    assert (result.slots.overload >= 0).all()
    assert sum(load.capacity_h for _, load in result.by_person) == pytest.approx(result.to_json()["capacity_h"])


def test_what_cannot_be_told_is_said():
    log = event_log({"case_id": ["1"], "activity": ["a"], "timestamp": ["2026-02-02"], "resource": ["Ann"]})
    with pytest.raises(InputError, match="no start times"):
        workload(log)


def test_the_json_of_waits_holds_the_workload_without_names(day: EventLog):
    """Hours at hand and lost are for planning; whose they are is nobody's business there."""
    found = waits_figures(day)
    assert found["workload"]["people"] == 2
    assert found["workload"]["idle_h"] == pytest.approx(
        found["workload"]["capacity_h"] - found["workload"]["busy_h"], abs=1e-9
    )
    assert len(found["workload"]["week"]["overload"]) == 336
    assert "Ann" not in json.dumps(found["workload"])
