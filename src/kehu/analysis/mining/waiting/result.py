"""What is told of waits: by cause, activity, person, department and handover."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kehu.analysis.log.eventlog import Int64Array
from kehu.analysis.mining.waiting.causes import CAUSES


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
