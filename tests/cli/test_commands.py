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
