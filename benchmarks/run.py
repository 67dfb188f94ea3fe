"""Measure side by side with the peers, in one run, and write benchmarks/results/DATE-NAME.md.

Usage: run.py [NAME …] with NAME of ``kernels pipeline xes alignments waiting spark``; all of them by default.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from data import CACHE, ROOT, replicated
from environments import machine, python_of

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    for name in chosen:
        print(f"== {name}", flush=True)
        text = PARTS[name]()
        target = RESULTS / f"{dt.datetime.now(tz=dt.UTC).date().isoformat()}-{name}.md"
        target.write_text(f"# {name}\n\n{machine()}.\n\n{text}\n", encoding="utf-8")
        print(text, f"\n→ {target.relative_to(ROOT)}", sep="")


def rows(command: list[str]) -> dict[str, float]:
    """What a side printed: name → seconds (or MB)."""
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {row["name"]: row["seconds"] for row in found}


def kernels() -> str:
    parts = []
    for millions in (1, 10):
        source = replicated(millions)
        store = CACHE / f"store_{millions}m"
        rows([sys.executable, "kernels.py", "pipeline", str(source), str(store)])
        times = 5 if millions == 1 else 3
        sides = {"kehu": rows([sys.executable, "kernels.py", "warm", str(store), str(times)])}
        for peer, runs in (("pm4py", 1), ("polars", times), ("duckdb", 1 if millions == 10 else 3)):
            sides[peer] = rows([python_of(peer), f"peers/{peer}_kernels.py", str(source), str(runs)])
        parts.append(f"## {millions} million events, seconds a call, everything warm\n\n{table(sides)}")
    return "\n\n".join(parts)


def pipeline() -> str:
    parts = []
    for millions in (1, 10):
        source = replicated(millions)
        ours = rows([sys.executable, "kernels.py", "pipeline", str(source), str(CACHE / f"store_{millions}m")])
        parts.append(f"## {millions} million events, Parquet to all maps, seconds\n\n{table({'kehu': ours})}")
    return "\n\n".join(parts)


def table(sides: dict[str, dict[str, float]]) -> str:
    """A table of seconds, and how many times slower each peer is."""
    names = list(dict.fromkeys(name for side in sides.values() for name in side))
    lines = ["| | " + " | ".join(sides) + " |", "|---" * (len(sides) + 1) + "|"]
    for name in names:
        ours = sides["kehu"].get(name)
        cells = [cell(side.get(name), ours, peer != "kehu" and name != "peak_mb") for peer, side in sides.items()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(value: float | None, ours: float | None, ratio: bool) -> str:
    if value is None:
        return ""
    shown = f"{value:.3g}" if value < 100 else f"{value:.0f}"
    return f"{shown} ({value / ours:.1f}×)" if ratio and ours else shown


def script(name: str) -> Callable[[], str]:
    """A benchmark that is a script of its own and prints its table."""

    def run() -> str:
        done = subprocess.run([sys.executable, f"{name}.py"], cwd=HERE, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else f"did not run: {done.stderr.strip()[-400:]}"

    return run


PARTS: dict[str, Callable[[], str]] = {
    "kernels": kernels,
    "pipeline": pipeline,
    "xes": script("xes"),
    "alignments": script("alignments"),
    "waiting": script("waiting"),
    "spark": script("spark"),
}

if __name__ == "__main__":
    main()
