"""Reading XES: Kehu, rustxes and PM4Py side by side. Usage: xes.py [FILE.xes[.gz]]; prints a Markdown table.

All three read the same unpacked file in turns, each in a process of its own that reads it several times; the first
reading, which compiles or loads code, is told apart. Kehu makes a whole log (codes, order, life cycles paired), rustxes
and PM4Py make their data frame.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from data import ROOT, data_folder
from environments import python_of

TURNS, READINGS = 2, 3
SIDES = {
    "kehu": "from kehu.analysis.log.reading import read_log as read",
    "rustxes": "from rustxes import import_xes as read",
    "pm4py": "import pm4py\nread = lambda path: pm4py.read_xes(path)",
}
"""What each side does to have a function that reads a file."""
MEASURE = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
{prepare}
for number in range({times}):
    wall, processor = time.perf_counter(), time.process_time()
    log = read(sys.argv[1])
    took = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(["took", *took, peak]), flush=True)
    del log
"""


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else data_folder() / "raw" / "BPI_Challenge_2012.xes.gz"
    with tempfile.TemporaryDirectory() as folder:
        path = unpacked(source, Path(folder))
        taken: dict[str, list[list[float]]] = {side: [] for side in SIDES}
        for turn in range(TURNS):
            for side in SIDES:
                if side != "pm4py" or turn == 0:
                    taken[side].append(readings(side, path))
        print(table(taken, path.stat().st_size / 1e6, source.name))


def unpacked(source: Path, folder: Path) -> Path:
    path = folder / "log.xes"
    with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as read, path.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
    return path


def readings(side: str, path: Path) -> list[tuple[float, float, float]]:
    """(wall seconds, processor seconds, peak MB) of each reading of one process; none where it did not run."""
    python = sys.executable if side == "kehu" else python_of(side)
    script = MEASURE.format(prepare=SIDES[side], times=1 if side == "pm4py" else READINGS)
    where = {"PYTHONPATH": str(ROOT / "src")} if side == "kehu" else {}
    done = subprocess.run(
        [python, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"} | where,
    )
    if done.returncode:
        print(f"{side} did not run: {done.stderr.strip()[-300:]}", file=sys.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('["took"')]
    return [(wall, processor, peak) for _, wall, processor, peak in lines]


def table(taken: dict[str, list[list[tuple[float, float, float]]]], megabytes: float, name: str) -> str:
    """MB a second by the clock and by the processor; the median of the readings after the first of each process."""
    lines = [
        f"{name}, {megabytes:.0f} MB unpacked; {TURNS} turns of {READINGS} readings (PM4Py: one reading).",
        "",
        "| | MB/s of processor time | MB/s by the clock | processor s | s by the clock | first reading, s | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for side, turns in taken.items():
        warm = [reading for turn in turns for reading in (turn[1:] or turn)]
        if not warm:
            lines.append(f"| {side} | did not run | | | | | |")
            continue
        wall, processor = median(reading[0] for reading in warm), median(reading[1] for reading in warm)
        first, peak = min(turn[0][0] for turn in turns if turn), max(reading[2] for reading in warm)
        lines.append(
            f"| {side} | {megabytes / processor:.0f} | {megabytes / wall:.0f} | {processor:.2f} | {wall:.2f} "
            f"| {first:.2f} | {peak:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
