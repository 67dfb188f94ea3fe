"""The sample company: the same from the same seed, whole, and with its faults where they were planted."""

import duckdb
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.worlds import LANGUAGES, sample, sample_log, sample_table
from kehu.analysis.worlds.words import ACTIVITIES, ATTRIBUTES, CASE_TYPES, DEPARTMENTS, STAFF


@pytest.fixture(scope="module")
def world():
    return sample(seed=3, cases=600, days=90)


def test_same_seed_same_company():
    assert sample_table(seed=5, cases=150, days=30).equals(sample_table(seed=5, cases=150, days=30))
    assert not sample_table(seed=6, cases=150, days=30).equals(sample_table(seed=5, cases=150, days=30))


def test_every_case_is_closed_seven_days_after_its_resolution(world):
    close = world.truth["close"]
    rows = _ask(
        world,
        f"""SELECT case_id, max(timestamp) FILTER (activity = '{close["activity"]}')
                   - max(timestamp) FILTER (activity = '{close["after"]}') AS lag FROM log GROUP BY 1""",
    )
    assert len(rows) == 600
    assert {lag.total_seconds() for _, lag in rows} == {close["lag_s"]}


def test_the_wall_between_billing_and_delivery_takes_three_days(world):
    """Nothing else is longer: with the wall's delay switched off this pair waits minutes."""
    waits = _ask(
        world,
        """WITH steps AS (SELECT *, lag(department) OVER w AS before, lag(timestamp) OVER w AS ready FROM log
                          WINDOW w AS (PARTITION BY case_id ORDER BY timestamp, start_timestamp))
           SELECT before, department, avg(epoch(start_timestamp - ready)) / 86400 AS wait FROM steps
           WHERE before <> department GROUP BY 1, 2 HAVING count(*) >= 20 ORDER BY wait DESC""",
    )
    wall = world.truth["wall"]
    assert waits[0][:2] == (wall["from"], wall["to"])
    assert 2.7 < waits[0][2] < 4
    assert waits[1][2] < waits[0][2] / 1.4


def test_nobody_does_two_things_at_once(world):
    """Overlapping work of one person would make the waiting causes meaningless."""
    overlaps = """WITH work AS (SELECT start_timestamp, lag(timestamp) OVER (PARTITION BY resource
                  ORDER BY start_timestamp, timestamp) AS before FROM log WHERE department IS NOT NULL)
                  SELECT count(*) FROM work WHERE start_timestamp < before"""
    assert _ask(world, overlaps) == [(0,)]


def test_refunds_are_paid_in_two_runs_a_week(world):
    """The run is at three in Shanghai, seven in UTC: nothing is paid on its morning but what an earlier run left."""
    paid = _ask(world, "SELECT start_timestamp FROM log WHERE activity = 'Pay refund'")
    on_time = [at for (at,) in paid if at.weekday() in {1, 4} and 7 <= at.hour < 11]
    assert len(on_time) > 0.7 * len(paid)


def test_speaks_three_languages_about_the_same_company():
    """Every word exists in each language, and no two things share one."""
    for words in (DEPARTMENTS, ACTIVITIES, CASE_TYPES, ATTRIBUTES):
        for tongue in range(3):
            assert len({names[tongue] for names in words.values()}) == len(words)
    assert len({name for names in STAFF for name in names}) == 3 * len(STAFF)
    logs = [sample_log(seed=2, cases=60, days=20, language=language) for language in LANGUAGES]
    assert len({log.events for log in logs}) == 1
    assert "开具账单" in logs[1].activities
    assert "Выставление счёта" in logs[2].activities


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="speaks no 'de'"):
        sample(language="de")


def _ask(world, query):
    connection = duckdb.connect()
    connection.register("log", world.table)
    return connection.execute(query).fetchall()
