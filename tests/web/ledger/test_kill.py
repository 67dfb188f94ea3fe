"""Jobs survive ``kill -9``. This starts real worker processes on a real database and kills them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
JOBS, ROUNDS, AT_MOST_SECONDS = 180, 2, 240

DJANGO = "import django; django.setup();"
PREPARE = f"""
{DJANGO}
from django.core.management import call_command
call_command("migrate", verbosity=0)
import killed
from django.db import transaction
for bell in range({JOBS}):
    with transaction.atomic():
        killed.ring.enqueue(bell=bell)
"""
FLAWS = f"""
{DJANGO}
from kehu.web.ledger import queries
print(sum(1 for bell in range({JOBS}) for _ in queries.flaws(f"bell:{{bell}}")))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def outside(request, tmp_path):
    """The environment of processes on a database of their own, with the jobs enqueued."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEHU_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "kehu.web.site.settings",
        "KEHU_HOME": str(tmp_path),
        "KEHU_JOB_LEASE_SECONDS": "1",
        "PYTHONPATH": f"{ROOT / 'src'}:{Path(__file__).parent}",
    }
    if request.param == "postgresql":
        server, name = request.getfixturevalue("postgresql_url"), f"kill_{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment["KEHU_DATABASE_URL"] = server.replace("/postgres?", f"/{name}?")
    run(environment, PREPARE)
    return environment


def test_every_effect_happens_once_although_workers_are_killed(outside):
    """Without reclaim the jobs of the killed workers would stay RUNNING, without `once` some bells would ring twice."""
    workers = []
    try:
        for turn in range(1, ROUNDS + 1):
            workers = [start_worker(outside), start_worker(outside)]
            wait_for(outside, "SELECT count(*) FROM ledger_job WHERE status = 'SUCCESSFUL'", 15 * turn)
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
        workers = [start_worker(outside)]
        wait_for(outside, "SELECT count(*) FROM ledger_job WHERE status = 'SUCCESSFUL'", JOBS)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    bells = [bell for (bell,) in rows(outside, "SELECT public_id FROM ledger_eventobject WHERE kind = 'bell'")]
    assert Counter(bells) == Counter(str(bell) for bell in range(JOBS))
    assert rows(outside, "SELECT max(attempts) > 1 FROM ledger_job")[0][0], "no kill met a running job"
    assert run(outside, FLAWS).strip() == "0"


def test_an_asked_worker_ends_by_itself_and_loses_nothing(outside):
    """SIGTERM: the running job goes back to the queue."""
    worker = start_worker(outside)
    wait_for(outside, "SELECT count(*) FROM ledger_job WHERE status = 'SUCCESSFUL'", 1)
    worker.terminate()
    assert worker.wait(AT_MOST_SECONDS) == 0
    assert rows(outside, "SELECT count(*) FROM ledger_job WHERE status IN ('READY', 'SUCCESSFUL')") == [(JOBS,)]


def start_worker(environment):
    code = "from kehu.web.commands import _work; _work(parent=None)"
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def wait_for(environment, count, least):
    deadline = time.monotonic() + AT_MOST_SECONDS
    while rows(environment, count)[0][0] < least:
        assert time.monotonic() < deadline, "the workers stand still"
        time.sleep(0.05)


def rows(environment, query):
    url = environment.get("KEHU_DATABASE_URL")
    path = Path(environment["KEHU_HOME"]) / "kehu.sqlite3"
    with closing(psycopg.connect(url) if url else sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute(query).fetchall()


def run(environment, code):
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
