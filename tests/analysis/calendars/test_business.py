"""Business time: the hours an organisation is at work."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehu.analysis.calendars import BusinessCalendar, weekdays
from kehu.analysis.errors import InputError

HOUR = 3_600_000_000
BERLIN = weekdays("Europe/Berlin", "09:00", "17:00")
SPLIT = BusinessCalendar(
    "America/New_York",
    (((480, 720), (780, 1020)),) * 5 + (((600, 840),), ()),
    {date(2026, 3, 9): (), date(2026, 3, 15): ((0, 1440),)},
)
ALWAYS = BusinessCalendar("Europe/Berlin", (((0, 1440),),) * 7)
CALENDARS = st.sampled_from([BERLIN, SPLIT, ALWAYS])
BASE = int(np.datetime64("2026-02-20", "us").astype(np.int64))
INSTANTS = st.integers(BASE, BASE + 70 * 24 * HOUR)


def at(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[us]").astype(np.int64)


def test_a_weekend_with_a_change_of_the_clock_counts_its_working_hours_only():
    """Friday 17:00 to Monday 10:00 in Berlin, the clock going forward between: one hour."""
    assert BERLIN.business_time(at("2026-03-27T16:00"), at("2026-03-30T08:00")).tolist() == [HOUR]


def test_a_day_is_as_long_as_it_was():
    """The last Sunday of March has 23 hours in Berlin, that of October 25."""
    begin, end = at("2026-03-28T23:00", "2026-10-24T22:00"), at("2026-03-29T22:00", "2026-10-25T23:00")
    assert (ALWAYS.business_time(begin, end) // HOUR).tolist() == [23, 25]


def test_several_intervals_holidays_and_a_working_sunday():
    """In New York: a day with a lunch break, a holiday Monday, a short Saturday, a Sunday open all day."""
    begin = at("2026-03-10T04:00", "2026-03-09T04:00", "2026-03-14T04:00", "2026-03-15T04:00")
    assert (SPLIT.business_time(begin, begin + 24 * HOUR) // HOUR).tolist() == [8, 0, 4, 24]


def test_the_night_that_has_no_half_past_two_keeps_intervals_apart():
    """Hours named inside the hour that is skipped have no length, and those after it keep theirs."""
    night = BusinessCalendar("Europe/Berlin", (((120, 150), (150, 180), (180, 240)),) * 7)
    assert night.business_time(at("2026-03-28T23:00"), at("2026-03-29T22:00")).tolist() == [HOUR]


@given(calendar=CALENDARS, instants=st.lists(INSTANTS, min_size=3, max_size=3))
def test_business_time_adds_up_and_never_runs_backwards(calendar, instants):
    a, b, c = (np.array([x]) for x in sorted(instants))
    first, second, both = (calendar.business_time(*pair)[0] for pair in ((a, b), (b, c), (a, c)))
    assert first >= 0
    assert first + second == both
    assert both <= c[0] - a[0]
    assert calendar.business_time(c, a)[0] == -both


@given(calendar=CALENDARS, begin=INSTANTS, business=st.integers(0, 400 * HOUR))
@settings(max_examples=50)
def test_adding_gives_the_earliest_instant_by_which_so_much_has_passed(calendar, begin, business):
    start = np.array([begin])
    due = calendar.add(start, np.array([business]))
    assert calendar.business_time(start, due)[0] == business
    if business:
        assert calendar.business_time(start, due - 1)[0] == business - 1


@pytest.mark.parametrize("calendar", [BERLIN, SPLIT, ALWAYS])
def test_json_gives_back_the_same_calendar(calendar):
    assert BusinessCalendar.from_json(calendar.to_json()) == calendar


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "is not a business calendar"),
        ('{"zone": "Europe/Berlin", "week": [[], []]}', "seven days"),
        ('{"zone": "Mars/Base", "week": [[], [], [], [], [], [], []]}', "IANA"),
        ('{"zone": "UTC", "week": [[["17:00", "09:00"]], [], [], [], [], [], []]}', "cannot be a working day"),
        ('{"zone": "UTC", "week": [[["nine", "ten"]], [], [], [], [], [], []]}', "not a time of day"),
    ],
)
def test_what_is_no_calendar_is_refused_in_a_sentence(text, said):
    with pytest.raises(InputError, match=said):
        BusinessCalendar.from_json(text)


def test_a_calendar_without_hours_cannot_promise_a_time():
    never = BusinessCalendar("UTC", ((),) * 7)
    with pytest.raises(InputError, match="not so much working time"):
        never.add(at("2026-03-02"), np.array([HOUR]))


def test_nothing_given_nothing_counted():
    nothing = np.empty(0, np.int64)
    assert BERLIN.business_time(nothing, nothing).size == BERLIN.add(nothing, nothing).size == 0
