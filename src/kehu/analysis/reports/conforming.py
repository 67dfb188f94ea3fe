"""What ``kehu conform`` writes: how well cases follow a process, and some of them walked step by step."""

from __future__ import annotations

from typing import Any

from kehu.analysis.bpmn import Process, validate
from kehu.analysis.log import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.conformance import replay
from kehu.analysis.mining.walkthrough import walk_through


def conform_figures(
    log: EventLog, process: Process, selection: Selection = EVERYTHING, *, walk: int = 0, seed: int = 1, model: str = ""
) -> dict[str, Any]:
    """The figures of a replay as JSON, and with ``walk`` so many sampled cases; ``model`` is what the file is called.

    Raises InputError where nothing is selected or the process has a fatal problem.
    """
    validate(process, where=model)
    found: dict[str, Any] = {"source": log.header.source, "model": model, **replay(log, process, selection).to_json()}
    if walk:
        found["walkthrough"] = walk_through(log, process, walk, seed=seed, selection=selection).to_json()
    return found
