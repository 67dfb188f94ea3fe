"""Working weeks found in a log."""

from __future__ import annotations

import numpy as np

from kehu.analysis.calendars import BusinessCalendar, discover_weeks

MINUTE = 60_000_000
DAY = 1_440 * MINUTE
MONDAY = int(np.datetime64("2026-01-05", "us").astype(np.int64))


def office(weeks: int, *, skipped: tuple[int, ...] = ()) -> np.ndarray:
    """Records every quarter of an hour, Monday to Friday from 9:00 to 12:00 and from 13:00 to 17:00."""
    minutes = [*range(9 * 60, 12 * 60, 15), *range(13 * 60, 17 * 60, 15)]
    days = [7 * week + day for week in range(weeks) for day in range(5)]
    return np.array([MONDAY + d * DAY + m * MINUTE for d in days if d not in skipped for m in minutes])


def owned(records: np.ndarray, who: int) -> np.ndarray:
    return np.full(records.size, who, np.int32)


def test_hours_weekend_and_lunch_break_are_found():
    """Ten weeks of records are enough to tell a break from a quiet hour."""
    records = office(10)
    found = discover_weeks(records, owned(records, 0), owners=1)
    hours = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    assert found.calendar(0) == BusinessCalendar("UTC", (hours,) * 5 + ((), ()))
    assert found.source.tolist() == [0]
    assert found.support.tolist() == [1.0]


def test_a_gap_in_few_records_is_no_break():
    """One week cannot tell whether somebody goes to lunch or had nothing to do."""
    records = office(1)
    found = discover_weeks(records, owned(records, 0), owners=1)
    assert found.calendar(0).week[0] == ((9 * 60, 17 * 60),)


def test_holidays_of_all_and_days_off_of_one_are_found():
    """Nobody worked on the second Tuesday, and the second person not on the third Wednesday."""
    first, second = office(6, skipped=(8,)), office(6, skipped=(8, 16))
    records, owner = np.concatenate([first, second]), np.concatenate([owned(first, 0), owned(second, 1)])
    found = discover_weeks(records, owner, owners=2)
    assert found.closed_days == (MONDAY // DAY + 8,)
    assert MONDAY // DAY + 16 in found.days_off[1]
    assert MONDAY // DAY + 16 not in found.days_off[0]


def test_who_is_seldom_seen_works_the_hours_of_the_house():
    records = np.concatenate([office(6), office(1)[:3]])
    owner = np.concatenate([owned(office(6), 0), np.ones(3, np.int32)])
    found = discover_weeks(records, owner, owners=2, colleagues=np.array([0, 1], np.int32))
    assert found.source.tolist() == [0, 2]
    assert (found.open[1] == found.everybody).all()


def test_a_shift_over_midnight_and_a_zone():
    """Records from 22:00 to 4:00 in Shanghai lie on the wall clock's days, not on UTC's."""
    night = [MONDAY + d * DAY + (14 * 60 + m) * MINUTE for d in range(28) for m in range(0, 360, 15)]
    records = np.array(night)
    week = discover_weeks(records, owned(records, 0), owners=1, zone="Asia/Shanghai").calendar(0).week
    assert week[2] == ((0, 4 * 60), (22 * 60, 24 * 60))


def test_the_order_of_the_records_does_not_matter():
    records = np.concatenate([office(6), office(4) + 30 * MINUTE])
    owner = np.concatenate([owned(office(6), 0), owned(office(4), 1)])
    mixed = np.random.default_rng(1).permutation(records.size)
    one, other = (discover_weeks(records[i], owner[i], owners=2) for i in (slice(None), mixed))
    assert (one.open == other.open).all()
    assert one.days_off == other.days_off


def test_without_records_everybody_is_always_there():
    found = discover_weeks(np.empty(0, np.int64), np.empty(0, np.int32), owners=2)
    assert found.open.all()
