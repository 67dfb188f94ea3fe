"""The cast: Alice owns, Bob is her colleague, Charlie is a stranger without an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from insight_cast import ROLES, run_jobs

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page in another language leaves that language behind in this thread; every test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    """A data folder of the test's own, and no local owner unless the test asks for one."""
    settings.KEHU_HOME = tmp_path / "home"
    settings.KEHU_LOCAL = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    return settings.KEHU_HOME


@pytest.fixture
def alice(db):
    from kehu.web.people.actions import create_first_owner

    return create_first_owner(login="alice", name="Alice", password=PASSWORD)


@pytest.fixture
def bob(alice):
    from kehu.web.people.actions import add_person

    return add_person(acting_person=alice, login="bob", name="Bob", password=PASSWORD)


@pytest.fixture
def as_alice(alice) -> Client:
    return _signed_in(alice)


@pytest.fixture
def as_bob(bob) -> Client:
    return _signed_in(bob)


@pytest.fixture
def as_charlie(db) -> Client:
    return Client()


def _signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


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
