"""From measures to a report: sections in the order a reader asks, and the answers in short on top."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kehu.analysis.reports.blocks import Report
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.language import HTML_LANGUAGE, Words
from kehu.analysis.reports.sections.limits import limits_section
from kehu.analysis.reports.sections.map import map_section
from kehu.analysis.reports.sections.people import people_section
from kehu.analysis.reports.sections.rework import rework_section
from kehu.analysis.reports.sections.time import time_section
from kehu.analysis.reports.sections.variants import variants_section
from kehu.analysis.reports.sections.waiting import waiting_section
from kehu.analysis.reports.sections.walls import walls_section

_SECTIONS = (
    time_section,
    map_section,
    walls_section,
    waiting_section,
    rework_section,
    people_section,
    variants_section,
    limits_section,
)


def compose(facts: Facts, t: Words, *, made: datetime | None = None) -> Report:
    """The report of measured facts in one language. ``made`` is the moment named in its foot, now by default."""
    sections = tuple(section for make in _SECTIONS if (section := make(facts, t)) is not None)
    return Report(
        language=HTML_LANGUAGE[t.language],
        title=t("Where the customer's time goes: %(source)s", source=_source(facts)),
        about=_about(facts, t),
        findings=tuple((s.key, s.title) for s in sections if s.key != "limits"),
        sections=sections,
        words=_words(t),
        labels={"short": t("In short"), "words": t("Words used here"), "by": t("Made by Kehu")},
        made=f"{made or datetime.now(UTC):%Y-%m-%d}",
    )


def _source(facts: Facts) -> str:
    return facts.log.header.source.removesuffix(".parquet") or "?"


def _about(facts: Facts, t: Words) -> tuple[str, ...]:
    zone = ZoneInfo(facts.log.header.zone) if facts.log.header.zone else UTC
    first, last = (f"{datetime.fromtimestamp(moment / 1e6, zone):%Y-%m-%d}" for moment in facts.span)
    size = t(
        "%(cases)s cases, %(events)s events, %(steps)s steps",
        cases=t.count(facts.cases),
        events=t.count(facts.flow.events),
        steps=t.count(sum(a.count > 0 for a in facts.flow.activities)),
    )
    return (size, f"{first} – {last}", t("People appear under numbers; groups under five are hidden."))


def _words(t: Words) -> tuple[tuple[str, str], ...]:
    return (
        (t("case"), t("one matter of one customer, from its first recorded event to its last")),
        (t("handover"), t("a change of owner inside a case: the next step is done by somebody else")),
        (t("wall between departments"), t("a handover between departments at which work lies and waits")),
        (t("variant"), t("a sequence of steps that at least one case took from beginning to end")),
        (t("median"), t("half of the cases lie below, half above; a few extreme ones do not move it")),
        (t("95% interval"), t("where the figure would lie in 95 of 100 such logs; narrow means sure")),
    )
