"""The cast: Alice owns, Bob is her colleague, Charlie is a stranger without an account."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

PASSWORD = "correct horse battery"


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
