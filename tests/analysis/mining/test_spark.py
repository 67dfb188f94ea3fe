"""Every number that a real Spark cluster gives equals the one worked out here."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kehu
from spark_cluster import standalone_cluster

SOURCES = str(Path(kehu.__file__).parents[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[str]:
    """A standalone cluster on loopback: one master and two workers, each a process of its own."""
    if shutil.which("java") is None:
        pytest.skip("Java is not installed; Spark needs it")
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed; it comes with kehu[spark]")
    with standalone_cluster(tmp_path_factory.mktemp("spark"), SOURCES) as url:
        yield url


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory) -> Path:
    """2,000 cases whose rows lie in any order; many events of a case share one time, and only their index tells."""
    random = np.random.default_rng(11)
    lengths = random.integers(1, 9, 2000)
    events = int(lengths.sum())
    case = np.repeat(np.arange(2000), lengths)
    hours = np.repeat(random.integers(0, 9000, 2000), lengths) + random.integers(0, 40, events)
    end = np.datetime64("2026-01-01", "us") + hours.astype("m8[h]")
    worked = end - random.integers(0, 3_600_000_000, events).astype("m8[us]")
    table = {
        "case_id": [f"C{number}" for number in case],
        "activity": random.choice(["Ask", "Answer", "Check", "Résolve", "关闭"], events),
        "timestamp": end,
        "start_timestamp": np.where(random.random(events) < 0.7, worked, np.datetime64("NaT")),
        "resource": [None if who == 0 else f"P{who}" for who in random.integers(0, 12, events)],
        "department": [None if who == 0 else f"D{who}" for who in random.integers(0, 5, events)],
        "event_index": np.arange(events),
    }
    path = tmp_path_factory.mktemp("rows") / "shuffled.parquet"
    pq.write_table(pa.table(table).take(random.permutation(events)), path)
    return path


def _mined(source: Path, *options: str) -> dict:
    command = [sys.executable, "-c", "from kehu.cli import main; main()", "mine", str(source), "--json", "-", *options]
    environment = os.environ | {"PYTHONPATH": SOURCES, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_every_number_from_the_cluster_equals_the_local_one(cluster: str, shuffled: Path):
    """Were a case torn apart, a name coded otherwise or an order lost, some edge, variant or median would differ."""
    local = _mined(shuffled)
    assert local["cases"] == 2000
    assert local["variants"] > 500
    assert _mined(shuffled, "--engine", "spark", "--master", cluster) == local


def test_spark_without_a_master_is_one_sentence(shuffled: Path):
    command = [sys.executable, "-c", "from kehu.cli import main; main()", "mine", str(shuffled), "--json", "-"]
    environment = os.environ | {"PYTHONPATH": SOURCES}
    done = subprocess.run([*command, "--engine", "spark"], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "Spark needs the address of its master. Give it with --master spark://HOST:PORT."
