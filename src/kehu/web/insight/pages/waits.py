"""Waiting causes: why work lay still, in parts that add up to the wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.analysis.errors import Sentence
from kehu.web.insight.pages.page import Missing, Page
from kehu.web.insight.pages.wording import all_missing, in_one_unit
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.formats import said
from kehu.web.ui.parts import Chart, Column, Figure, Series, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.waiting import Explained, Waiting, Waits

_BARS = 10
CAUSES = {
    "contention": (
        gettext_lazy("Contention"),
        gettext_lazy("everybody who does the step was busy with work that came first"),
    ),
    "prioritisation": (gettext_lazy("Prioritisation"), gettext_lazy("work that came later was taken first")),
    "unavailability": (gettext_lazy("Unavailability"), gettext_lazy("outside the working hours of who did it")),
    "batching": (gettext_lazy("Batching"), gettext_lazy("held back until a batch was together")),
    "extraneous": (
        gettext_lazy("Extraneous"),
        gettext_lazy("for a reason outside the process, such as the customer’s reply"),
    ),
}


def build(scope: Scope) -> Page:
    """The page, or why there is none."""
    found = waits(scope)
    missing = [Missing(f"{_figure(one.figure)}:", _reason(one.reason)) for one in found.impossible]
    if not found.total.wait_us:
        return Page(title=_nothing(scope), missing=missing or all_missing(scope))
    parts = found.total.by_cause_s
    return Page(
        title=_answer(found),
        lead=_lead(found),
        figures=[
            Figure(
                _("Wait in all"),
                formats.duration(found.total.wait_us / 1e6),
                n=found.total.n,
                of=_("%(n)s steps that waited or could have") % {"n": formats.number(found.total.n)},
            ),
            *(
                Figure(
                    str(CAUSES[cause][0]),
                    formats.share(seconds * 1e6 / found.total.wait_us),
                    of=formats.duration(seconds),
                )
                for cause, seconds in parts.items()
            ),
        ],
        charts=[_by_step(scope, found)],
        tables=[
            _table("steps", _("Step"), found.by_activity, _("Waits by step, the longest first")),
            *(
                [_table("departments", _("Department"), found.by_department, _("Waits by department"))]
                if found.by_department
                else []
            ),
        ],
        missing=missing,
        notes=[_calendar(found)],
        more={"causes": [(name, says) for name, says in CAUSES.values()]},
    )


def waits(scope: Scope) -> Waiting:
    """Waits of what the filters leave, without the columns of every event, which a cache must not hold."""
    from kehu.analysis.mining.waiting import waiting  # noqa: PLC0415 # loaded with the first analysis

    def found() -> Waiting:
        known = explained(scope) if scope.log.has_start else None
        whole = waiting(scope.log, scope.selection, explained=known, people=False)
        return replace(whole, parts=whole.parts[:0], enabled=whole.enabled[:0])

    return scope.kept("waiting", found)


def explained(scope: Scope) -> Explained:
    """The causes of every wait of the log, whatever the filters: kept in the store, where a job puts them."""
    from kehu.analysis.mining.waiting import kept_waits  # noqa: PLC0415 # as above

    return scope.kept_of_log("explained waits", lambda: kept_waits(scope.log, scope.record.store))


def _nothing(scope: Scope) -> str:
    if not scope.log.has_start:
        return _("Without start times nobody can say how long work waited")
    return _("No step waits in this selection")


def _answer(found: Waiting) -> str:
    """The largest cause in working hours; nights and weekends are long everywhere, so they are told apart from it."""
    causes = found.total.by_cause_s
    outside = causes.pop("unavailability")
    away = formats.duration(outside / found.total.n)
    at_work = sum(causes.values())
    if not at_work:
        return _("Work waits only outside working hours, %(time)s a step") % {"time": away}
    cause = max(causes, key=lambda one: causes[one])
    said = {
        "share": formats.share(causes[cause] / at_work),
        "cause": _lower(str(CAUSES[cause][0])),
        "time": away,
    }
    if not outside:
        return _("%(share)s of all waiting is %(cause)s") % said
    return _("In working hours, %(share)s of the waiting is %(cause)s; nights and weekends add %(time)s a step") % said


def _lead(found: Waiting) -> str:
    worst, of_worst = found.by_activity[0]
    longest = _("“%(step)s” waits longest, %(part)s of the total.") % {
        "step": worst,
        "part": formats.share(of_worst.wait_us / found.total.wait_us),
    }
    adding = _(
        "From the moment a step could begin to the moment it did. The five parts add up to the whole wait exactly."
    )
    return f"{longest} {adding}"


def _lower(word: str) -> str:
    return word[:1].lower() + word[1:]


def _by_step(scope: Scope, found: Waiting) -> Chart:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    rows = found.by_activity[:_BARS]
    seconds = [value for cause in CAUSES for _name, waits in rows for value in (waits.by_cause_s[cause],)]
    _largest, _all = in_one_unit([waits.wait_us / 1e6 for _name, waits in rows])
    size, unit = formats.duration_unit(max(waits.wait_us / 1e6 for _name, waits in rows))
    n = len(rows)
    parts = [[round(value / size, 4) for value in seconds[place * n : (place + 1) * n]] for place in range(len(CAUSES))]
    return Chart(
        "causes",
        "stack",
        _("Why each step waits, all cases together"),
        [name for name, _waits in rows],
        tuple(Series(str(name), values) for (name, _says), values in zip(CAUSES.values(), parts, strict=True)),
        axis=_("Step"),
        unit=unit,
        links=[scope.link("cases/", HasActivity((name,))) for name, _waits in rows],
    )


def _table(key: str, label: str, rows: tuple[tuple[str | None, Waits], ...] | Any, caption: str) -> Table:
    return Table(
        key,
        (
            Column("name", label, "name"),
            Column("n", _("Times"), "count"),
            Column("mean", _("Mean wait"), "duration"),
            Column("total", _("Wait in all"), "duration", bar=True),
            *(Column(cause, str(name), "duration", hint=str(says)) for cause, (name, says) in CAUSES.items()),
        ),
        [
            {
                "name": name if name is not None else _("nobody named"),
                "n": waits.n,
                "mean": waits.wait_us / 1e6 / waits.n if waits.n else None,
                "total": waits.wait_us / 1e6,
                **waits.by_cause_s,
            }
            for name, waits in rows
        ],
        caption=caption,
    )


def _calendar(found: Waiting) -> str:
    if found.calendar == "given":
        return _("Working hours are those of the calendar that was given.")
    return _("Working hours were found in the log: when each person is usually at work, by half-hour and weekday.")


def _figure(name: str) -> str:
    """The name of a figure that is impossible, in words."""
    cause, _of, rest = name.partition(" of ")
    word = str(CAUSES[cause][0]) if cause in CAUSES else _("Waiting")
    return _("%(cause)s where nobody is named") % {"cause": word} if rest else word


def _reason(sentence: str) -> str:
    return said(Sentence("%(what)s.", what=sentence))
