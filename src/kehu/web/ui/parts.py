"""What a screen is made of, as values: a figure, a table, a chart. Views build them, templates draw them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from kehu.web.ui import formats

Kind = Literal["text", "name", "count", "duration", "share", "number", "moment", "steps", "written"]

LEAST_FOR_A_FIGURE = 5
"""Below this many cases a figure says 'cannot tell'."""


@dataclass(frozen=True)
class Figure:
    """A number that is never alone: ``n`` cases behind it, an interval, what it is compared with.

    ``value`` is already written for the reader; ``None`` or too small an ``n`` shows 'cannot tell (n = 7)'.
    ``against`` is the sentence of the comparison; without one that can be made it says why.
    """

    name: str
    value: str | None
    n: int | None = None
    of: str = ""
    interval: str = ""
    against: str = ""
    href: str = ""
    hero: bool = False
    always: bool = False

    @property
    def unknown(self) -> bool:
        """Whether there is too little to tell; counts (``always``) are true at any size."""
        return self.value is None or (not self.always and self.n is not None and self.n < LEAST_FOR_A_FIGURE)

    @property
    def beside(self) -> str:
        """The small line under the value: n, interval, comparison."""
        counted = _("n = %(n)s") % {"n": formats.number(self.n)} if self.n is not None else ""
        return " · ".join(part for part in (self.of or counted, self.interval, self.against) if part)


@dataclass(frozen=True)
class Column:
    """One column: the key of its value in a row, its heading, how it is written, whether a bar shows its size."""

    key: str
    label: str
    kind: Kind = "text"
    bar: bool = False
    hot: bool = False
    hint: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the values stand to the right."""
        return self.kind in {"count", "duration", "share", "number", "written"}

    @property
    def heading(self) -> str:
        """The heading in an exported file, where a length of time is in seconds."""
        return _("%(label)s (s)") % {"label": self.label} if self.kind == "duration" else self.label

    def write(self, value: Any) -> str:
        """The value as the reader sees it."""
        if value is None:
            return formats.NOTHING
        match self.kind:
            case "count":
                return formats.number(value)
            case "duration":
                return formats.duration(value)
            case "share":
                return formats.share(value)
            case "number":
                return formats.significant(value)
            case "moment":
                return formats.moment(value)
            case _:
                return str(value)


@dataclass(frozen=True)
class Cell:
    """One cell, ready to draw; ``bar`` is 0 to 100, ``steps`` the coloured strip of a variant."""

    text: str
    column: Column
    href: str = ""
    bar: float | None = None
    steps: Sequence[Any] = ()


@dataclass(frozen=True)
class Table:
    """Rows of plain values under columns. A row's ``href`` opens what stands behind it.

    A screen shows the first ``shown`` rows; the files hold all.
    """

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    caption: str = ""
    empty: str = ""
    shown: int = 100

    @property
    def body(self) -> Iterator[tuple[str, list[Cell]]]:
        """Every row as (href, cells); the first cell carries the link."""
        most = {column.key: self._most(column) for column in self.columns if column.bar}
        for row in self.rows:
            href = str(row.get("href") or "")
            yield (
                href,
                [
                    Cell(
                        text=column.write(row.get(column.key)),
                        column=column,
                        href=href if place == 0 else str(row.get(f"{column.key}_href") or ""),
                        bar=_part(row.get(column.key), most.get(column.key)),
                        steps=row.get(column.key) or () if column.kind == "steps" else (),
                    )
                    for place, column in enumerate(self.columns)
                ],
            )

    def _most(self, column: Column) -> float:
        return max((abs(float(row[column.key])) for row in self.rows if row.get(column.key) is not None), default=0.0)


@dataclass(frozen=True)
class Series:
    """One line or set of bars; ``low`` and ``high`` draw its interval."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


@dataclass(frozen=True)
class Chart:
    """A picture with a sentence as its title and the table behind it.

    ``unit`` is written after each value (``"%(value)s d"``); values are in that unit already. At most five series.
    ``links`` gives for each place on the axis the address of the cases behind it.
    """

    key: str
    kind: Literal["line", "bars", "rows", "stack"]
    title: str
    labels: Sequence[str]
    series: tuple[Series, ...]
    axis: str
    unit: str = "%(value)s"
    note: str = ""
    links: Sequence[str] = ()
    height: Literal["short", "normal", "tall"] = "normal"
    marks: Sequence[tuple[str, str]] = ()

    @property
    def option(self) -> dict[str, Any]:
        """What the island draws from; nothing in it is a function or markup."""
        thousands, point = formats.separators()
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [
                {"name": one.name, "values": list(one.values), "low": list(one.low), "high": list(one.high)}
                for one in self.series
            ],
            "unit": self.unit,
            "links": list(self.links),
            "marks": [list(mark) for mark in self.marks],
            "thousands": thousands,
            "point": point,
        }

    @property
    def table(self) -> Table:
        """The values of the picture as rows."""
        columns = (
            Column("label", self.axis, "name"),
            *(Column(f"s{place}", one.name, "number") for place, one in enumerate(self.series)),
        )
        rows = [
            {
                "label": label,
                "href": self.links[place] if place < len(self.links) else "",
                **{f"s{which}": one.values[place] for which, one in enumerate(self.series)},
            }
            for place, label in enumerate(self.labels)
        ]
        return Table(self.key, columns, rows)


def _part(value: Any, most: float | None) -> float | None:
    if not most or value is None:
        return None
    return round(100 * abs(float(value)) / most, 1)
