"""Filters live in a URL and leave exactly the cases they speak of."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.analysis.errors import InputError
from kehu.analysis.log import filters as f
from kehu.analysis.log.eventlog import EventLog, Header
from kehu.analysis.log.reading import event_log

_WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=0, max_size=8)
_NAMES = st.lists(_WORDS, min_size=1, max_size=3).map(tuple)
_NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
_TIMES = st.none() | st.datetimes()
_FILTERS = st.one_of(
    st.builds(f.PeriodFilter, st.sampled_from(["started", "completed", "intersecting"]), _TIMES, _TIMES),
    st.builds(f.HasActivity, _NAMES),
    st.builds(f.LacksActivity, _NAMES),
    st.builds(f.Follows, _WORDS, _WORDS),
    st.builds(f.Departments, _NAMES),
    st.builds(f.Resources, _NAMES),
    st.builds(f.AttributeIn, _WORDS, _NAMES),
    st.builds(f.AttributeRange, _WORDS, _NUMBERS, _NUMBERS),
    st.builds(f.DurationFilter, _NUMBERS, _NUMBERS),
    st.builds(f.VariantFilter, st.lists(st.from_regex("[0-9a-f]{32}", fullmatch=True), min_size=1).map(tuple)),
    st.builds(f.HideActivities, _NAMES),
)


@pytest.fixture
def log() -> EventLog:
    """Three cases: 1 = A B C by Ann, 2 = A C by Bob, 3 = B A by Bob; days of January 2026, tier on the event."""
    return event_log(
        {
            "case_id": ["1", "1", "1", "2", "2", "3", "3"],
            "activity": ["A", "B", "C", "A", "C", "B", "A"],
            "timestamp": [f"2026-01-{day:02}T12:00" for day in (1, 2, 5, 3, 4, 10, 20)],
            "resource": ["Ann", "Ann", "Ann", "Bob", "Bob", "Bob", None],
            "department": ["Desk", "Desk", "Field", "Desk", "Desk", "Field", None],
            "tier": ["gold", None, "gold", "tin", "tin", None, None],
            "score": [1.5, 2.5, None, 4, 5, 6, 7],
        },
        Header(zone="Asia/Shanghai"),
    )


@given(st.lists(_FILTERS, max_size=5))
def test_filters_come_back_from_a_url_as_they_went_in(filters: list[f.Filter]):
    """For any names at all, and the text is stable."""
    query = f.to_query(filters)
    assert f.from_query(query) == tuple(filters)
    assert f.to_query(f.from_query(query)) == query


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("period=started,2026-01-02,2026-01-04", [False, True, False]),
        ("period=completed,2026-01-04,2026-01-06", [True, True, False]),
        ("period=intersecting,2026-01-05,", [True, False, True]),
        ("has=C", [True, True, False]),
        ("lacks=C", [False, False, True]),
        ("has=B&has=C", [True, False, False]),
        ("follows=A,C", [False, True, False]),
        ("department=Field", [True, False, True]),
        ("resource=Ann,Bob", [True, True, True]),
        ("attribute=tier,gold", [True, False, False]),
        ("attribute=tier,", [True, False, True]),
        ("range=score,2,5", [True, True, False]),
        ("duration=,86400.0", [False, True, False]),
        ("duration=345600,345600", [True, False, False]),
        ("page=2&detail=0.5&has=B", [True, False, True]),
    ],
)
def test_a_filter_leaves_the_cases_it_speaks_of(log: EventLog, query: str, cases: list[bool]):
    chosen = f.select(log, f.from_query(query)).cases
    assert chosen is not None
    assert chosen.tolist() == cases


def test_a_variant_is_chosen_by_its_key(log: EventLog):
    chosen = f.select(log, [f.VariantFilter((f.variant_key(log, 1),))]).cases
    assert chosen is not None
    assert chosen.tolist() == [False, True, False]


def test_hidden_activities_leave_the_rest_of_the_events(log: EventLog):
    selection = f.select(log, f.from_query("hide=B"))
    assert selection.cases is None
    assert selection.events is not None
    assert selection.events.tolist() == [True, False, True, True, True, False, True]


def test_a_period_is_local_to_the_logs_zone(log: EventLog):
    """Noon UTC is 20:00 in Shanghai: a period from 20:00 on the 10th holds case 3's start, one from 20:01 not."""
    for minute, inside in ((0, True), (1, False)):
        chosen = f.PeriodFilter("started", datetime(2026, 1, 10, 20, minute)).select(log).cases  # noqa: DTZ001
        assert chosen is not None
        assert bool(chosen[2]) is inside


@pytest.mark.parametrize(
    "query",
    ["period=whenever,2026-01-01,", "period=started,yesterday,", "duration=1", "variant=xyz", "attribute=tier"],
)
def test_a_bad_filter_gets_one_sentence_naming_it(query: str):
    with pytest.raises(InputError, match=query.split(",", maxsplit=1)[0]) as caught:
        f.from_query(query)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("query", ["has=Z", "resource=Zoe", "department=Z", "attribute=colour,red", "range=tier,1,2"])
def test_a_filter_on_what_the_log_lacks_is_refused(log: EventLog, query: str):
    with pytest.raises(InputError):
        f.select(log, f.from_query(query))
