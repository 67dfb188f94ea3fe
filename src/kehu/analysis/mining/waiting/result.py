"""Waits summed up: by cause, activity, person, department and handover, exact to the microsecond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import njit

from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Int64Array, Selection
from kehu.analysis.mining.waiting.causes import CAUSES
from kehu.analysis.mining.waiting.enabling import Enabling, plain


@dataclass(frozen=True)
class Impossible:
    """A figure that cannot be given, and why, as a sentence for the reader."""

    figure: str
    reason: str


@dataclass(frozen=True)
class Waits:
    """Waits of ``n`` events: microseconds in all and by cause (in the order of ``CAUSES``), which sum to it exactly."""

    n: int
    wait_us: int
    cause_us: tuple[int, ...]

    @property
    def by_cause_s(self) -> dict[str, float]:
        """Seconds by cause."""
        return {cause: us / 1e6 for cause, us in zip(CAUSES, self.cause_us, strict=True)}

    def to_json(self) -> dict[str, Any]:
        """``n``, ``wait_s`` and ``by_cause`` in seconds."""
        return {"n": self.n, "wait_s": self.wait_us / 1e6, "by_cause": self.by_cause_s}


_HANDOVERS = 2_000
"""At most so many handovers are listed, those with the longest waits; people who pair freely make a million."""
_DENSE = 4_000_000

_NONE = Waits(0, 0, (0,) * len(CAUSES))


@dataclass(frozen=True, eq=False)
class Waiting:
    """Where the waiting of a log comes from.

    ``total`` is of the selected events; the ``by_…`` hold a row for each name that has waits, the longest first; for a
    handover the name is (from, to), between departments where the log has them (``handover_by``), and only the 2,000
    with the longest waits are listed. A name is ``None`` where the log has none. ``parts`` (events, 5) are the
    microseconds of every event of the log, selected or not; ``enabled`` (events,) the instants they could have begun.
    ``calendar`` says whose hours were used.
    """

    total: Waits
    by_activity: tuple[tuple[str, Waits], ...] = ()
    by_resource: tuple[tuple[str | None, Waits], ...] = ()
    by_department: tuple[tuple[str | None, Waits], ...] = ()
    by_handover: tuple[tuple[tuple[str | None, str | None], Waits], ...] = ()
    handover_by: str = "resource"
    calendar: str = ""
    impossible: tuple[Impossible, ...] = ()
    parts: Int64Array = field(default_factory=lambda: np.zeros((0, len(CAUSES)), np.int64))
    enabled: Int64Array = field(default_factory=lambda: np.zeros(0, np.int64))

    def to_json(self) -> dict[str, Any]:
        """The content of ``kehu waits --json``: seconds as numbers; a figure that is impossible is null, with why."""
        told = self.total if self.calendar else None
        return {
            "total_wait_s": told.wait_us / 1e6 if told else None,
            "by_cause": told.by_cause_s if told else dict.fromkeys(CAUSES),
            "events_with_wait": self.total.n,
            "by_activity": [{"activity": name, **waits.to_json()} for name, waits in self.by_activity],
            "by_resource": [{"resource": name, **waits.to_json()} for name, waits in self.by_resource],
            "by_department": [{"department": name, **waits.to_json()} for name, waits in self.by_department],
            "handover_by": self.handover_by,
            "by_handover": [{"from": a, "to": b, **waits.to_json()} for (a, b), waits in self.by_handover],
            "calendar": self.calendar or None,
            "impossible": [{"figure": item.figure, "reason": item.reason} for item in self.impossible],
        }


def summed(log: EventLog, selection: Selection, ready: Enabling, parts: Int64Array, calendar: str) -> Waiting:
    """Sum the parts (events, 5) of the selected events up under every heading."""
    chosen = ready.enabled != NO_TIME
    if selection.cases is not None:
        chosen &= np.repeat(selection.cases, np.diff(log.case_offsets))
    if selection.events is not None:
        chosen &= selection.events
    by = "department" if log.has_department else "resource"
    total = _by_code(np.zeros(log.events, np.int64), 1, chosen, parts)
    return Waiting(
        total=total.get(0, _NONE),
        by_activity=_named(log.activities, _by_code(log.activity, len(log.activities), chosen, parts)),
        by_resource=_optional(log.resources, log.resource, chosen, parts) if log.has_resource else (),
        by_department=_optional(log.departments, log.department, chosen, parts) if log.has_department else (),
        by_handover=_handovers(log, by, ready.predecessor, chosen, parts) if getattr(log, f"has_{by}") else (),
        handover_by=by,
        calendar=calendar,
        parts=parts,
        enabled=ready.enabled,
    )


def _named(names: Sequence[str], found: dict[int, Waits]) -> tuple[tuple[str, Waits], ...]:
    rows = [(names[code], waits) for code, waits in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1].wait_us, row[0])))


def _optional(
    names: Sequence[str], code: Int64Array | Any, chosen: BoolArray, parts: Int64Array
) -> tuple[tuple[str | None, Waits], ...]:
    """As ``_named``, with ``None`` for the code -1."""
    found = _by_code(code.astype(np.int64) + 1, len(names) + 1, chosen, parts)
    rows = [(names[key - 1] if key else None, waits) for key, waits in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1].wait_us, row[0] or "")))


def _handovers(
    log: EventLog, by: str, predecessor: Int64Array, chosen: BoolArray, parts: Int64Array
) -> tuple[tuple[tuple[str | None, str | None], Waits], ...]:
    names: tuple[str | None, ...] = (None, *(log.departments if by == "department" else log.resources))
    code = (log.department if by == "department" else log.resource).astype(np.int64) + 1
    pair = np.where(chosen, code[predecessor] * len(names) + code, 0)
    known, place = np.arange(len(names) ** 2), pair
    if known.size > _DENSE:
        known, place = np.unique(pair, return_inverse=True)
    found = _by_code(place, known.size, chosen, parts, most=_HANDOVERS)
    rows = [((names[known[k] // len(names)], names[known[k] % len(names)]), waits) for k, waits in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1].wait_us, row[0][0] or "", row[0][1] or "")))


def _by_code(
    code: Int64Array | Any, size: int, chosen: BoolArray, parts: Int64Array, *, most: int | None = None
) -> dict[int, Waits]:
    """Waits by code, of the ``most`` longest; sums in two words of 64 bits, since microseconds overflow one."""
    count, high, low = _sums(plain(code), size, chosen, parts)
    found = {}
    present = np.flatnonzero(count)
    if most is not None and present.size > most:
        present = present[np.argsort(-high[present].sum(axis=1), kind="stable")[:most]]
    for k in present:
        causes = tuple((int(h) << 32) + int(w) for h, w in zip(high[k], low[k], strict=True))
        found[int(k)] = Waits(int(count[k]), sum(causes), causes)
    return found


@njit(cache=True, nogil=True)
def _sums(code, size, chosen, parts):  # type: ignore[no-untyped-def]
    count = np.zeros(size, np.int64)
    high = np.zeros((size, parts.shape[1]), np.int64)
    low = np.zeros((size, parts.shape[1]), np.int64)
    for e in range(parts.shape[0]):
        if chosen[e]:
            count[code[e]] += 1
            for c in range(parts.shape[1]):
                high[code[e], c] += parts[e, c] >> 32
                low[code[e], c] += parts[e, c] & 0xFFFFFFFF
    return count, high, low
