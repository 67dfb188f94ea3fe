"""What ``kehu conform`` writes: how well cases follow a process, and some of them walked step by step."""

from __future__ import annotations

from typing import Any

from kehu.analysis.bpmn import Process, validate
from kehu.analysis.log import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.alignments import Alignments, align
from kehu.analysis.mining.conformance import replay
from kehu.analysis.mining.walkthrough import walk_through


def conform_figures(
    log: EventLog,
    process: Process,
    selection: Selection = EVERYTHING,
    *,
    walk: int = 0,
    seed: int = 1,
    model: str = "",
    exact: bool = False,
) -> dict[str, Any]:
    """The figures of a replay as JSON, and with ``walk`` so many sampled cases; ``model`` is what the file is called.

    With ``exact``, an optimal alignment of every variant as well.

    Raises InputError where nothing is selected or the process has a fatal problem.
    """
    validate(process, where=model)
    found: dict[str, Any] = {"source": log.header.source, "model": model, **replay(log, process, selection).to_json()}
    if walk:
        found["walkthrough"] = walk_through(log, process, walk, seed=seed, selection=selection).to_json()
    if exact:
        found["alignments"] = _alignments(align(log, process, selection))
    return found


def _alignments(found: Alignments) -> list[dict[str, Any]]:
    """By variant, the most frequent first: how many cases, the cost (null: given up), the steps of both sides."""
    counts = found.traces.counts.tolist()
    return [
        {
            "cases": counts[item.variant],
            "cost": item.cost,
            "steps": [{"move": step.move.value, "activity": step.activity, "node": step.node} for step in item.steps],
        }
        for item in sorted(found.alignments, key=lambda item: -counts[item.variant])
    ]
