"""The command line as its user meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kehu
from kehu.cli import app

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(kehu.__file__).parents[1])}


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "store"
    assert run("sample", "-o", folder, "--cases", 200).exit_code == 0
    return folder


def test_help_loads_nothing_heavy():
    """`kehu --help` is instant only as long as it imports no library of the analysis."""
    heavy = ("numba", "duckdb", "numpy", "pyarrow", "django")
    code = f"import sys, kehu.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.strip() == "[]"


def test_sample_writes_a_store(store):
    header = json.loads((store / "header.json").read_text(encoding="utf-8"))
    assert header["cases"] == 200
    assert header["header"]["zone"] == "Asia/Shanghai"


def test_a_missing_file_is_one_sentence_and_exit_2(tmp_path):
    result = run("import", tmp_path / "nothing.csv", "-o", tmp_path / "store")
    assert result.exit_code == 2
    assert "is not there" in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_that_is_no_store_is_never_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    result = run("sample", "-o", tmp_path, "--cases", 20)
    assert result.exit_code == 2
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_an_error_of_ours_is_one_sentence_and_exit_1(tmp_path, monkeypatch):
    """The details go to a file that the sentence names."""

    def broken(*_arguments, **_options):
        raise ZeroDivisionError("sums")

    monkeypatch.setattr("kehu.analysis.log.reading.import_log", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run("import", tmp_path / "x.csv", "-o", tmp_path / "store")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "ZeroDivisionError" in next(tmp_path.glob("kehu-*.log")).read_text(encoding="utf-8")


def test_mine_writes_what_it_promises(store):
    """Stable keys: a program that reads them today reads them next year."""
    found = json.loads(run("mine", store, "--json", "-").stdout)
    assert {
        "events",
        "cases",
        "activities",
        "variants",
        "edges",
        "handovers",
        "pingpong",
        "rework",
        "case_duration_s",
    } <= set(found)
    assert {"from", "to", "count", "mean_s", "median_s"} <= set(found["edges"][0])
    assert {"from", "to", "count", "mean_wait_s"} <= set(found["handovers"][0])
    assert {"cases", "by_activity"} <= set(found["rework"])
    assert {"mean", "median", "customer_mean", "customer_median", "end"} <= set(found["case_duration_s"])
    assert found["case_duration_s"]["end"] == "Resolve case"
    assert found["impossible"] == []


@pytest.mark.spec("P03")
def test_the_planted_wall_ranks_first(store):
    """With the walls' measure off, `walls` is null; with the excess left out, Front desk → Billing ranks first."""
    found = json.loads(run("mine", store, "--json", "-").stdout)
    wall = found["walls"][0]
    assert (wall["from"], wall["to"]) == ("Billing", "Delivery")
    assert 2.5 < wall["mean_wait_s"] / 86400 < 4


def test_a_filter_narrows_what_is_measured(store):
    whole = json.loads(run("mine", store, "--json", "-").stdout)
    part = json.loads(run("mine", store, "--json", "-", "--filter", "has=Pay refund").stdout)
    assert 0 < part["cases"] < whole["cases"]


def test_waits_add_up(store):
    found = json.loads(run("waits", store, "--json", "-").stdout)
    assert set(found["by_cause"]) == {"contention", "prioritisation", "unavailability", "batching", "extraneous"}
    assert sum(found["by_cause"].values()) == pytest.approx(found["total_wait_s"])


def test_without_start_times_the_impossible_is_named_and_the_rest_given(tmp_path):
    (tmp_path / "log.csv").write_text(
        "case_id,activity,timestamp\n1,open,2025-01-06 09:00:00\n1,close,2025-01-06 11:00:00\n"
    )
    waits = run("waits", tmp_path / "log.csv", "--json", "-")
    assert waits.exit_code == 0
    assert json.loads(waits.stdout)["total_wait_s"] is None
    assert "no start times" in waits.stderr
    mined = json.loads(run("mine", tmp_path / "log.csv", "--json", "-").stdout)
    assert mined["case_duration_s"]["mean"] == 7200
    assert mined["handovers"] is None
    assert {"handovers", "walls", "case_duration_s.business_mean"} <= {item["figure"] for item in mined["impossible"]}


