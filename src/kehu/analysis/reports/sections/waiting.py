"""Why does work wait?"""

from __future__ import annotations

from kehu.analysis.mining.waiting import Waits
from kehu.analysis.reports.blocks import Block, Picture, Section, Table, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.charts import Bar, bars

_LISTED = 8


def waiting_section(facts: Facts, t: Words) -> Section:
    """The five causes, whose parts sum to the wait exactly; impossible without start times."""
    question = t("Why does work wait?")
    total = facts.waiting.total
    if not facts.waiting.calendar or not total.wait_us:
        return Section("waiting", question, t("Cannot tell why work waits"), tuple(_why_not(facts, t)))
    names = cause_names(t)
    causes = sorted(total.by_cause_s.items(), key=lambda item: -item[1])
    seconds, whole = causes[0][1], total.wait_us / 1e6
    title = _title(total, t)
    rows = [
        Bar(names[cause], value / (seconds or 1.0), f"{t.percent(value / whole)} · {t.time(value / total.n)}")
        for cause, value in causes
    ]
    described = t("Share of each cause in all waiting, and its mean per step")
    blocks: list[Block] = [Picture(bars(rows, described), described), _sum(facts, t), *_table(facts, names, t)]
    return Section("waiting", question, title, (*blocks, *_why_not(facts, t)))


def _title(total: Waits, t: Words) -> str:
    """The largest cause in working hours; nights and weekends are long everywhere, so they are told apart from it."""
    causes, meanings = total.by_cause_s, _meanings(t)
    away = causes.pop("unavailability")
    at_work = sum(causes.values())
    if not at_work:
        return t("Work waits only outside working hours, %(time)s a step", time=t.time(away / total.n))
    first = max(causes, key=lambda cause: causes[cause])
    share = t.percent(causes[first] / at_work)
    if not away:
        return t("%(share)s of all waiting is %(cause)s", share=share, cause=meanings[first])
    return t(
        "In working hours, %(share)s of the waiting is %(cause)s; nights and weekends add %(time)s a step",
        share=share,
        cause=meanings[first],
        time=t.time(away / total.n),
    )


def cause_names(t: Words) -> dict[str, str]:
    """The five causes as labels."""
    return {
        "contention": t("Contention"),
        "prioritisation": t("Prioritisation"),
        "unavailability": t("Unavailability"),
        "batching": t("Batching"),
        "extraneous": t("Extraneous"),
    }


def _meanings(t: Words) -> dict[str, str]:
    """What each cause means, to end a sentence with."""
    return {
        "contention": t("work that came earlier and keeps the person busy (contention)"),
        "prioritisation": t("work that came later and was taken first (prioritisation)"),
        "unavailability": t("time at which the person is not at work (unavailability)"),
        "batching": t("work collected to be done in one go (batching)"),
        "extraneous": t("not explained by people, queue or batch (extraneous)"),
    }


def _sum(facts: Facts, t: Words) -> Text:
    total = facts.waiting.total
    hours = (
        t("The working hours were found in the log, each person's own.")
        if facts.waiting.calendar != "given"
        else t("The working hours are those of the given calendar.")
    )
    added = t(
        "n = %(n)s steps that followed another; mean wait %(mean)s. The five parts add up to it exactly.",
        n=t.count(total.n),
        mean=t.time(total.wait_us / 1e6 / total.n),
    )
    return Text(t.sentences(added, hours), "evidence")


def _table(facts: Facts, names: dict[str, str], t: Words) -> list[Block]:
    rows = [(name, waits) for name, waits in facts.waiting.by_activity if waits.n >= FEW and waits.wait_us]
    head = (t("Step"), t("n"), t("Mean wait"), t("Share of all waits"), *names.values())
    shown = tuple((name, *_row(waits, facts.waiting.total, t)) for name, waits in rows[:_LISTED])
    note = t("The causes are shares of the step's own wait.")
    return [Table(head, shown, note=note)] if shown else []


def _row(waits: Waits, total: Waits, t: Words) -> tuple[str, ...]:
    causes = tuple(t.percent(us / waits.wait_us) for us in waits.cause_us)
    mean = t.time(waits.wait_us / 1e6 / waits.n)
    return (t.count(waits.n), mean, t.percent(waits.wait_us / total.wait_us), *causes)


def _why_not(facts: Facts, t: Words) -> list[Text]:
    """The reasons, in the reader's language; each once however many figures it rules out."""
    reasons = dict.fromkeys(item.reason for item in facts.waiting.impossible)
    return [Text(t.said(reason) + t("."), "limit") for reason in reasons]
