"""Between whom does work change hands? People under numbers."""

from __future__ import annotations

from kehu.analysis.mining.handovers import Handover
from kehu.analysis.reports.blocks import Section, Table, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW, median_interval
from kehu.analysis.reports.language import Words

_LISTED = 8
ENOUGH = 0.5
"""Where fewer of the events name a person, what is seen of handovers is an accident of recording."""


def people_section(facts: Facts, t: Words) -> Section | None:
    """Handovers between people: how many a case has, and where they cost most. Absent where nobody is named."""
    found = facts.people
    if found is None:
        return None
    question = t("Between whom does work change hands?")
    if facts.named < ENOUGH:
        title = t(
            "Cannot tell between whom work changes hands: only %(share)s of the events name a person",
            share=t.percent(facts.named),
        )
        return Section("people", question, title, ())
    ranked = sorted((h for h in found.handovers if h.count >= FEW), key=lambda h: -h.total_wait_s)
    mean = t.decimal(found.count / found.cases)
    title = t("A case changes hands %(mean)s times on average, and none stays with one person", mean=mean)
    if found.cases_with < found.cases:
        alone = t.percent(1 - found.cases_with / found.cases)
        title = t(
            "A case changes hands %(mean)s times on average; %(share)s of the cases stay with one person",
            mean=mean,
            share=alone,
        )
    if not ranked:
        return Section("people", question, title, ())
    few = t.plural(
        "One pair with fewer than %(few)s handovers is not shown.",
        "%(n)s pairs with fewer than %(few)s handovers are not shown.",
        len(found.handovers) - len(ranked),
        few=FEW,
    )
    return Section("people", question, title, (_table(facts, ranked, t), Text(few, "evidence")))


def _table(facts: Facts, ranked: list[Handover], t: Words) -> Table:
    names, total = facts.pseudonyms(t), sum(h.total_wait_s for h in ranked)
    rows = []
    for h in ranked[:_LISTED]:
        low, high = median_interval(facts.people_waits[h.source, h.target])
        share = t.percent(h.total_wait_s / total) if total else "–"
        pair = f"{names[h.source]} → {names[h.target]}"
        rows.append(
            (pair, t.count(h.count), t.time(h.median_wait_s), t.interval(low, high), share, t.percent(h.return_rate))
        )
    head = (t("Handover"), t("n"), t("Median wait"), t("95% interval"), t("Share of all waits"), t("Came back"))
    return Table(head, tuple(rows))
