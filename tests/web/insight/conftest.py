"""Logs of the cast, and a worker that runs what was enqueued."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from insight_cast import ROLES, run_jobs


@pytest.fixture
def table_bytes() -> bytes:
    """Three cases as Parquet: Ann, Ben and Cid pass them on; one row has no activity."""
    at = datetime(2024, 3, 4, 9)  # noqa: DTZ001 - a file's times carry no zone
    rows = [
        (f"c{case}", activity, at + timedelta(days=case, hours=hour), who)
        for case in range(3)
        for hour, (activity, who) in enumerate([("Receive", "Ann"), ("Check", "Ben"), ("Answer", "Cid")])
    ]
    rows.append(("c9", None, at, "=1+1"))
    case, activity, time, who = zip(*rows, strict=True)
    sink = pa.BufferOutputStream()
    table = pa.table({"case_id": case, "activity": activity, "timestamp": time, "resource": who})
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


@pytest.fixture
def upload(alice, table_bytes):
    """Alice's file, handed in."""
    from kehu.web.insight.actions import add_upload

    return add_upload(acting_person=alice, upload=SimpleUploadedFile("march.parquet", table_bytes))


@pytest.fixture
def log(alice, upload):
    """Alice's log, imported."""
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": ROLES})
    run_jobs()
    upload.refresh_from_db()
    return upload
