"""How long does it take until the customer has what they came for?"""

from __future__ import annotations

from bisect import bisect_right
from math import log2

from kehu.analysis.mining.durations import Durations
from kehu.analysis.reports.blocks import Block, Figures, Picture, Section, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW, median_interval
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.charts import histogram


def time_section(facts: Facts, t: Words) -> Section:
    """The customer's time: distribution, median with its interval, and why it ends where it ends."""
    whole = facts.durations.customer
    question = t("How long does it take the customer?")
    if whole.cases < FEW:
        title = t("Cannot tell how long cases take: there are only %(n)s of them", n=t.count(whole.cases))
        return Section("time", question, title, ())
    title = t(
        "Half of the cases are over for the customer within %(median)s; one in ten takes longer than %(p90)s",
        median=t.time(whole.median_s),
        p90=t.time(whole.p90_s),
    )
    blocks: list[Block] = [_figures(facts, t), _picture(whole, t)]
    return Section("time", question, title, (*blocks, *_end(facts, t), *_business(facts, t)))


def _figures(facts: Facts, t: Words) -> Figures:
    whole = facts.durations.customer
    low, high = median_interval(facts.customer_s)
    n = t("n = %(n)s", n=t.count(whole.cases))
    sure = t("%(n)s, 95%% interval %(interval)s", n=n, interval=t.interval(low, high))
    figures = [
        (t.time(whole.median_s), t("median"), sure),
        (t.time(whole.mean_s), t("mean"), n),
        (t.time(whole.p90_s), t("nine in ten are over within"), n),
    ]
    if facts.over_at is not None:
        figures.append((t.time(facts.durations.clock.median_s), t("median to the last event"), n))
    return Figures(tuple(figures))


def _picture(whole: Durations, t: Words) -> Picture:
    bins = list(whole.distribution)
    used = [i for i, (_, _, count) in enumerate(bins) if count]
    bins = bins[used[0] : used[-1] + 1]
    columns = [(_label(low, high, t), count, t.count(count) if count else "") for low, high, count in bins]
    marks = [
        (_place(whole.median_s, bins), t("median %(time)s", time=t.time(whole.median_s))),
        (_place(whole.p90_s, bins), t("nine in ten: %(time)s", time=t.time(whole.p90_s))),
    ]
    described = t("Number of cases by their time until the customer's end")
    return Picture(histogram(columns, marks, described), described)


def _label(low: int, high: int | None, t: Words) -> str:
    if high is None:
        return t("over %(time)s", time=t.round_time(low))
    if low == 0:
        return t("under %(time)s", time=t.round_time(high))
    return t.round_interval(low, high)


def _place(seconds: float, bins: list[tuple[int, int | None, int]]) -> float:
    """Where a time stands on the histogram's axis, in columns; logarithmic inside a column."""
    i = max(bisect_right([low for low, _, _ in bins], seconds) - 1, 0)
    low, high, _ = bins[i]
    if high is None or not low:
        return i + (0.5 if high is None else min(seconds / high, 1.0))
    return i + log2(max(seconds, low) / low) / log2(high / low)


def _end(facts: Facts, t: Words) -> list[Text]:
    found, end = facts.close, facts.over_at
    if found is not None and facts.durations.end_from == "suggested":
        proof = t(
            "“%(close)s” is no work but a timer running out: in %(after)s of %(n)s cases it follows "
            "“%(end)s” directly, after %(median)s in the middle, and %(piled)s of these lags lie within a thousandth "
            "of %(timers)s.",
            close=found.close,
            end=found.end,
            after=t.count(found.after_end),
            n=t.count(found.occurrences),
            median=t.time(found.median_lag_s),
            piled=t.percent(found.piled),
            timers=t.listed([t.time(lag) for lag in found.timers_s]),
        )
        sooner = t("Only %(share)s are shorter.", share=t.percent(found.sooner)) if found.sooner else ""
        counted = t(
            "So the customer's time is counted to “%(end)s”; to the last event the median would be %(clock)s.",
            end=found.end,
            clock=t.time(facts.durations.clock.median_s),
        )
        told = t.sentences(proof, sooner, counted)
        return [
            Text(told),
            Text(t("If that is wrong, name another step: in the log's settings, or with --end."), "evidence"),
        ]
    if end is not None:
        return [Text(t("The customer's time is counted to “%(end)s”, as you said.", end=end))]
    return [Text(t("The customer's time is counted to the last event of the case: no step looks like a mere close."))]


def _business(facts: Facts, t: Words) -> list[Text]:
    if facts.log.header.zone is None:
        lacking = t(
            "No figure in business time: the log's times name no zone. "
            "Name it in the log's settings, or with --timezone."
        )
        return [Text(lacking, "limit")]
    return []
