"""Where does work wait between departments?"""

from __future__ import annotations

from kehu.analysis.mining.walls import Wall
from kehu.analysis.reports.blocks import Picture, Section, Table, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.intervals import FEW, median_interval
from kehu.analysis.reports.language import Words
from kehu.analysis.reports.pictures.charts import Cell, matrix

_SHOWN, _LISTED = 8, 10


def walls_section(facts: Facts, t: Words) -> Section:
    """The wall index: who waits longest for whom, as a matrix and as a list."""
    question = t("Where does work wait between departments?")
    if facts.walls is None:
        title = t("Cannot tell where walls stand: the log names no department")
        remedy = Text(
            t("Name its column when the log is read (--department), and the walls between departments appear."), "limit"
        )
        return Section("walls", question, title, (remedy,))
    ranked = [wall for wall in facts.walls.walls if wall.count >= FEW]
    if not ranked:
        return Section("walls", question, t("No work goes from one department to another often enough to speak of"), ())
    hidden = len(facts.walls.walls) - len(ranked)
    blocks = (_matrix(ranked, t), _how(facts, hidden, t), _table(facts, ranked, t))
    return Section("walls", question, _title(ranked, t), blocks)


def _title(ranked: list[Wall], t: Words) -> str:
    first, *others = ranked
    if first.low <= 0:
        return t("No wall between departments can be told from chance: none waits surely longer than work within one")
    values = {"a": first.source, "b": first.target, "wait": t.time(first.median_wait_s)}
    if not others or first.index > 2 * others[0].index:
        return t("%(a)s → %(b)s waits %(wait)s; no other wall comes near", **values)
    return t(
        "The highest wall is %(a)s → %(b)s (median wait %(wait)s), then %(c)s → %(d)s (%(next)s)",
        c=others[0].source,
        d=others[0].target,
        next=t.time(others[0].median_wait_s),
        **values,
    )


def _matrix(ranked: list[Wall], t: Words) -> Picture:
    weight: dict[str, float] = {}
    for wall in ranked:
        for name in (wall.source, wall.target):
            weight[name] = weight.get(name, 0.0) + wall.count * wall.mean_wait_s
    names = sorted(sorted(weight, key=lambda name: -weight[name])[:_SHOWN])
    longest = max(wall.median_wait_s for wall in ranked) or 1.0
    cells = {
        (names.index(wall.source), names.index(wall.target)): Cell(
            wall.median_wait_s / longest,
            t.time(wall.median_wait_s),
            t("n = %(n)s", n=t.count(wall.count)),
            wall is ranked[0] and wall.low > 0,
        )
        for wall in ranked
        if wall.source in names and wall.target in names
    }
    described = t("Median wait from the giving department (left) to the taking one (top)")
    return Picture(matrix(names, names, cells, t("gives"), t("takes"), described), described)


def _how(facts: Facts, hidden: int, t: Words) -> Text:
    until = (
        t("The wait runs from the end of the giver's last step to the start of the taker's first.")
        if facts.log.has_start
        else t("The log has no start times, so the wait runs to the end of the taker's first step, its work included.")
    )
    index = t(
        "The wall index is the share of all customers' time that would be saved if the taker began this work as soon "
        "as departments usually begin their own."
    )
    few = t.plural(
        "One pair with fewer than %(few)s handovers is not shown.",
        "%(n)s pairs with fewer than %(few)s handovers are not shown.",
        hidden,
        few=FEW,
    )
    return Text(t.sentences(until, index, few if hidden else ""), "evidence")


def _table(facts: Facts, ranked: list[Wall], t: Words) -> Table:
    rows = []
    for wall in ranked[:_LISTED]:
        low, high = median_interval(facts.department_waits[wall.source, wall.target])
        rows.append(
            (
                f"{wall.source} → {wall.target}",
                t.count(wall.count),
                t.time(wall.median_wait_s),
                t.interval(low, high),
                t.time(wall.usual_wait_s),
                t.percent(wall.index),
                t.percent_interval(wall.low, wall.high),
                t.percent(wall.harms.misunderstanding),
            )
        )
    head = (
        t("Wall"),
        t("n"),
        t("Median wait"),
        t("95% interval"),
        t("Usual wait (mean)"),
        t("Wall index"),
        t("95% interval"),
        t("Came back"),
    )
    note = t(
        "“Came back”: the share of handovers whose next change of department went straight back to the giver. It may "
        "be meant so, as where a front desk asks a back office and tells the customer."
    )
    return Table(head, tuple(rows), note=note)
