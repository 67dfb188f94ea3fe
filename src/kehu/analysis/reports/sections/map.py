"""How do cases flow, and where does the time go?"""

from __future__ import annotations

from kehu.analysis.mining.flow import Edge, FlowGraph
from kehu.analysis.reports.blocks import Picture, Section, Table, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.map import Arrow, Box, process_map

_STEPS, _COVER, _ARROWS, _LISTED, _HOT = 16, 0.9, 34, 8, 3


def map_section(facts: Facts, t: Words) -> Section:
    """The map of what happens most, and the arrows on which most time passes."""
    edges = [edge for edge in facts.flow.edges if not _is_close(edge, facts)]
    slow = sorted((edge for edge in edges if edge.count >= FEW), key=lambda edge: -edge.total_s)
    question = t("How do cases flow, and where does the time go?")
    shown, kept = _kept(facts.flow, slow[:_HOT])
    picture = _picture(facts, shown, kept, slow[0] if slow else None, t)
    if not slow or not slow[0].total_s:
        return Section("map", question, t("No time passes between the steps of this log"), (picture,))
    total = sum(edge.total_s for edge in edges)
    worst, share = slow[0], t.percent(slow[0].total_s / total)
    if worst.source == worst.target:
        title = t("Most time passes until “%(a)s” is done again: %(share)s of all time", a=worst.source, share=share)
    else:
        title = t(
            "Most time passes between “%(a)s” and “%(b)s”: %(share)s of all time",
            a=worst.source,
            b=worst.target,
            share=share,
        )
    return Section("map", question, title, (picture, _legend(facts, shown, kept, t), _table(slow, total, t)))


def _is_close(edge: Edge, facts: Facts) -> bool:
    """Whether the arrow is the timer after the customer's end, whose time is nobody's."""
    close = facts.close if facts.durations.end_from == "suggested" else None
    return close is not None and edge.target == close.close


def _kept(flow: FlowGraph, hot: list[Edge]) -> tuple[list[str], list[Edge]]:
    """The most frequent steps and, of the arrows between them, the heaviest at each step and the heaviest of all."""
    least = max(FEW, 0.02 * flow.cases) if flow.cases >= 50 else 1
    named = {name for edge in hot for name in (edge.source, edge.target)}
    frequent = [a.name for a in flow.activities if a.count >= least and a.name not in named]
    shown = sorted(named) + frequent[: _STEPS - len(named)]
    inside = [e for e in flow.edges if e.source in shown and e.target in shown and e.count >= min(least, FEW)]
    chosen = {(edge.source, edge.target): edge for edge in hot}
    ends: set[tuple[str, str]] = set()
    for edge in inside:
        if edge.source != edge.target and not {("out", edge.source), ("in", edge.target)} <= ends:
            chosen[edge.source, edge.target] = edge
            ends |= {("out", edge.source), ("in", edge.target)}
    total = sum(edge.count for edge in inside)
    for edge in inside:
        if len(chosen) < _ARROWS and sum(e.count for e in chosen.values()) < _COVER * total:
            chosen[edge.source, edge.target] = edge
    joined = {name for edge in chosen.values() for name in (edge.source, edge.target)}
    return [name for name in shown if name in joined] or shown[:1], list(chosen.values())


def _picture(facts: Facts, shown: list[str], kept: list[Edge], worst: Edge | None, t: Words) -> Picture:
    spot = {name: i for i, name in enumerate(shown)}
    counts = {a.name: a for a in facts.flow.activities}
    most = max(a.count for a in facts.flow.activities)
    times = [edge.median_s for edge in kept if not _is_close(edge, facts)]
    longest = max(times, default=0.0) or 1.0
    boxes = [Box(name, t.count(counts[name].count), counts[name].count / most) for name in shown]
    arrows = [
        Arrow(
            spot[edge.source],
            spot[edge.target],
            edge.count / most,
            0.0 if _is_close(edge, facts) else edge.median_s / longest,
            _label(edge, t),
            alert=edge is worst,
        )
        for edge in kept
    ]
    for index, ends in ((-1, facts.flow.starts), (-2, facts.flow.ends)):
        least = max(0.05 * facts.cases, min(FEW, facts.cases / 10))
        many = [(name, count) for name, count in ends.items() if name in spot and count >= least]
        for name, count in many or [(n, c) for n, c in ends.items() if n in spot][:1]:
            pair = (index, spot[name]) if index == -1 else (spot[name], index)
            arrows.append(Arrow(*pair, count / most, 0.0, t.count(count)))
    described = t("The process map: boxes are steps with the number of times they were done, arrows the ways between")
    return Picture(process_map(boxes, arrows, described), described)


def _label(edge: Edge, t: Words) -> str:
    """Number and median; the number alone on loops, which are small."""
    if edge.source == edge.target:
        return t.count(edge.count)
    return f"{t.count(edge.count)} · {t.time(edge.median_s)}"


def _legend(facts: Facts, shown: list[str], kept: list[Edge], t: Words) -> Text:
    total = sum(edge.count for edge in facts.flow.edges)
    return Text(
        t(
            "Shown are %(steps)s of %(all_steps)s steps and %(arrows)s of %(all_arrows)s ways: %(share)s of all "
            "transitions. An arrow bears their number and the median time from the end of one step to the end of "
            "the next; the thicker, the more; the darker, the longer; amber where most time passes in all.",
            steps=t.count(len(shown)),
            all_steps=t.count(len(facts.flow.activities)),
            arrows=t.count(len(kept)),
            all_arrows=t.count(len(facts.flow.edges)),
            share=t.percent(sum(edge.count for edge in kept) / total if total else 1.0),
        ),
        "evidence",
    )


def _table(slow: list[Edge], total: float, t: Words) -> Table:
    head = (t("From"), t("To"), t("n"), t("Median"), t("Mean"), t("Nine in ten within"), t("Share of all time"))
    rows = tuple(
        (
            edge.source,
            edge.target,
            t.count(edge.count),
            t.time(edge.median_s),
            t.time(edge.mean_s),
            t.time(edge.p90_s),
            t.percent(edge.total_s / total),
        )
        for edge in slow[:_LISTED]
    )
    return Table(head, rows, numbers=2, note=t("Time from the end of one step to the end of the next, work included."))
