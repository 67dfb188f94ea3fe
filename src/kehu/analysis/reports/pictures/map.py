"""The process map: steps as boxes, ways as arrows, thick where many cases go, dark where they wait long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from kehu.analysis.reports.pictures.layers import Places, place
from kehu.analysis.reports.pictures.svg import (
    ALERT,
    BRAND,
    INK,
    PALE,
    PAPER,
    SOFT,
    measure,
    picture,
    rect,
    text,
    wrap,
)

Point: TypeAlias = tuple[float, float]
_NODE, _HEIGHT, _GAP, _MARGIN, _DOT = 142.0, 50.0, 50.0, 16.0, 16.0
_LOOP = 58.0


@dataclass(frozen=True)
class Box:
    """A step: its name, what is written under it, and how much of the most frequent step it has (0-1)."""

    name: str
    under: str
    share: float = 0.0


@dataclass(frozen=True)
class Arrow:
    """A way between boxes by their index; ``-1`` is where cases begin, ``-2`` where they end.

    ``weight`` (0-1) makes it thick, ``dark`` (0-1) dark; ``label`` stands on it; ``alert`` marks the one that matters.
    """

    source: int
    target: int
    weight: float
    dark: float
    label: str = ""
    alert: bool = False


def process_map(boxes: Sequence[Box], arrows: Sequence[Arrow], described: str) -> str:
    """Draw the map. Every box should have an arrow; what stands apart is drawn apart."""
    start, end = len(boxes), len(boxes) + 1
    drawn = [replace(a, source=_at(a.source, start, end), target=_at(a.target, start, end)) for a in arrows]
    loops = [a for a in drawn if a.source == a.target]
    arcs = {(a.source, a.target): a.weight for a in drawn if a.source != a.target}
    looped = {a.source for a in loops}
    widths = [_NODE + (2 * _LOOP if i in looped else 0) for i in range(len(boxes))] + [_DOT, _DOT]
    places = place(widths, arcs, node_height=_HEIGHT, gap=_GAP)
    ports = _ports(places, len(boxes))
    body = [
        _arrow(a, ports[a.source, a.target]) for a in sorted(drawn, key=lambda a: (a.alert, a.weight)) if a not in loops
    ]
    body += [_loop(a, places.centres[a.source]) for a in loops]
    body += [_box(box, places.centres[i]) for i, box in enumerate(boxes)]
    body += [_dot(places.centres[start], filled=True), _dot(places.centres[end], filled=False)]
    body += _labels(drawn, ports, places)
    shifted = f'<g transform="translate({_MARGIN} {_MARGIN})">{"".join(body)}</g>'
    return picture(places.width + 2 * _MARGIN, places.height + 2 * _MARGIN, [_HEADS, shifted], described)


def _at(index: int, start: int, end: int) -> int:
    return {-1: start, -2: end}.get(index, index)


def _ports(places: Places, real: int) -> dict[tuple[int, int], list[Point]]:
    """Every route from the edge of its source's box to its target's, side by side where several meet."""
    meeting: dict[tuple[int, str], list[tuple[float, tuple[int, int], int]]] = {}
    for arc, route in places.routes.items():
        down = route[-1][1] > route[0][1]
        meeting.setdefault((arc[0], "below" if down else "above"), []).append((route[1][0], arc, 0))
        meeting.setdefault((arc[1], "above" if down else "below"), []).append((route[-2][0], arc, -1))
    found = {arc: list(route) for arc, route in places.routes.items()}
    for (node, side), arcs in meeting.items():
        x, y = places.centres[node]
        reach = (0.7 * _NODE if node < real else 0.0) / max(len(arcs), 1)
        height = (_HEIGHT if node < real else _DOT) / 2
        for i, (_, arc, end) in enumerate(sorted(arcs)):
            spread = min(reach, 26.0) * (i - (len(arcs) - 1) / 2)
            found[arc][end] = (x + spread, y + (height if side == "below" else -height))
    return found


def _curve(route: list[Point]) -> str:
    """A smooth way through the points that leaves and arrives upright."""
    x, y = route[0]
    parts = [f"M{x:.1f} {y:.1f}"]
    for nx, ny in route[1:]:
        bend = (ny - y) * 0.45
        parts.append(f"C{x:.1f} {y + bend:.1f} {nx:.1f} {ny - bend:.1f} {nx:.1f} {ny:.1f}")
        x, y = nx, ny
    return " ".join(parts)


def _arrow(arrow: Arrow, route: list[Point]) -> str:
    colour, head = _ink(arrow)
    return (
        f'<path d="{_curve(_short(route))}" fill="none" stroke="{colour}" stroke-width="{_thick(arrow):.1f}" '
        f'marker-end="url(#{head})"/>'
    )


def _short(route: list[Point]) -> list[Point]:
    """The way without its last few points of height: the head stands there."""
    (x, y), (_, before) = route[-1], route[-2]
    return [*route[:-1], (x, y - (7 if y > before else -7))]


def _thick(arrow: Arrow) -> float:
    return 1.0 + 5.0 * arrow.weight


def _ink(arrow: Arrow) -> tuple[str, str]:
    if arrow.alert:
        return ALERT, "head-alert"
    level = 0 if arrow.dark < 0.15 else 1 if arrow.dark < 0.5 else 2
    return ("#b9c6c5", "#5f9997", BRAND)[level], f"head-{level}"


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    )


_HEADS = (
    "<defs>"
    + _head("head-0", "#b9c6c5")
    + _head("head-1", "#5f9997")
    + _head("head-2", BRAND)
    + _head("head-alert", ALERT)
    + "</defs>"
)


def _loop(arrow: Arrow, centre: Point) -> str:
    x, y = centre[0] + _NODE / 2, centre[1]
    colour, head = _ink(arrow)
    way = f"M{x:.1f} {y - 11:.1f} C{x + 30:.1f} {y - 22:.1f} {x + 30:.1f} {y + 20:.1f} {x + 7:.1f} {y + 11:.1f}"
    drawn = (
        f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{_thick(arrow):.1f}" marker-end="url(#{head})"/>'
    )
    return drawn + text(x + 26, y + 4, arrow.label, size=10, fill=SOFT)


def _box(box: Box, centre: Point) -> str:
    x, y = centre[0] - _NODE / 2, centre[1] - _HEIGHT / 2
    lines = wrap(box.name, 11.5, _NODE - 14)
    first = centre[1] + (-3 if len(lines) == 1 else -10)
    bar = rect(x + 8, y + _HEIGHT - 4, (_NODE - 16) * box.share, 2, BRAND) if box.share else ""
    names = [
        text(centre[0], first + 13 * i, one, size=11.5, anchor="middle", weight=600) for i, one in enumerate(lines)
    ]
    under = text(centre[0], centre[1] + 17, box.under, size=10, anchor="middle", fill=SOFT)
    return rect(x, y, _NODE, _HEIGHT, PALE, radius=6, stroke="#9dbdbb") + "".join(names) + under + bar


def _dot(centre: Point, *, filled: bool) -> str:
    x, y = centre
    inner = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{INK}"/>' if not filled else ""
    paint = INK if filled else PAPER
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{paint}" stroke="{INK}" stroke-width="1.5"/>{inner}'


def _labels(arrows: list[Arrow], ports: dict[tuple[int, int], list[Point]], places: Places) -> list[str]:
    """Labels on the arrows where they hide neither a box nor another label; the heavier arrow chooses first."""
    taken = [(x - _NODE / 2, y - _HEIGHT / 2, x + _NODE / 2, y + _HEIGHT / 2) for x, y in places.centres.values()]
    drawn = []
    wanted = [a for a in arrows if a.label and a.source != a.target]
    for arrow in sorted(wanted, key=lambda a: (not a.alert, -a.weight)):
        width = measure(arrow.label, 10) + 6
        for x, y in _spots(ports[arrow.source, arrow.target]):
            box = (x - width / 2, y - 8, x + width / 2, y + 6)
            if all(box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken):
                taken.append(box)
                colour = ALERT if arrow.alert else INK
                back = rect(box[0], box[1], width, 14, PAPER, radius=3)
                drawn.append(back + text(x, y + 3, arrow.label, size=10, anchor="middle", fill=colour))
                break
    return drawn


def _spots(route: list[Point]) -> list[Point]:
    """Points along a way where its label may stand, the middle first."""
    spots = []
    for share in (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8):
        along = share * (len(route) - 1)
        i = min(int(along), len(route) - 2)
        t = along - i
        (x0, y0), (x1, y1) = route[i], route[i + 1]
        smooth = 3 * (1 - t) ** 2 * t * x0 + (1 - t) ** 3 * x0 + 3 * (1 - t) * t**2 * x1 + t**3 * x1
        spots.append((smooth, _upright(y0, y1, t)))
    return spots


def _upright(y0: float, y1: float, t: float) -> float:
    bend = (y1 - y0) * 0.45
    return (1 - t) ** 3 * y0 + 3 * (1 - t) ** 2 * t * (y0 + bend) + 3 * (1 - t) * t**2 * (y1 - bend) + t**3 * y1
