"""The model behind the cases, as BPMN, and where cases part from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.web.insight.pages.page import Missing, Page
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.bpmn import Process
    from kehu.analysis.mining.conformance import Conformance

NOISES = (0.0, 0.1, 0.2, 0.4)
_USUAL = 0.2
KINDS = {
    "skipped": gettext_lazy("left out"),
    "inserted": gettext_lazy("done where the model does not allow it"),
    "wrong order": gettext_lazy("done in another place"),
    "unknown": gettext_lazy("not in the model"),
    "unfinished": gettext_lazy("case ends before the model does"),
}


def build(scope: Scope) -> Page:
    """The page: the discovered model, how well it fits, and the deviations."""
    from kehu.analysis.bpmn import write_process  # noqa: PLC0415 # loaded with the first analysis

    noise = _noise(scope)
    process, fit = _found(scope, noise)
    return Page(
        title=_answer(fit),
        lead=_(
            "A model discovered from these cases. Less detail leaves rare ways out, which then appear as deviations."
        ),
        figures=_figures(fit),
        tables=(_deviations(scope, fit),),
        missing=_unexplained(fit),
        more={
            "model": write_process(process).decode(),
            "noises": [(str(one), _name(one), one == noise) for one in NOISES],
        },
    )


def _noise(scope: Scope) -> float:
    asked = scope.setting.get("noise", "")
    return next((one for one in NOISES if str(one) == asked), _USUAL)


def _found(scope: Scope, noise: float) -> tuple[Process, Conformance]:
    from kehu.analysis.mining.conformance import replay  # noqa: PLC0415 # as above
    from kehu.analysis.mining.discovery import discover  # noqa: PLC0415 # as above

    def compute() -> tuple[Process, Conformance]:
        process = discover(scope.log, noise, scope.selection)
        return process, replay(scope.log, process, scope.selection)

    return scope.kept(("model", noise), compute)


def _name(noise: float) -> str:
    names = {0.0: _("every way"), 0.1: _("nearly every way"), 0.2: _("usual ways"), 0.4: _("main ways only")}
    return names[noise]


def _answer(fit: Conformance) -> str:
    share = fit.fitting / fit.cases if fit.cases else 0.0
    if share == 1:
        return _("Every case follows this model")
    first = fit.deviations[0] if fit.deviations else None
    if first is None:
        return _("%(share)s of cases follow this model") % {"share": formats.share(share)}
    return _("%(share)s of cases follow this model; most often “%(step)s” is %(how)s") % {
        "share": formats.share(share),
        "step": first.activity,
        "how": KINDS[first.kind.value],
    }


def _figures(fit: Conformance) -> tuple[Figure, ...]:
    return (
        Figure(_("Cases without a deviation"), formats.share(fit.fitting / fit.cases), n=fit.cases),
        Figure(
            _("Fitness"),
            formats.number(fit.fitness, decimals=3),
            n=fit.cases,
            of=_("1 = the model allows all that was done"),
        ),
        Figure(
            _("Precision"),
            formats.number(fit.precision, decimals=3),
            n=fit.cases,
            of=_("1 = the model allows nothing more"),
        ),
    )


def _deviations(scope: Scope, fit: Conformance) -> Table:
    from kehu.analysis.log.filters import HasActivity  # noqa: PLC0415 # as above

    rows = [
        {
            "activity": one.activity or _("end of the case"),
            "how": str(KINDS[one.kind.value]),
            "cases": one.cases,
            "share": one.cases / fit.cases,
            "count": one.count,
            "examples": ", ".join(one.examples),
            "href": scope.link("cases/", HasActivity((one.activity,))) if one.activity in scope.log.activities else "",
        }
        for one in fit.deviations
    ]
    return Table(
        "deviations",
        (
            Column("activity", _("Step"), "name"),
            Column("how", _("How cases part from the model")),
            Column("cases", _("Cases"), "count"),
            Column("share", _("Share"), "share", bar=True),
            Column("count", _("Times"), "count"),
            Column("examples", _("For example")),
        ),
        rows,
        caption=_("Deviations, the commonest first"),
        empty=_("No case parts from this model."),
    )


def _unexplained(fit: Conformance) -> tuple[Missing, ...]:
    left = fit.cases - fit.fitting - fit.explained
    if left <= 0:
        return ()
    why = _("For them only the first step that does not fit is told.")
    return (Missing(_("%(n)s cases are too tangled to explain exactly.") % {"n": formats.number(left)}, why),)
