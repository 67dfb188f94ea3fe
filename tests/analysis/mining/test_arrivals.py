"""Arrivals are counted on the wall clock of the log's zone."""

from __future__ import annotations

from datetime import date

from kehu.analysis.log.eventlog import EventLog, Header
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.arrivals import arrivals


def _log(zone: str | None) -> EventLog:
    """Sunday 2026-01-04 17:30 UTC, Monday 15:00 and a week later Monday 15:00."""
    times = ["2026-01-04T17:30", "2026-01-05T15:00", "2026-01-12T15:00"]
    rows = {"case_id": ["1", "2", "3"], "activity": ["A"] * 3, "timestamp": times}
    return event_log(rows, Header(zone=zone))


def test_the_zone_moves_a_case_into_the_next_day():
    """17:30 UTC on Sunday is 01:30 on Monday in Shanghai."""
    found = arrivals(_log("Asia/Shanghai"))
    assert found.days[0] == (date(2026, 1, 5), 2)
    assert found.pattern[0][1] == 1
    assert found.pattern[0][23] == 2
    assert found.weeks == ((date(2026, 1, 5), 2), (date(2026, 1, 12), 1))


def test_days_and_weeks_without_a_case_count_too():
    found = arrivals(_log(None))
    assert [count for _, count in found.days] == [1, 1, 0, 0, 0, 0, 0, 0, 1]
    assert found.weeks[0] == (date(2025, 12, 29), 1)
    assert (found.zone, found.cases, found.mean_per_day) == (None, 3, 3 / 9)
    assert found.to_json()["days"][0] == ["2026-01-04", 1]
