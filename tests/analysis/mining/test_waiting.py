"""Five causes of waiting: exact sums, the example of the docs page, and every planted cause found."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehu.analysis.calendars import BusinessCalendar, weekdays
from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import NO_TIME, EventLog, Header, Selection
from kehu.analysis.log.reading import event_log, read_log
from kehu.analysis.mining.waiting import CAUSES, waiting

MONDAY = datetime(2026, 2, 2)  # noqa: DTZ001
MINUTE = 60_000_000
NINE_TO_FIVE = weekdays("UTC", "09:00", "17:00")
ALWAYS = BusinessCalendar("UTC", (((0, 1440),),) * 7)


def log_of(rows: list[tuple], zone: str | None = "UTC") -> EventLog:
    """A log from (case, activity, resource, enabled or None, start, end), in minutes from Monday 00:00.

    The arrival that enables the work is a status change of the case.
    """
    columns: dict[str, list] = {
        name: [] for name in ("case_id", "activity", "resource", "start_timestamp", "timestamp", "department")
    }
    for case, activity, resource, enabled, start, end in rows:
        if enabled is not None:
            _row(columns, case, "Received", None, enabled, enabled)
        _row(columns, case, activity, resource, start, end)
    return event_log(columns, Header(zone=zone))


def _row(columns, case, activity, resource, start, end):
    values = (case, activity, resource, *(MONDAY + timedelta(minutes=m) for m in (start, end)), None)
    for name, value in zip(columns, values, strict=True):
        columns[name].append(value)


def minutes(result, log: EventLog, case: str) -> dict[str, int]:
    """The causes, in minutes, of the work of a case that has one piece of it."""
    place = log.case_ids.to_pylist().index(case)
    parts = result.parts[log.case_offsets[place] : log.case_offsets[place + 1]].sum(axis=0) // MINUTE
    return {cause: int(part) for cause, part in zip(CAUSES, parts, strict=True) if part}


def clock(day: int, hour: int, minute: int = 0) -> int:
    return (day * 24 + hour) * 60 + minute


@pytest.fixture
def six() -> EventLog:
    return log_of(
        [
            ("1", "Answer", "Ann", clock(0, 9), clock(0, 9, 30), clock(0, 10, 30)),
            ("2", "Answer", "Ann", clock(0, 10), clock(0, 11, 30), clock(0, 12)),
            ("3", "Answer", "Ann", clock(0, 10, 15), clock(0, 10, 30), clock(0, 11, 30)),
            ("4", "Archive", "Ann", clock(0, 13), clock(1, 10), clock(1, 10, 10)),
            ("5", "Archive", "Ann", clock(0, 14), clock(1, 10, 10), clock(1, 10, 20)),
            ("6", "Archive", "Ann", clock(0, 16), clock(1, 10, 20), clock(1, 10, 30)),
        ]
    )


def test_the_worked_example_of_the_docs_page(six: EventLog):
    """docs/explanation/waiting.md prints exactly these."""
    result = waiting(six, calendar=NINE_TO_FIVE)
    assert [minutes(result, six, case) for case in "123456"] == [
        {"extraneous": 30},
        {"contention": 30, "prioritisation": 60},
        {"contention": 15},
        {"batching": 180, "unavailability": 960, "extraneous": 120},
        {"batching": 120, "unavailability": 960, "contention": 10, "extraneous": 120},
        {"unavailability": 960, "contention": 20, "extraneous": 120},
    ]
    assert result.total.wait_us == (61 * 60 + 45) * MINUTE
    assert [us // MINUTE for us in result.total.cause_us] == [75, 60, 48 * 60, 300, 390]


def test_a_selection_chooses_what_is_summed_not_what_is_looked_at(six: EventLog):
    """Case 2 still waits for the work on cases 1 and 3 when it alone is selected."""
    only = np.array([case == "2" for case in six.case_ids.to_pylist()])
    result = waiting(six, Selection(cases=only), NINE_TO_FIVE)
    assert result.total.by_cause_s == {
        "contention": 1800, "prioritisation": 3600, "unavailability": 0, "batching": 0, "extraneous": 0,
    }  # fmt: skip
    answers = six.activity == six.activities.index("Archive")
    assert waiting(six, Selection(events=answers), NINE_TO_FIVE).by_activity[0][1].n == 3


def test_headings_sum_to_the_total(six: EventLog):
    result = waiting(six, calendar=NINE_TO_FIVE)
    for heading in (result.by_activity, result.by_resource, result.by_handover):
        assert sum(waits.wait_us for _, waits in heading) == result.total.wait_us
    assert result.by_handover[0][0] == (None, "Ann")
    told = result.to_json()
    assert told["total_wait_s"] == sum(told["by_cause"].values()) == (61 * 60 + 45) * 60
    assert [row["activity"] for row in told["by_activity"]] == ["Archive", "Answer"]


@pytest.mark.parametrize(
    ("cause", "rows", "said"),
    [
        ("contention", [("a", "Do", "Ann", 600, 600, 660), ("b", "Do", "Ann", 610, 660, 700)], 50),
        (
            "prioritisation",
            [("a", "Do", "Ann", 540, 540, 600), ("b", "Do", "Ann", 590, 660, 700), ("c", "Do", "Ann", 595, 600, 660)],
            60,
        ),
        ("unavailability", [("a", "Do", "Ann", 1000, clock(1, 9), clock(1, 10))], 960),
        (
            "batching",
            [(str(i), "Do", "Ann", 600 + 10 * i, 700 + 5 * i, 705 + 5 * i) for i in range(4)],
            30 + 20 + 10,
        ),
        ("extraneous", [("a", "Do", "Ann", 600, 720, 730)], 120),
    ],
)
def test_a_planted_cause_is_found(cause: str, rows: list[tuple], said: int):
    result = waiting(log_of(rows), calendar=NINE_TO_FIVE)
    assert result.total.by_cause_s[cause] == said * 60


def test_a_run_among_much_single_work_is_chance_not_batching():
    """The four pieces of the planted batch, by a person who does the same activity twenty times one by one."""
    batch = [(str(i), "Do", "Ann", 600 + 10 * i, 700 + 5 * i, 705 + 5 * i) for i in range(4)]
    single = [(f"s{i}", "Do", "Ann", clock(1 + i, 10), clock(1 + i, 10), clock(1 + i, 11)) for i in range(20)]
    total = waiting(log_of(batch + single), calendar=ALWAYS).total
    assert total.by_cause_s["batching"] == 0
    assert total.wait_us == (100 + 95 + 90 + 85) * MINUTE


def test_work_left_open_overnight_is_night_not_contention():
    rows = [("a", "Do", "Ann", 960, 960, clock(1, 10)), ("b", "Do", "Ann", 970, clock(1, 10), clock(1, 11))]
    log = log_of(rows)
    assert minutes(waiting(log, calendar=NINE_TO_FIVE), log, "b") == {"contention": 110, "unavailability": 960}


def test_a_status_change_keeps_nobody_busy():
    """Ann sets a status of another case again and again; it takes no time and is no work."""
    rows = [
        ("a", "Do", "Ann", 600, 720, 730),
        *(("b", "Set status", "Ann", None, 600 + i, 600 + i) for i in range(100)),
    ]
    result = waiting(log_of(rows), calendar=NINE_TO_FIVE)
    assert result.total.by_cause_s["extraneous"] == 7200
    assert [name for name, _ in result.by_activity] == ["Do"]


def test_steps_that_run_side_by_side_do_not_enable_each_other():
    """Pack and Bill overlap in every case but the last: there too, Bill was enabled by Order, not by Pack."""
    rows = []
    for i in range(4):
        rows += [(str(i), "Order", "Ann", None, 1000 * i, 1000 * i + 10)]
        rows += [(str(i), "Pack", "Bob", None, 1000 * i + 20, 1000 * i + 60)]
        rows += [(str(i), "Bill", "Cy", None, 1000 * i + (30 if i < 3 else 90), 1000 * i + 100)]
    log = log_of(rows)
    bill = log.activities.index("Bill")
    waits = dict(waiting(log, calendar=ALWAYS).by_activity)
    assert waits["Bill"].wait_us == (20 * 3 + 80) * MINUTE
    assert bill >= 0


def test_a_night_of_twenty_three_hours():
    """From Saturday noon to Monday 9:00 in Berlin, the clock going forward between: 44 hours, all of them weekend."""
    saturday = (datetime(2026, 3, 28, 11) - MONDAY) // timedelta(minutes=1)  # noqa: DTZ001
    rows = [("a", "Do", "Ann", saturday, saturday + 44 * 60, saturday + 45 * 60)]
    log = log_of(rows, zone="Europe/Berlin")
    result = waiting(log, calendar=weekdays("Europe/Berlin", "09:00", "17:00"))
    assert minutes(result, log, "a") == {"unavailability": 44 * 60}


def test_a_delay_that_ends_under_other_work_is_reckoned_from_those_seen_whole():
    """Thirty orders are begun by a free person 60 minutes after they came; one more as other work ends."""
    rows = [(f"o{i}", "Order", f"P{i}", 1000 * i, 1000 * i + 60, 1000 * i + 70) for i in range(30)]
    rows += [("x", "Other", "Ann", 590, 590, 680), ("y", "Order", "Ann", 600, 680, 690)]
    log = log_of(rows)
    assert minutes(waiting(log, calendar=ALWAYS), log, "y") == {"contention": 20, "extraneous": 60}


def test_a_fixed_delay_runs_on_when_the_office_closes():
    """Thirty orders wait two hours each; the last comes at 16:00, so its delay ends at 18:00, an hour into the night.

    It is begun at 9:00: 120 minutes extraneous and 15 hours of night, not 60 and 16.
    """
    came = [clock(day, 9 + hour) for day in (0, 1, 2, 3, 4) for hour in (0, 1, 2, 3, 4, 5)]
    rows = [(f"o{i}", "Order", f"P{i}", t, t + 120, t + 125) for i, t in enumerate(came)]
    rows += [("late", "Order", "Ann", clock(0, 16), clock(1, 9), clock(1, 9, 5))]
    log = log_of(rows)
    expected = {"extraneous": 120, "unavailability": 15 * 60}
    assert minutes(waiting(log, calendar=NINE_TO_FIVE), log, "late") == expected


def test_delays_of_all_lengths_leave_the_night_alone():
    """The same late order where the others waited between nothing and two hours: its night is unavailability."""
    came = [clock(day, 9 + hour) for day in (0, 1, 2, 3, 4) for hour in (0, 1, 2, 3, 4, 5)]
    rows = [(f"o{i}", "Order", f"P{i}", t, t + 4 * i, t + 125) for i, t in enumerate(came)]
    rows += [("late", "Order", "Ann", clock(0, 16), clock(1, 9), clock(1, 9, 5))]
    log = log_of(rows)
    assert minutes(waiting(log, calendar=NINE_TO_FIVE), log, "late") == {"extraneous": 60, "unavailability": 960}


def test_a_log_without_starts_says_what_is_impossible_and_why():
    log = event_log({"case_id": ["1", "1"], "activity": ["a", "b"], "timestamp": ["2026-02-02", "2026-02-03"]})
    told = waiting(log).to_json()
    assert told["total_wait_s"] is None
    assert set(told["by_cause"].values()) == {None}
    assert {item["figure"] for item in told["impossible"]} == {"total_wait_s", "by_cause", "by_activity"}
    assert "no start times" in told["impossible"][0]["reason"]


def test_a_log_without_people_tells_unavailability_and_the_rest():
    log = log_of([("a", "Do", None, 1000, clock(1, 10), clock(1, 11))])
    result = waiting(log, calendar=NINE_TO_FIVE)
    assert minutes(result, log, "a") == {"unavailability": 960, "extraneous": 80}
    assert [item.figure for item in result.impossible] == ["contention", "prioritisation", "batching"]


def test_a_calendar_is_refused_while_the_times_name_no_zone(six: EventLog):
    with pytest.raises(InputError, match="name no zone"):
        waiting(six.with_header(zone=None), calendar=NINE_TO_FIVE)


@st.composite
def little_logs(draw) -> EventLog:
    """A few cases of a few steps by two people over two days, at whole minutes, overlapping at will."""
    rows = []
    for case in range(draw(st.integers(1, 6))):
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, 2000))
            end = start + draw(st.integers(0, 300))
            rows.append(
                (str(case), draw(st.sampled_from("AB")), draw(st.sampled_from(["Ann", "Bob", None])), None, start, end)
            )
    return log_of(rows)


@given(log=little_logs(), calendar=st.sampled_from([None, NINE_TO_FIVE, ALWAYS]))
@settings(max_examples=60, deadline=None)
def test_parts_are_never_negative_and_sum_to_the_wait_exactly(log: EventLog, calendar):
    result = waiting(log, calendar=calendar)
    if not result.enabled.size:
        return
    wait = np.where(result.enabled == NO_TIME, 0, log.start - result.enabled)
    assert (result.parts >= 0).all()
    assert (result.parts.sum(axis=1) == wait).all()
    assert result.total.wait_us == wait.sum()


@given(log=little_logs(), calendar=st.sampled_from([NINE_TO_FIVE, ALWAYS]))
@settings(max_examples=60, deadline=None)
def test_every_minute_gets_the_cause_the_docs_page_says(log: EventLog, calendar: BusinessCalendar):
    """A second reading of the page, minute by minute, agrees with the kernel (batches and hidden delays aside)."""
    result = waiting(log, calendar=calendar)
    for e in np.flatnonzero(result.enabled != NO_TIME) if result.enabled.size else []:
        if log.resource[e] >= 0 and not result.parts[e, CAUSES.index("batching")]:
            assert (result.parts[e] // MINUTE).tolist() == by_minutes(log, result.enabled, calendar, e)


def by_minutes(log: EventLog, enabled: np.ndarray, calendar: BusinessCalendar, e: int) -> list[int]:
    mine = [g for g in log.resource_order if log.resource[g] == log.resource[e]]
    earlier = mine[: mine.index(e)]
    span = np.arange(enabled[e], log.start[e], MINUTE)
    there = calendar.business_time(span, span + MINUTE) > 0
    doing = [next((g for g in earlier if log.start[g] <= t < log.end[g]), None) for t in span]
    free = [i for i in range(span.size) if there[i] and doing[i] is None]
    since = free[-1] + 1 if free else 0
    found = dict.fromkeys(CAUSES, 0)
    for i in range(span.size):
        if not there[i]:
            found["unavailability"] += 1
        elif i < since or doing[i] is None:
            found["extraneous"] += 1
        else:
            came = enabled[doing[i]] if enabled[doing[i]] != NO_TIME else log.start[doing[i]]
            found["prioritisation" if came > enabled[e] else "contention"] += 1
    return list(found.values())


def test_long_queues_are_summed_as_short_ones_are():
    """Two hundred cases queue for one person, every third let past: the tree of sums agrees with minute by minute."""
    came = [3 * i for i in range(200)]
    order = sorted(range(200), key=lambda i: (i % 3 > 0, (i * 7) % 200))
    rows = [(f"{i:03}", "Do", "Ann", came[i], 1000 + 5 * k, 1005 + 5 * k) for k, i in enumerate(order)]
    rows.append(("x", "Else", "Ann", 0, 0, 1000))
    log = log_of(rows)
    result = waiting(log, calendar=ALWAYS)
    assert result.total.by_cause_s["prioritisation"] > 0
    for e in np.flatnonzero(result.enabled != NO_TIME)[::17]:
        assert (result.parts[e] // MINUTE).tolist() == by_minutes(log, result.enabled, ALWAYS, e)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("bpic_2012_w", 0.5, 0.85), ("production", 0.3, 0.8), ("loan_application_synth", 0.5, 0.9)],
)
def test_nights_and_weekends_are_unavailability(data, name: str, least: float, most: float):
    """Real and simulated offices: most of a long wait is closing time, and sums are exact."""
    total = waiting(read_log(data(f"{name}.parquet"))).total
    share = dict(zip(CAUSES, total.cause_us, strict=True))["unavailability"] / total.wait_us
    assert sum(total.cause_us) == total.wait_us
    assert least < share < most


@pytest.mark.spec("F07")
@pytest.mark.parametrize("name", ["pharmacy_5_timers", "loan_application_5_timers", "insurance_claims_test"])
def test_hidden_delays_are_found_where_the_truth_is_known(data, name: str):
    """Rank correlation over activities at least .9, the total within 15 %; without the kernel no number is printed."""
    from scipy.stats import spearmanr

    log = read_log(data(f"{name}_synth.parquet"))
    truth = np.array(log.event_attribute("extraneous_delay").to_pylist(), float)
    found = waiting(log).parts[:, CAUSES.index("extraneous")] / 1e6
    by_activity = [np.bincount(log.activity, weights=values) for values in (truth, found)]
    assert spearmanr(*by_activity)[0] >= 0.9
    assert abs(found.sum() / truth.sum() - 1) <= 0.15


@pytest.mark.parametrize("name", ["pharmacy", "loan_application", "procure_to_pay", "insurance_claims_train"])
def test_no_delay_is_found_where_there_is_none(data, name: str):
    total = waiting(read_log(data(f"{name}_synth.parquet"))).total
    assert total.by_cause_s["extraneous"] <= 0.001 * total.wait_us / 1e6
