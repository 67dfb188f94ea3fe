"""A real Spark cluster on loopback, for a test and for a benchmark."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def standalone_cluster(folder: Path, sources: str, *, memory: str = "1g") -> Iterator[str]:
    """One master and two workers with one core each, as processes of their own; gives the master's URL."""
    home = Path(importlib.util.find_spec("pyspark").origin).parent
    settings = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    environment = os.environ | settings | {"PYTHONPATH": sources, "SPARK_LOCAL_DIRS": str(folder)}
    url, started = f"spark://127.0.0.1:{(port := _port())}", []

    def start(name: str, *arguments: str) -> None:
        command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        log = (folder / f"{len(started)}.log").open("w")
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder))
        log.close()

    here = ("--host", "127.0.0.1", "--webui-port", "0")
    try:
        start("master.Master", *here, "--port", str(port))
        for _ in range(2):
            start("worker.Worker", *here, "--cores", "1", "--memory", memory, url)
        yield url
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(20)


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
