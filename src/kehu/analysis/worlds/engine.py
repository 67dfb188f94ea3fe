"""The sample company at work: cases queue at departments, people on shift take the most urgent one that is waiting.

A discrete-event simulation. Work once begun is finished; nobody begins what would not be done by the end of the slot.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

import numpy as np

from kehu.analysis.worlds.cases import Case
from kehu.analysis.worlds.company import (
    BATCH_HOUR,
    BATCH_WEEKDAYS,
    BATCHED,
    DAY,
    DEPARTMENTS,
    HOLIDAYS,
    HOUR,
    OPENING,
    STEPS,
    Department,
)

_OVERTIME = 15 * 60
"""Seconds somebody stays on to finish."""


@dataclass
class Agent:
    """A person: ``starts`` and ``ends`` of working slots in local seconds, and since when they are free."""

    number: int
    department: str
    starts: list[float]
    ends: list[float]
    free_at: float = 0.0

    def slot_end(self, now: float) -> float | None:
        """When the slot that ``now`` lies in ends; ``None`` off duty."""
        i = bisect_right(self.starts, now) - 1
        return self.ends[i] if i >= 0 and now < self.ends[i] else None


@dataclass(frozen=True)
class Work:
    """One done piece of work, local seconds; ``released`` is when it could first have been started."""

    case: int
    position: int
    agent: int
    start: float
    end: float
    ready: float
    released: float


@dataclass
class _State:
    agents: dict[str, list[Agent]]
    queues: dict[str, list[tuple[int, float, int, int, int]]] = field(default_factory=dict)
    agenda: list[tuple[float, int, str, int, int]] = field(default_factory=list)
    done: list[Work] = field(default_factory=list)


def hire(days: int) -> list[Agent]:
    """Everybody who works for the company, with slots for ``days`` days."""
    agents: list[Agent] = []
    for name, department in DEPARTMENTS.items():
        for i in range(department.staff):
            starts, ends = _slots(department, i, days)
            agents.append(Agent(len(agents), name, starts, ends))
    return agents


def work_through(cases: list[Case], agents: list[Agent]) -> list[Work]:
    """Simulate all cases to their end; the result is in order of completion."""
    state = _State({name: [a for a in agents if a.department == name] for name in DEPARTMENTS})
    state.queues = {name: [] for name in DEPARTMENTS}
    names = list(DEPARTMENTS)
    state.agenda = [(case.arrival, i, "ready", i, 0) for i, case in enumerate(cases)]
    state.agenda += [
        (t, len(cases) + a.number, "shift", names.index(a.department), 0) for a in agents for t in a.starts
    ]
    heapify(state.agenda)
    number = len(state.agenda) + len(cases)
    waiting = {"cases": len(cases)}
    while state.agenda and waiting["cases"]:
        now, _, kind, key, position = heappop(state.agenda)
        number += 1
        if kind == "ready":
            name = _enqueue(state, cases, key, position, now, number)
        elif kind == "done":
            name = _move_on(state, cases, key, position, now, number, waiting)
        else:
            name = names[key]
        _dispatch(state, cases, name, now, number)
    return state.done


def _enqueue(state: _State, cases: list[Case], key: int, position: int, now: float, number: int) -> str:
    case = cases[key]
    step = case.steps[position]
    name = STEPS[step.activity][0]
    released = next_run(now) if step.activity == BATCHED else now
    if released > now:
        heappush(state.agenda, (released, number, "ready", key, position))
    else:
        heappush(state.queues[name], (case.tier, now, number, key, position))
    return name


def _move_on(
    state: _State, cases: list[Case], key: int, position: int, now: float, number: int, waiting: dict[str, int]
) -> str:
    case = cases[key]
    if position + 1 < len(case.steps):
        heappush(state.agenda, (now + case.steps[position + 1].hidden, number, "ready", key, position + 1))
    else:
        waiting["cases"] -= 1
    return STEPS[case.steps[position].activity][0]


def _dispatch(state: _State, cases: list[Case], name: str, now: float, number: int) -> None:
    queue = state.queues[name]
    while queue:
        _, ready, _, key, position = queue[0]
        seconds = round(cases[key].steps[position].minutes * 60)
        able = [
            a
            for a in state.agents[name]
            if a.free_at <= now and (end := a.slot_end(now)) is not None and now + seconds <= end + _OVERTIME
        ]
        if not able:
            return
        agent = min(able, key=lambda a: (a.free_at, a.number))
        heappop(queue)
        agent.free_at = now + seconds
        heappush(state.agenda, (agent.free_at, number, "done", key, position))
        state.done.append(Work(key, position, agent.number, now, agent.free_at, ready, ready))


def next_run(now: float) -> float:
    """The batch's run that takes what is ready at ``now``: ``now`` itself if a run is just due."""
    day = (now - OPENING) // DAY
    for ahead in range(8):
        run = OPENING + (day + ahead) * DAY + BATCH_HOUR * HOUR
        if run >= now and int(day + ahead) % 7 in BATCH_WEEKDAYS:
            return float(run)
    raise AssertionError("no run within a week")  # pragma: no cover


def _slots(department: Department, agent: int, days: int) -> tuple[list[float], list[float]]:
    hours, weekdays = department.patterns[agent % len(department.patterns)]
    closed = np.zeros(days, bool)
    for first, length in HOLIDAYS:
        closed[first : first + length] = not (department.open_on_holidays and agent % 2 == 0)
    open_days = [d for d in range(days) if d % 7 in weekdays and not closed[d]]
    starts = [OPENING + d * DAY + slot[0] * HOUR for d in open_days for slot in hours]
    ends = [OPENING + d * DAY + slot[1] * HOUR for d in open_days for slot in hours]
    return starts, ends
