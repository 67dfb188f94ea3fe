"""The figures as other programs read them: what ``kehu mine`` and ``kehu waits`` write (docs/reference/json.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log import EVERYTHING, EventLog, Selection
from kehu.analysis.log.staging import Progress, no_progress
from kehu.analysis.mining.arrivals import arrivals
from kehu.analysis.mining.customer_end import suggest_end
from kehu.analysis.mining.durations import case_durations
from kehu.analysis.mining.flow import directly_follows
from kehu.analysis.mining.handovers import handovers
from kehu.analysis.mining.pingpong import pingpong
from kehu.analysis.mining.rework import rework
from kehu.analysis.mining.variants import variants
from kehu.analysis.mining.waiting import explain, waiting
from kehu.analysis.mining.walls import walls
from kehu.analysis.mining.workload import workload

LISTED_VARIANTS = 1000
_NO_PEOPLE = Sentence("The log does not say who did the work")
_NO_DEPARTMENTS = Sentence("The log names no departments")
_NO_STARTS = Sentence("The log has no start times, so work and waiting cannot be told apart")
_NO_ZONE = Sentence("The log's times name no zone")


def mine_figures(log: EventLog, selection: Selection = EVERYTHING, progress: Progress = no_progress) -> dict[str, Any]:
    """Everything ``kehu mine`` writes; durations in seconds. A figure the log cannot give is null, with its reason.

    Raises InputError where nothing is selected, or where the header names an end that the log does not have.
    """
    measured = _measured(log, selection, progress)
    flow, ways = measured["flow"], measured["variants"]
    found: dict[str, Any] = {
        **_about(log),
        "events": flow.events,
        "cases": flow.cases,
        "activities": sum(activity.count > 0 for activity in flow.activities),
        "variants": len(ways),
        "case_duration_s": measured["durations"].to_json(),
        "administrative_close": close.to_json() if (close := suggest_end(log)) else None,
        "edges": [edge.to_json() for edge in flow.edges],
        "by_activity": [activity.to_json() for activity in flow.activities if activity.count],
        "by_variant": [way.to_json() for way in ways.variants[:LISTED_VARIANTS]],
        "handovers": _listed(measured["people"], "handovers"),
        "department_handovers": _listed(measured["departments"], "handovers"),
        "walls": _listed(measured["walls"], "walls"),
        "pingpong": _whole(measured["pingpong"]),
        "department_pingpong": _whole(measured["department_pingpong"]),
        "rework": measured["rework"].to_json(),
        "arrivals": measured["arrivals"].to_json(),
    }
    return found | {"impossible": impossible(log)}


def waits_figures(log: EventLog, selection: Selection = EVERYTHING) -> dict[str, Any]:
    """Everything ``kehu waits`` writes; seconds. The workload names nobody."""
    explained = explain(log) if log.has_start else None
    found = {**_about(log), **waiting(log, selection, explained=explained).to_json(), "workload": None}
    try:
        load = workload(log, selection, explained=explained).to_json()
    except InputError as error:
        found["impossible"] = [
            *found["impossible"],
            {"figure": "workload", "reason": error.what[:1].upper() + error.what[1:]},
        ]
        return found
    return found | {"workload": {key: value for key, value in load.items() if key != "by_person"}}


def impossible(log: EventLog) -> list[dict[str, str]]:
    """The figures of ``kehu mine`` that this log cannot give, each with its reason."""
    found = []
    if not log.has_start:
        found += [("edges.wait_mean_s", _NO_STARTS), ("by_activity.work", _NO_STARTS)]
    if not log.has_resource:
        found += [("handovers", _NO_PEOPLE), ("pingpong", _NO_PEOPLE)]
    if not log.has_department:
        found += [(f, _NO_DEPARTMENTS) for f in ("department_handovers", "department_pingpong", "walls")]
    if log.header.zone is None:
        found += [("case_duration_s.business_mean", _NO_ZONE)]
    return [{"figure": figure, "reason": reason} for figure, reason in found]


def _measured(log: EventLog, selection: Selection, progress: Progress) -> dict[str, Any]:
    """Every measure by name, with the share that is done told after each; ``None`` where the log lacks the owner."""
    people, departments = log.has_resource, log.has_department
    tasks: dict[str, Callable[[], Any]] = {
        "flow": lambda: directly_follows(log, selection),
        "variants": lambda: variants(log, selection),
        "durations": lambda: case_durations(log, selection),
        "rework": lambda: rework(log, selection),
        "arrivals": lambda: arrivals(log, selection),
        "people": lambda: handovers(log, selection) if people else None,
        "pingpong": lambda: pingpong(log, selection) if people else None,
        "departments": lambda: handovers(log, selection, by="department") if departments else None,
        "department_pingpong": lambda: pingpong(log, selection, by="department") if departments else None,
        "walls": lambda: walls(log, selection) if departments else None,
    }
    found = {}
    for done, (name, task) in enumerate(tasks.items(), 1):
        found[name] = task()
        progress("measure", done / len(tasks))
    return found


def _about(log: EventLog) -> dict[str, Any]:
    header = log.header
    return {
        "source": header.source,
        "zone": header.zone,
        "rejected_rows": header.rejected,
        "duplicate_rows": header.duplicates,
        "inferred_activities": list(header.inferred),
        "notes": list(header.notes),
    }


def _listed(result: Any, name: str) -> list[dict[str, Any]] | None:
    return None if result is None else [one.to_json() for one in getattr(result, name)]


def _whole(result: Any) -> dict[str, Any] | None:
    return None if result is None else result.to_json()
