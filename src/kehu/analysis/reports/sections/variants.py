"""How many ways are there through the process?"""

from __future__ import annotations

from kehu.analysis.reports.blocks import Block, Picture, Section, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.charts import strips

_SHOWN = 8
_MOST = 0.8


def variants_section(facts: Facts, t: Words) -> Section:
    """The most travelled ways, and how much they cover."""
    found = facts.variants.variants
    covered, needed = 0, 0
    while covered < _MOST * facts.cases:
        covered += found[needed].count
        needed += 1
    title = t.plural(
        "One way through the process covers %(share)s of the cases; there are %(all)s in all",
        "%(n)s ways through the process cover %(share)s of the cases; there are %(all)s in all",
        needed,
        share=t.percent(covered / facts.cases),
        all=t.count(len(found)),
    )
    rows = [
        (f"{t.percent(way.share)} · n = {t.count(way.count)} · {t.time(way.median_s)}", _shortened(way.activities, t))
        for way in found[:_SHOWN]
        if way.count >= FEW
    ]
    described = t("The most frequent ways: share of the cases, number of cases, median time to the last event, steps")
    blocks: list[Block] = [Picture(strips(rows, described), described)] if rows else []
    rare = [way.count for way in found if way.count < FEW]
    if rare:
        told = t.plural(
            "One way was taken by fewer than %(few)s cases; it is not shown.",
            "%(n)s ways were taken by fewer than %(few)s cases each, %(share)s of the cases; they are not shown.",
            len(rare),
            few=FEW,
            share=t.percent(sum(rare) / facts.cases),
        )
        blocks.append(Text(told))
    return Section("variants", t("How many ways are there through the process?"), title, tuple(blocks))


def _shortened(steps: tuple[str, ...], t: Words) -> tuple[str, ...]:
    """Repeats folded (``× 3``) and very long ways cut."""
    folded: list[list[object]] = []
    for step in steps:
        if folded and folded[-1][0] == step:
            folded[-1][1] = int(str(folded[-1][1])) + 1
        else:
            folded.append([step, 1])
    names = tuple(f"{step} × {times}" if times != 1 else str(step) for step, times in folded)
    return names if len(names) <= 14 else (*names[:13], t("and %(n)s more", n=t.count(len(names) - 13)))