def test_the_command_itself_answers(store, tmp_path):
    """One real process: exit code, output file, silent stdout."""
    command = [
        sys.executable,
        "-c",
        "from kehu.cli import main; main()",
        "mine",
        store,
        "--json",
        tmp_path / "out.json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["cases"] == 200


def test_discover_writes_a_process_that_can_be_read(store, tmp_path):
    from kehu.analysis.bpmn import read_process

    assert run("discover", store, "-o", tmp_path / "found.bpmn").exit_code == 0
    names = {node.name for node in read_process(tmp_path / "found.bpmn").nodes}
    assert {"Register case", "Resolve case"} <= names


def test_conform_tells_where_cases_leave_the_process(store, tmp_path):
    """Fitness of a process discovered without noise is 1; without a step, each case that has it parts there."""
    from dataclasses import replace

    from kehu.analysis.bpmn import read_process, write_process

    model = tmp_path / "found.bpmn"
    assert run("discover", store, "-o", model, "--noise", 0).exit_code == 0
    found = json.loads(run("conform", store, model, "--json", "-").stdout)
    assert {"fitness", "precision", "deviations", "cases", "variants", "fitting"} <= set(found)
    assert (found["fitness"], found["fitting"], found["deviations"]) == (1.0, 200, [])
    process = read_process(model)
    renamed = [replace(node, name="Sing") if node.name == "Resolve case" else node for node in process.nodes]
    model.write_bytes(write_process(replace(process, nodes=tuple(renamed))))
    found = json.loads(run("conform", store, model, "--json", "-", "--walk", 5).stdout)
    assert found["fitness"] < 1
    assert {(item["kind"], item["activity"]) for item in found["deviations"]} >= {("unknown", "Resolve case")}
    assert len(found["walkthrough"]["cases"]) == 5
    assert not any(case["passed"] for case in found["walkthrough"]["cases"])


def test_a_process_outside_the_subset_is_one_sentence_and_exit_2(store, tmp_path):
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    model = tmp_path / "odd.bpmn"
    model.write_text(f'<definitions xmlns="{space}"><process id="P"><inclusiveGateway id="G"/></process></definitions>')
    refused = run("conform", store, model, "--json", "-")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("odd.bpmn: inclusiveGateway 'G' is not supported.")


def test_report_is_written_in_the_language_asked_for(store, tmp_path):
    assert run("report", store, "--html", tmp_path / "r.html", "--lang", "zh").exit_code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in page
    assert "其他部门墙都远不及它" in page


def test_an_unknown_language_or_importer_is_refused(store, tmp_path):
    refused = run("report", store, "--html", tmp_path / "r.html", "--lang", "de")
    assert (refused.exit_code, refused.stderr) == (2, "a report can be had in en, zh, ru, not in 'de'.\n")
    (tmp_path / "log.csv").write_text("case_id,activity,timestamp\n1,a,2025-01-01\n")
    assert run("mine", tmp_path / "log.csv", "--json", "-", "--format", "dbase").exit_code == 2


def test_conform_aligns_every_variant_on_demand(store, tmp_path):
    """A process discovered without noise fits its own log: every alignment costs nothing."""
    model = tmp_path / "whole.bpmn"
    assert run("discover", store, "-o", model, "--noise", "0").exit_code == 0
    fits = json.loads(run("conform", store, model, "--json", "-", "--exact").stdout)
    assert (fits["fitness"], fits["fitting"], fits["deviations"]) == (1.0, fits["cases"], [])
    assert sum(item["cases"] for item in fits["alignments"]) == fits["cases"]
    assert {item["cost"] for item in fits["alignments"]} == {0}
