"""A page as a value: what the title answers, the picture, the evidence, and what cannot be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kehu.web.ui.parts import Chart, Figure, Table


@dataclass(frozen=True)
class Missing:
    """Something that this log cannot tell, and why; ``remedy`` what would make it possible."""

    what: str
    why: str


@dataclass(frozen=True)
class Page:
    """What one screen shows. ``more`` holds what only its own template knows of."""

    title: str
    lead: str = ""
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    missing: Sequence[Missing] = ()
    notes: Sequence[str] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def exports(self) -> Iterator[Table]:
        """Every table that can be taken away as a file: those shown, and those behind the pictures."""
        yield from self.tables
        yield from (chart.table for chart in self.charts)

    def table(self, key: str) -> Table | None:
        """The table of that key."""
        return next((table for table in self.exports() if table.key == key), None)
