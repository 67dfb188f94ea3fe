"""What is done twice, and what comes back?"""

from __future__ import annotations

from kehu.analysis.mining.rework import ReworkedActivity
from kehu.analysis.reports.blocks import Block, Picture, Section, Table, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW, share_interval
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.charts import Bar, bars
from kehu.analysis.reports.sections.people import ENOUGH

_SHOWN, _PAIRS = 8, 6


def rework_section(facts: Facts, t: Words) -> Section:
    """Steps repeated in a case with the time they took, and work that went to somebody and straight back."""
    found = facts.rework
    question = t("What is done twice, and what comes back?")
    shown = [step for step in found.by_activity if step.cases >= FEW]
    if not shown:
        return Section(
            "rework", question, t("No step is repeated often enough to speak of"), tuple(_pingpong(facts, t))
        )
    low, high = share_interval(found.cases, found.all_cases)
    title = t(
        "%(share)s of the cases repeat a step; repeating “%(step)s” takes them the most time",
        share=t.percent(found.share),
        step=shown[0].activity,
    )
    sure = t(
        "%(cases)s of %(all)s cases, 95%% interval %(interval)s. A repeat is every occurrence of a step in a case "
        "after its first; its time runs from the end of the step before to its own end.",
        cases=t.count(found.cases),
        all=t.count(found.all_cases),
        interval=t.percent_interval(low, high),
    )
    return Section(
        "rework", question, title, (_picture(shown, t), Text(sure, "evidence"), _table(shown, t), *_pingpong(facts, t))
    )


def _picture(shown: list[ReworkedActivity], t: Words) -> Picture:
    longest = shown[0].total_s or 1.0
    rows = [
        Bar(
            step.activity, step.total_s / longest, f"{t.time(step.total_s)} · n = {t.count(step.repeats)}", alert=i == 0
        )
        for i, step in enumerate(shown[:_SHOWN])
    ]
    described = t("Time that repeats took in all, and their number")
    return Picture(bars(rows, described), described)


def _table(shown: list[ReworkedActivity], t: Words) -> Table:
    head = (
        t("Step"),
        t("Cases that repeat it"),
        t("Share"),
        t("95% interval"),
        t("Repeats"),
        t("At once"),
        t("Median"),
    )
    rows = []
    for step in shown[:_SHOWN]:
        low, high = share_interval(step.cases, step.cases_with)
        rows.append(
            (
                step.activity,
                t("%(n)s of %(all)s", n=t.count(step.cases), all=t.count(step.cases_with)),
                t.percent(step.share),
                t.percent_interval(low, high),
                t.count(step.repeats),
                t.percent(step.immediate / step.repeats),
                t.time(step.median_s),
            )
        )
    return Table(head, tuple(rows), note=t("“At once”: the share of repeats that follow the same step directly."))


def _pingpong(facts: Facts, t: Words) -> list[Block]:
    """Work that went to somebody and came straight back; people by their numbers."""
    found, names = facts.pingpong, facts.pseudonyms(t)
    if found is None or facts.named < ENOUGH:
        return []
    low, high = share_interval(found.cases, found.all_cases)
    said = t(
        "Ping-pong between people: in %(share)s of the cases (%(n)s of %(all)s, 95%% interval %(interval)s) work went "
        "from A to B and straight back to A.",
        share=t.percent(found.share),
        n=t.count(found.cases),
        all=t.count(found.all_cases),
        interval=t.percent_interval(low, high),
    )
    head = (t("Gave and had back"), t("Times"), t("Median until back"), t("Mean"))
    rows = tuple(
        (f"{names[p.owner]} ⇄ {names[p.via]}", t.count(p.count), t.time(p.median_s), t.time(p.mean_s))
        for p in found.pairs[:_PAIRS]
        if p.count >= FEW
    )
    return [Text(said), Table(head, rows)] if rows else [Text(said)]
