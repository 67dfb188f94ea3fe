"""Ten million events on a real standalone cluster against the same command here: every number must be equal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from data import ROOT, replicated

sys.path.insert(0, str(ROOT / "tests"))
from spark_cluster import standalone_cluster

SOURCES = str(ROOT / "src")


def main() -> None:
    millions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    source = replicated(millions)
    here, here_s = mined(source)
    with tempfile.TemporaryDirectory() as folder, standalone_cluster(Path(folder), SOURCES, memory="3g") as url:
        there, there_s = mined(source, "--engine", "spark", "--master", url)
    differing = sorted(key for key in here.keys() | there.keys() if here.get(key) != there.get(key))
    print(f"{here['events']:,} events, the file's rows ordered by time, so that every partition mixes the cases.\n")
    print("| engine | seconds | figures that differ |\n|---|---|---|")
    print(f"| threads | {here_s:.1f} | |")
    print(f"| spark, 1 master and 2 workers | {there_s:.1f} | {', '.join(differing) or 'none'} |")


def mined(source: Path, *options: str) -> tuple[dict, float]:
    command = [sys.executable, "-c", "from kehu.cli import main; main()", "mine", str(source), "--json", "-", *options]
    environment = os.environ | {"PYTHONPATH": SOURCES, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout), time.perf_counter() - started


if __name__ == "__main__":
    main()
