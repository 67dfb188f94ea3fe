"""What can this log not tell?"""

from __future__ import annotations

from kehu.analysis.reports.blocks import Section, Text
from kehu.analysis.reports.gather import Facts
from kehu.analysis.reports.language import Words


def limits_section(facts: Facts, t: Words) -> Section:
    """Every figure that is impossible here, and why; what was left out and what was inferred."""
    found = [*_missing(facts, t), *_left_out(facts, t)]
    title = t("This log answers every question of the report") if not found else t("What this log cannot tell")
    return Section("limits", t("What can this log not tell?"), title, tuple(Text(line, "limit") for line in found))


def _missing(facts: Facts, t: Words) -> list[str]:
    log, found = facts.log, []
    if not log.has_start:
        found.append(
            t(
                "The log has no start times. Impossible: how long people work on a step, how much of a time between "
                "steps is wait, and the five causes of waiting. The times between steps given here include work."
            )
        )
    if not log.has_resource:
        found.append(t("The log names no people. Impossible: handovers between people, ping-pong and workload."))
    if not log.has_department:
        found.append(t("The log names no departments. Impossible: the walls between them."))
    if log.header.zone is None:
        found.append(t("The log's times name no zone. Impossible: business time, working hours, time of day."))
    return found


def _left_out(facts: Facts, t: Words) -> list[str]:
    header, found = facts.log.header, []
    if header.rejected:
        rows = t.plural("One row could not be used.", "%(n)s rows could not be used.", header.rejected)
        found.append(t.sentences(rows, t("The store keeps each with its reason in rejects.csv.")))
    if header.duplicates:
        found.append(
            t.plural(
                "One row stood twice and counts once.", "%(n)s rows stood twice and count once.", header.duplicates
            )
        )
    if header.inferred:
        names = t.listed([t("“%(name)s”", name=name) for name in header.inferred])
        found.append(t("Inferred from columns, recorded by no system: %(names)s.", names=names))
    return found + [_ended(t.said(note), t) for note in header.notes]


def _ended(sentence: str, t: Words) -> str:
    return sentence if sentence.endswith((".", "。")) else sentence + t(".")
