"""Walls between departments, from a stored file to what `kehu mine` writes."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from kehu.cli import app

_STEPS = ["Ask", "Answer", "Find", "Pack", "Bring", "Thank"]
_DESKS = ["Desk", "Desk", "Stock", "Stock", "Field", "Field"]


@pytest.fixture(scope="module")
def mined(tmp_path_factory) -> dict:
    """300 cases go from Desk to Stock to Field in about two hours a step, but Stock → Field takes three days more.

    Every tenth case goes back to Desk once, and packing takes a day within Stock: slow, but no wall.
    """
    random = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("walls") / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["case_id", "activity", "timestamp", "resource", "department"])
        for case in range(300):
            back = [("Ask", "Desk"), ("Find", "Stock")] if case % 10 == 0 else []
            steps = list(zip(_STEPS, _DESKS, strict=True))
            moment = np.datetime64("2026-01-05T08:00", "s") + 3600 * case
            for step, desk in [*steps[:3], *back, *steps[3:]]:
                hours = random.exponential(2) + {"Bring": 72, "Pack": 24}.get(step, 0)
                moment += round(3600 * hours)
                table.writerow([f"{case:03}", step, str(moment).replace("T", " "), f"{desk} man", desk])
    done = CliRunner().invoke(app, ["mine", str(path), "--json", "-"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.spec("P03")
def test_a_wall_of_three_days_planted_in_a_csv_ranks_first(mined: dict):
    """With the walls off there is no `walls`; ranked by waits within departments, packing in Stock would come first."""
    first, second = mined["walls"][:2]
    assert (first["from"], first["to"], first["count"]) == ("Stock", "Field", 300)
    assert first["low"] < first["index"] < first["high"]
    assert 2 < first["excess_s"] / 86400 < 3.1
    assert first["index"] > 10 * second["index"]


@pytest.mark.spec("P03")
def test_the_handover_matrix_counts_waits_and_returns(mined: dict):
    """With it off `department_handovers` is null; if what came back were not counted, its rate would be 0."""
    pairs = {(pair["from"], pair["to"]): pair for pair in mined["department_handovers"]}
    assert pairs["Desk", "Stock"]["count"] == 330
    assert pairs["Desk", "Stock"]["return_rate"] == pytest.approx(30 / 330)
    assert pairs["Stock", "Field"]["mean_wait_s"] / 86400 == pytest.approx(3.1, abs=0.1)


@pytest.mark.spec("P11")
def test_each_harm_that_a_log_can_show_has_its_own_figure(mined: dict):
    """The log's side of it: four of six by pair; the two that need messages are null, never a made-up number."""
    walls = {(wall["from"], wall["to"]): wall["harms"] for wall in mined["walls"]}
    there, field = walls["Desk", "Stock"], walls["Stock", "Field"]
    assert there["misunderstanding"] == pytest.approx(30 / 330)
    assert there["useless_coordination"] == pytest.approx(330 / 300 - 1)
    assert there["pieces"] == pytest.approx((270 * 3 + 30 * 5) / 300)
    assert field["slow_flow"] > 10 * there["slow_flow"]
    assert field["misunderstanding"] == field["useless_coordination"] == 0
    assert there["wrong_messages"] is there["information_asymmetry"] is None
