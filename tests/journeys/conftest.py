"""A browser and a running server for journeys; both are real, nothing is replaced."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_SECONDS = 120


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; journeys are skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("chromium is not installed (make test-tools)")
    return found


@pytest.fixture(scope="session")
def built() -> None:
    """The front end; it is built by set-up, and a journey without it would walk other pages than people see."""
    if not (ROOT / "src/kehu/web/static/built/manifest.json").is_file():
        pytest.skip("the front end is not built (make front)")


@pytest.fixture
def address(tmp_path: Path, built: None) -> str:
    """Where a server of the test's own answers, with its worker, on an empty data folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEHU_")}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "KEHU_HOME": str(tmp_path / "home"), "KEHU_SAMPLE": "0"}
    code = f"from kehu.web.commands import serve; serve(port={port})"
    log = (tmp_path / "server.log").open("w")
    with log, subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=log, stderr=log) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/health/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


@pytest.fixture
def page(chromium: str):
    """A page whose every complaint, also of its own security policy, fails the journey at its end."""
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="en", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers; fails at once where it has ended."""
    until = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
    pytest.fail("the server did not answer in time")
