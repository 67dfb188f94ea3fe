"""Heat matrix, bars, histogram and strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kehu.analysis.reports.pictures.svg import (
    ALERT,
    BRAND,
    INK,
    LINE,
    PALE,
    SOFT,
    fit,
    line,
    measure,
    picture,
    rect,
    shade,
    text,
    wrap,
)

WIDTH = 720.0


@dataclass(frozen=True)
class Cell:
    """A cell of a matrix: ``share`` (0-1) of the largest colours it, two lines of text stand in it."""

    share: float
    text: str
    under: str = ""
    alert: bool = False


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: dict[tuple[int, int], Cell],
    giver: str,
    taker: str,
    described: str,
) -> str:
    """Who hands to whom: givers down the side, takers along the top."""
    side = min(max(measure(name, 12) for name in rows) + 16, 190.0)
    wide = min((WIDTH - side) / max(len(columns), 1), 120.0)
    high, top = 42.0, 58.0
    body = [text(0, 14, f"{giver} ↓", size=11, fill=SOFT), text(side, 14, f"{taker} →", size=11, fill=SOFT)]
    for j, name in enumerate(columns):
        lines = wrap(name, 11, wide - 8)
        body += [
            text(side + wide * (j + 0.5), top - 8 - 13 * (len(lines) - 1 - k), one, size=11, anchor="middle")
            for k, one in enumerate(lines)
        ]
    for i, name in enumerate(rows):
        body.append(text(side - 10, top + high * (i + 0.5) + 4, fit(name, 12, side - 14), anchor="end"))
        for j in range(len(columns)):
            body += _cell(cells.get((i, j)), side + wide * j, top + high * i, wide, high)
    return picture(WIDTH, top + high * len(rows) + 4, body, described)


def _cell(cell: Cell | None, x: float, y: float, wide: float, high: float) -> list[str]:
    if cell is None:
        return [rect(x + 1, y + 1, wide - 2, high - 2, "#f6f4ee", radius=3)]
    fill, ink = shade(cell.share)
    edge = ALERT if cell.alert else ""
    return [
        rect(x + 1, y + 1, wide - 2, high - 2, fill, radius=3, stroke=edge),
        text(x + wide / 2, y + high / 2 - 1, fit(cell.text, 12, wide - 6), anchor="middle", fill=ink, weight=600),
        text(x + wide / 2, y + high / 2 + 13, fit(cell.under, 9.5, wide - 6), size=9.5, anchor="middle", fill=ink),
    ]


@dataclass(frozen=True)
class Bar:
    """A bar: ``share`` (0-1) of the longest; ``parts`` split it (0-1 of the bar); ``text`` stands at its end."""

    name: str
    share: float
    text: str
    alert: bool = False
    low: float | None = None
    high: float | None = None


def bars(items: Sequence[Bar], described: str) -> str:
    """Horizontal bars from zero, the value at each end; an interval as a thin line where there is one."""
    side = min(max((measure(item.name, 12) for item in items), default=0) + 14, 240.0)
    tail = max((measure(item.text, 12) for item in items), default=0) + 14
    room, high = WIDTH - side - tail, 27.0
    body = []
    for i, item in enumerate(items):
        y = high * i
        reach = max(room * item.share, 1.0)
        body.append(text(side - 8, y + 17, fit(item.name, 12, side - 12), anchor="end"))
        body.append(rect(side, y + 5, reach, 17, ALERT if item.alert else BRAND, radius=2))
        end = reach
        if item.low is not None and item.high is not None:
            end = max(end, room * item.high)
            body.append(
                line(side + room * item.low, y + 13.5, side + room * item.high, y + 13.5, stroke=INK, width=1.5)
            )
        body.append(text(side + end + 7, y + 18, item.text))
    body.append(line(side, 2, side, high * len(items), stroke=SOFT))
    return picture(WIDTH, high * len(items) + 4, body, described)


def histogram(bins: Sequence[tuple[str, int, str]], marks: Sequence[tuple[float, str]], described: str) -> str:
    """Columns from zero: (label, height, text above); ``marks`` are places in columns (2.5 = middle of the third)."""
    most = max((count for _, count, _ in bins), default=1) or 1
    wide, high, top = WIDTH / max(len(bins), 1), 130.0, 34.0 + 15.0 * max(len(marks) - 1, 0)
    body = [line(0, top + high, WIDTH, top + high, stroke=SOFT)]
    for i, (label, count, over) in enumerate(bins):
        tall = high * count / most
        body.append(rect(wide * i + 2, top + high - tall, wide - 4, tall, "#74aca9", radius=2))
        body.append(text(wide * (i + 0.5), top + high - tall - 4, over, size=9.5, anchor="middle", fill=SOFT))
        lines = wrap(label, 9.5, wide - 4)
        body += [
            text(wide * (i + 0.5), top + high + 14 + 11 * k, one, size=9.5, anchor="middle", fill=SOFT)
            for k, one in enumerate(lines)
        ]
    for k, (at, label) in enumerate(marks):
        x, y = wide * at, 14 + 15 * (len(marks) - 1 - k)
        body.append(line(x, y - 6, x, top + high, stroke=ALERT if k == 0 else INK, width=1.5))
        left = x > WIDTH / 2
        body.append(text(x + (-6 if left else 6), y, label, size=11, anchor="end" if left else "start"))
    return picture(WIDTH, top + high + 32, body, described)


def strips(rows: Sequence[tuple[str, Sequence[str]]], described: str) -> str:
    """Variants: what stands before each row, then its steps as chips in order, broken over lines where need be."""
    side = max((measure(label, 12) for label, _ in rows), default=0) + 16
    body, y = [], 0.0
    for label, steps in rows:
        body.append(text(0, y + 18, label))
        x = side
        for step in steps:
            name = fit(step, 10.5, 150)
            wide = measure(name, 10.5) + 14
            if x + wide > WIDTH:
                x, y = side, y + 26
            body += [rect(x, y + 4, wide, 20, PALE, radius=4), text(x + 7, y + 18, name, size=10.5)]
            x += wide + 5
        y += 30
        body.append(line(0, y, WIDTH, y, stroke=LINE))
        y += 4
    return picture(WIDTH, y + 2, body, described)
