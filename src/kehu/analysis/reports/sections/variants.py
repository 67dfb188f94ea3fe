"""How many ways are there through the process?"""

from __future__ import annotations

from kehu.analysis.reports.blocks import Picture, Section, Text
from kehu.analysis.reports.gather import Facts
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
    single = sum(variant.count == 1 for variant in found)
    title = t.plural(
        "One way through the process covers %(share)s of the cases; there are %(all)s in all",
        "%(n)s ways through the process cover %(share)s of the cases; there are %(all)s in all",
        needed,
        share=t.percent(covered / facts.cases),
        all=t.count(len(found)),
    )
    rows = []
    shown = [variant for variant in found[:_SHOWN] if variant.count > 1] or list(found[:3])
    for variant in shown:
        label = f"{t.percent(variant.share)} · n = {t.count(variant.count)} · {t.time(variant.median_s)}"
        rows.append((label, _shortened(variant.activities, t)))
    described = t("The most frequent ways: share of the cases, number of cases, median time to the last event, steps")
    rest = t.plural(
        "One way was taken by a single case only.",
        "%(n)s ways were taken by a single case only (%(share)s of the cases).",
        single,
        share=t.percent(single / facts.cases),
    )
    texts = (Text(described, "evidence"), Text(rest)) if single else (Text(described, "evidence"),)
    question = t("How many ways are there through the process?")
    return Section("variants", question, title, (Picture(strips(rows, described), described), *texts))


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
