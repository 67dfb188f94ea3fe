"""Stretches of open time laid out over a span, and the arithmetic of open time on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kehu.analysis.calendars.zones import Instants


@dataclass(frozen=True, eq=False)
class Openings:
    """Disjoint stretches in time order: open from ``opens[i]`` (included) to ``closes[i]`` (excluded), shapes (n,)."""

    opens: Instants
    closes: Instants

    @cached_property
    def before(self) -> Instants:
        """Open microseconds before each stretch, and in all: shape (n + 1,)."""
        total = np.zeros(self.opens.shape[0] + 1, np.int64)
        np.cumsum(self.closes - self.opens, out=total[1:])
        return total

    def elapsed(self, instants: Instants) -> Instants:
        """Open microseconds from the beginning of the span to each instant; same shape as given."""
        if not self.opens.size:
            return np.zeros_like(instants)
        place = np.maximum(np.searchsorted(self.opens, instants, side="right") - 1, 0)
        inside = np.clip(instants - self.opens[place], 0, (self.closes - self.opens)[place])
        found: Instants = self.before[place] + inside
        return found

    def instant(self, elapsed: Instants) -> Instants:
        """The earliest instant by which so much open time has passed; each must lie in (0, ``before[-1]``]."""
        place = np.searchsorted(self.before[1:], elapsed, side="left")
        found: Instants = self.opens[place] + (elapsed - self.before[place])
        return found


def merged(opens: Instants, closes: Instants) -> Openings:
    """Openings of sorted, non-overlapping stretches: empty ones left out, those that meet joined."""
    real = closes > opens
    opens, closes = opens[real], closes[real]
    if not opens.size:
        return Openings(opens, closes)
    fresh = np.concatenate([[True], opens[1:] > closes[:-1]])
    last = np.concatenate([fresh[1:], [True]])
    return Openings(opens[fresh], closes[last])
