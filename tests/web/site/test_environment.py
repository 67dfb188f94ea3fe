from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kehu.web.site import environment

SOURCE = Path(__file__).resolve().parents[3] / "src"
GOOD = "q7Jd-2mWx_Zk93VbTn0sLr5YhGf8PcEa1uoXiQ4"


@pytest.mark.parametrize("value", ["maybe", "2", "truee"])
def test_an_odd_yes_or_no_is_refused(monkeypatch, value):
    monkeypatch.setenv("KEHU_X", value)
    with pytest.raises(ImproperlyConfigured, match="KEHU_X must be 1 or 0"):
        environment.flag("KEHU_X", default=True)


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "11"])
def test_an_odd_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("KEHU_X", value)
    with pytest.raises(ImproperlyConfigured, match="whole number from 0 to 10"):
        environment.number("KEHU_X", default=1, least=0, most=10)


def test_a_secret_comes_from_a_file_too(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text(f"{GOOD}\n")
    monkeypatch.setenv("KEHU_X_FILE", str(tmp_path / "secret"))
    assert environment.production_secret("KEHU_X") == GOOD
    monkeypatch.setenv("KEHU_X", GOOD)
    with pytest.raises(ImproperlyConfigured, match="both set"):
        environment.secret("KEHU_X")


def test_a_secret_file_that_cannot_be_read_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("KEHU_X_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        environment.secret("KEHU_X")


@pytest.mark.parametrize("value", ["", "short", "changeme" * 6, "a" * 60, "my-secret-key-0123456789-abcdefghijk"])
def test_a_sample_secret_is_refused(monkeypatch, value):
    monkeypatch.setenv("KEHU_X", value)
    with pytest.raises(ImproperlyConfigured):
        environment.production_secret("KEHU_X")


def test_a_database_address_is_read_whole(monkeypatch, tmp_path):
    monkeypatch.setenv("KEHU_X", "postgresql://us%40er:p%3Aw@db.example:5433/desk?sslmode=require")
    read = environment.database("KEHU_X", default=tmp_path)
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("us@er", "p:w", "db.example", "5433")
    assert (read["NAME"], read["OPTIONS"]) == ("desk", {"sslmode": "require"})


@pytest.mark.parametrize("value", ["mysql://x/y", "desk", "postgresql://h:port/x"])
def test_an_odd_database_address_is_refused(monkeypatch, value, tmp_path):
    monkeypatch.setenv("KEHU_X", value)
    with pytest.raises(ImproperlyConfigured):
        environment.database("KEHU_X", default=tmp_path)


def test_sqlite_takes_the_write_lock_at_the_beginning(tmp_path):
    """Without IMMEDIATE a transaction that reads and then writes fails at once while another writes."""
    options = environment.database("KEHU_NOWHERE", default=tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"KEHU_LOCAL": "0", "KEHU_HOSTS": "desk.example"}, "KEHU_SECRET_KEY"),
        ({"KEHU_LOCAL": "0", "KEHU_SECRET_KEY": GOOD}, "KEHU_HOSTS"),
        ({"KEHU_LOCAL": "0", "KEHU_SECRET_KEY": GOOD, "KEHU_HOSTS": "*"}, "KEHU_HOSTS"),
        ({"KEHU_HOSTS": "desk.example"}, "KEHU_LOCAL=0"),
        ({"KEHU_LOCAL": "0", "KEHU_SECRET_KEY": GOOD, "KEHU_HOSTS": "desk.example", "KEHU_DEBUG": "1"}, "KEHU_DEBUG"),
    ],
)
def test_settings_that_are_not_safe_do_not_start(given, says, tmp_path):
    done = load(given, tmp_path)
    assert done.returncode != 0
    assert says in done.stderr


def test_production_passes_djangos_own_checks(tmp_path):
    given = {"KEHU_LOCAL": "0", "KEHU_SECRET_KEY": GOOD, "KEHU_HOSTS": "desk.example"}
    done = load(given, tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "ERROR")
    assert done.returncode == 0, done.stderr


def load(given, home, *arguments):
    environment_ = {name: value for name, value in os.environ.items() if not name.startswith("KEHU_")}
    environment_ |= {"PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "kehu.web.site.settings"}
    environment_ |= {"KEHU_HOME": str(home)} | given
    command = [sys.executable, *(arguments or ("-c", "import kehu.web.site.settings"))]
    return subprocess.run(command, env=environment_, capture_output=True, text=True, check=False)
