"""Compile every kernel once, so that the first analysis a person asks for does not wait for the compiler."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from kehu.analysis.log import EventLog, Selection
from kehu.analysis.log.reading import import_log
from kehu.analysis.log.staging import Progress, no_progress
from kehu.analysis.log.store import open_store, save_log
from kehu.analysis.mining.alignments import align
from kehu.analysis.mining.cases import list_cases
from kehu.analysis.mining.comparison import compare
from kehu.analysis.mining.conformance import replay
from kehu.analysis.mining.discovery import discover
from kehu.analysis.mining.trend import trend
from kehu.analysis.mining.workload import workload
from kehu.analysis.reports.gather import gather
from kehu.analysis.worlds import sample_log

_CASES = 60
_XES = """<log><trace><string key="concept:name" value="1"/>{}</trace></log>"""
_EVENT = """<event><string key="concept:name" value="{}"/><string key="org:resource" value="Ann"/>
<string key="lifecycle:transition" value="{}"/><int key="cost" value="1"/>
<date key="time:timestamp" value="2026-01-0{}T09:00:00.000+01:00"/></event>"""


def warm_up(progress: Progress = no_progress) -> None:
    """Run every measure on a small simulated log, from memory and from a store; numba keeps the code on disk.

    Takes about a minute the first time and seconds afterwards.
    """
    _importing()
    progress("simulate", 0.0)
    log = sample_log(cases=_CASES)
    with tempfile.TemporaryDirectory(prefix="kehu-") as folder:
        save_log(log, Path(folder) / "store")
        stored = open_store(Path(folder) / "store")
        half = Selection(cases=np.arange(stored.cases) % 2 == 0)
        gather(stored, half, progress)
        _beyond_the_report(stored, half)
        gather(log, progress=progress)


def _importing() -> None:
    """Read a small XES file with every transition, which takes the scanner, the pairing and the ordering."""
    transitions = ("schedule", "start", "suspend", "resume", "complete")
    events = "".join(_EVENT.format("Answer", transition, day) for day, transition in enumerate(transitions, 1))
    with tempfile.TemporaryDirectory(prefix="kehu-") as folder:
        path = Path(folder) / "small.xes"
        path.write_text(_XES.format(events), encoding="utf-8")
        import_log(path, Path(folder) / "store")


def _beyond_the_report(log: EventLog, half: Selection) -> None:
    compare(log, half, Selection(cases=~half.cases) if half.cases is not None else half)
    trend(log)
    workload(log)
    list_cases(log)
    process = discover(log)
    replay(log, process)
    align(log, process)
