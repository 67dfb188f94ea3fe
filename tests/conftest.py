"""What every test may use, and the rule that no test is skipped on CI without a listed reason."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from databases import database, django_db_setup, postgresql_url, pytest_generate_tests

__all__ = ["database", "django_db_setup", "postgresql_url", "pytest_generate_tests"]
ROOT = Path(__file__).resolve().parent.parent
_unlisted: list[str] = []


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """A file of the folder ``KEHU_DATA`` by its name; the test skips where it is absent."""
    folder = Path(os.environ.get("KEHU_DATA", ROOT / "../shared/data"))

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"KEHU_DATA has no {name}")
        return path

    return find


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember the skips whose reason is not listed in skips.toml."""
    if report.skipped and not hasattr(report, "wasxfail"):
        allowed = tomllib.loads((ROOT / "tests/skips.toml").read_text(encoding="utf-8"))["allowed"]
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(tuple(allowed)):
            _unlisted.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI, fail where a test was skipped for a reason that nobody wrote down."""
    if os.environ.get("CI") == "true" and _unlisted and not hasattr(session.config, "workerinput"):
        print("\nSkipped without a reason in tests/skips.toml:\n" + "\n".join(_unlisted))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
