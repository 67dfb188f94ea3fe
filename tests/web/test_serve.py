"""`kehu serve` as a process: it starts, shows, survives the death of its worker, and stops in order."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
AT_MOST_SECONDS = 180


@pytest.fixture
def server(tmp_path):
    """A running server: its process, its address, its folder. No sample, which would only warm the machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with start(tmp_path, f"serve(port={port})") as process:
        try:
            wait_until(lambda: get(f"http://127.0.0.1:{port}/health/") == 200)
            yield process, f"http://127.0.0.1:{port}", tmp_path
        finally:
            process.kill()


def test_the_server_shows_itself_and_stops_with_its_worker(server):
    """Prints the address; after an interrupt nothing is left running, and the secret is nobody else's to read."""
    process, address, home = server
    assert get(f"{address}/logs/") == 200, "the owner of the machine needs no password"
    assert (home / "secret-key").stat().st_mode & 0o077 == 0
    workers = wait_until(lambda: children(process.pid, "_work"))
    os.kill(workers[0], signal.SIGKILL)
    again = wait_until(lambda: [pid for pid in children(process.pid, "_work") if pid not in workers])
    assert again, "a worker that died is started again"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=AT_MOST_SECONDS)
    assert address in out
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in again))


def test_nobody_is_left_when_the_server_was_killed(server):
    """`kill -9` of the server: its worker ends, and the port is free for the next start."""
    process, address, _ = server
    wait_until(lambda: children(process.pid, "_work"))
    others = children(process.pid, "")
    process.kill()
    process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in others))
    assert get(f"{address}/health/") == 0


def test_local_mode_is_not_opened_to_the_network(tmp_path):
    with start(tmp_path, "serve(host='0.0.0.0', port=8999)") as process:
        assert process.wait(AT_MOST_SECONDS) != 0
        assert "listens on this machine only" in process.stderr.read()


def start(home, call):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEHU_")}
    environment |= {"PYTHONPATH": str(SOURCE), "KEHU_HOME": str(home), "KEHU_SAMPLE": "0"}
    interruptible = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{interruptible}; from kehu.web.commands import serve; {call}"
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=pipe, stderr=pipe, text=True)


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status
    except (OSError, http.client.HTTPException):
        return 0


def children(pid, word):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
            if parent == pid and word in (path.parent / "cmdline").read_text():
                found.append(int(path.parent.name))
        except (OSError, ValueError):
            continue
    return found


def wait_until(true):
    deadline = time.monotonic() + AT_MOST_SECONDS
    while not (value := true()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return value
