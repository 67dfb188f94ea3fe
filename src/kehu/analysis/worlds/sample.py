"""The sample company's log: a grocery that delivers to the door, simulated from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log import EventLog, Header
from kehu.analysis.log.reading import event_log
from kehu.analysis.worlds.cases import Case, draw_cases
from kehu.analysis.worlds.company import BATCHED, CLOSE_LAG, DAY, STEPS, WALL, WALL_MEAN, ZONE_OFFSET
from kehu.analysis.worlds.engine import Work, hire, work_through
from kehu.analysis.worlds.words import (
    ACTIVITIES,
    ATTRIBUTES,
    CASE_TYPES,
    CHANNELS,
    COMPANY,
    DEPARTMENTS,
    LANGUAGES,
    PRODUCTS,
    REGIONS,
    STAFF,
    SYSTEM,
    TIERS,
    Language,
)

ZONE = "Asia/Shanghai"
_RUN_OUT = 120
"""Days of shifts after the last arrival, so that every case ends."""


@dataclass(frozen=True)
class World:
    """A simulated company's events and what was planted in it.

    ``table`` has the columns ``case_id, activity, timestamp, start_timestamp, resource, department`` and five
    attributes of the case (``case:…``); times are UTC. ``truth`` names, in the table's own words: ``wall`` (from, to,
    mean_s, handovers), ``batching`` (activity, mean_s: how long a refund waits for its run), ``close`` (activity,
    after, lag_s), ``extraneous_s`` (activity → seconds no queue explains, in all), ``rework_cases``.
    """

    table: pa.Table
    truth: dict[str, Any]


def sample(seed: int = 1, *, cases: int = 4000, days: int = 365, language: Language = "en") -> World:
    """Simulate the sample company; the same arguments give the same bytes.

    Raises InputError where the language is none of ``LANGUAGES`` or there are no cases or days.
    """
    if language not in LANGUAGES:
        raise InputError(
            Sentence("the sample company speaks no %(language)r", language=language),
            remedy=Sentence("Choose one of %(names)s", names=", ".join(LANGUAGES)),
        )
    if cases < 1 or days < 1:
        raise InputError(Sentence("the sample company needs at least one case and one day"))
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = draw_cases(cases, days, rng)
    agents = hire(days + _RUN_OUT)
    done = sorted(work_through(drawn, agents), key=lambda w: (w.case, w.position))
    tongue = LANGUAGES.index(language)
    return World(_table(drawn, done, tongue), _truth(drawn, done, tongue))


def sample_table(seed: int = 1, *, cases: int = 4000, days: int = 365, language: Language = "en") -> pa.Table:
    """The events of ``sample`` as an Arrow table, ordered by case and time."""
    return sample(seed, cases=cases, days=days, language=language).table


def sample_log(seed: int = 1, *, cases: int = 4000, days: int = 365, language: Language = "en") -> EventLog:
    """The events of ``sample`` as an EventLog, in the business time of Shanghai."""
    table = sample_table(seed, cases=cases, days=days, language=language)
    rows = {name: table.column(name).to_numpy() for name in table.column_names}
    return event_log(rows, Header(source=COMPANY[LANGUAGES.index(language)], importer="sample", zone=ZONE))


def _table(cases: list[Case], done: list[Work], tongue: int) -> pa.Table:
    """One row a piece of work, and one for the system's closing of each case."""
    rows = [_row(cases[w.case], w, tongue) for w in done]
    last = {w.case: w.end for w in done}
    rows += [_closing(c, end + CLOSE_LAG, tongue) for c, end in last.items()]
    rows.sort(key=lambda row: (row[0], row[2]))
    number, activity, end, start, resource, department = zip(*rows, strict=True)
    columns = {
        "case_id": pa.array([f"W{c + 1:05d}" for c in number]),
        "activity": pa.array(activity),
        "timestamp": _times(end),
        "start_timestamp": _times(start),
        "resource": pa.array(resource),
        "department": pa.array(department, pa.string()),
    }
    return pa.table(columns | _attributes([cases[c] for c in number], tongue))


def _row(case: Case, work: Work, tongue: int) -> tuple[int, str, float, float, str, str | None]:
    activity = case.steps[work.position].activity
    department = DEPARTMENTS[STEPS[activity][0]][tongue]
    return work.case, ACTIVITIES[activity][tongue], work.end, work.start, STAFF[work.agent][tongue], department


def _closing(case: int, at: float, tongue: int) -> tuple[int, str, float, float, str, str | None]:
    return case, ACTIVITIES["close"][tongue], at, at, SYSTEM[tongue], None


def _times(local: tuple[float, ...]) -> pa.Array:
    utc = (np.array(local) - ZONE_OFFSET) * 1_000_000
    return pa.array(utc.astype(np.int64), pa.timestamp("us"))


def _attributes(cases: list[Case], tongue: int) -> dict[str, pa.Array]:
    values = {
        "case_type": [CASE_TYPES[c.kind] for c in cases],
        "channel": [CHANNELS[c.channel] for c in cases],
        "customer_tier": [TIERS[c.tier] for c in cases],
        "product": [PRODUCTS[c.product] for c in cases],
        "region": [REGIONS[c.region] for c in cases],
    }
    return {f"case:{ATTRIBUTES[key][tongue]}": pa.array([name[tongue] for name in of]) for key, of in values.items()}


def _truth(cases: list[Case], done: list[Work], tongue: int) -> dict[str, Any]:
    extraneous: dict[str, float] = {}
    walls = batched = 0
    run_wait = 0.0
    for before, work in zip([None, *done], done, strict=False):
        step = cases[work.case].steps[work.position]
        if step.hidden:
            name = ACTIVITIES[step.activity][tongue]
            extraneous[name] = extraneous.get(name, 0.0) + step.hidden
        if before is None or before.case != work.case:
            continue
        last = cases[work.case].steps[before.position]
        walls += (STEPS[last.activity][0], STEPS[step.activity][0]) == WALL
        if step.activity == BATCHED:
            batched += 1
            run_wait += work.ready - before.end - step.hidden
    return {
        "wall": {
            "from": DEPARTMENTS[WALL[0]][tongue],
            "to": DEPARTMENTS[WALL[1]][tongue],
            "mean_s": float(WALL_MEAN),
            "handovers": walls,
        },
        "batching": {"activity": ACTIVITIES[BATCHED][tongue], "mean_s": run_wait / batched if batched else 0.0},
        "close": {"activity": ACTIVITIES["close"][tongue], "after": ACTIVITIES["resolve"][tongue], "lag_s": CLOSE_LAG},
        "extraneous_s": extraneous,
        "rework_cases": sum(len({s.activity for s in c.steps}) < len(c.steps) for c in cases),
    }


__all__ = ["DAY", "LANGUAGES", "ZONE", "World", "sample", "sample_log", "sample_table"]
