"""Known truths of public logs come out as they are."""

from __future__ import annotations

import pytest

from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ImportOptions
from kehu.analysis.mining.customer_end import suggest_end
from kehu.analysis.mining.durations import case_durations
from kehu.analysis.mining.flow import directly_follows
from kehu.analysis.mining.variants import variants

_DAY = 86400


@pytest.mark.parametrize(
    ("name", "lifecycle", "known"),
    [
        ("helpdesk", "pair", 226),
        ("receipt", "pair", 116),
        ("sepsis", "pair", 846),
        ("road_traffic_fines", "pair", 231),
        ("bpic2012", "raw", 4366),
        ("bpic2012", "complete", 4336),
    ],
)
def test_the_number_of_variants_is_the_known_one(data, name: str, lifecycle: str, known: int):
    assert len(variants(read_log(data(f"{name}.parquet"), ImportOptions(lifecycle=lifecycle)))) == known


def test_bpic2012_has_125_edges(data):
    """The truth when events of equal time keep their source order; without it the count wavers between 126 and 127."""
    log = read_log(data("bpic2012.parquet"), ImportOptions(lifecycle="raw"))
    assert len(directly_follows(log).edges) == 125


def test_fines_take_341_days_on_average(data):
    durations = case_durations(read_log(data("road_traffic_fines.parquet")))
    assert durations.clock.mean_s / _DAY == pytest.approx(341.676, abs=5e-4)


def test_helpdesks_close_is_found_administrative(data):
    """Tickets are closed 15 days or more after they were resolved; the customer's time ends when they are."""
    log = read_log(data("helpdesk.parquet"))
    found = suggest_end(log)
    assert found is not None
    assert (found.end, found.close) == ("Resolve ticket", "Closed")
    assert found.median_lag_s / _DAY == pytest.approx(30.0, abs=0.05)
    durations = case_durations(log)
    assert durations.end_from == "suggested"
    assert durations.clock.median_s - durations.customer.median_s > 30 * _DAY


@pytest.mark.parametrize("name", ["road_traffic_fines", "sepsis", "receipt", "bpic2012", "bpic_2012_w", "production"])
def test_a_real_last_step_is_not_taken_for_a_close(data, name: str):
    """Credit collection and the return to the emergency room are last and late, and they are work all the same."""
    assert suggest_end(read_log(data(f"{name}.parquet"))) is None
