"""Variants: the ways cases take, as strips of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.web.insight.pages.page import Page
from kehu.web.insight.pages.paging import Paging, paging
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import Column, Figure, Table

if TYPE_CHECKING:
    from kehu.analysis.mining.variants import Variants

_A_PAGE = 50
_CHIPS = 14
_TONES = 4


def build(scope: Scope) -> Page:
    """The page."""
    from kehu.analysis.mining.variants import variants  # noqa: PLC0415 # loaded with the first analysis

    found = scope.kept("variants", lambda: variants(scope.log, scope.selection))
    pages = paging(scope, len(found), _A_PAGE)
    return Page(
        title=_answer(found),
        lead=_("A variant is one sequence of steps. Colours only help the eye; each chip carries its name."),
        figures=_figures(found),
        tables=(_table(scope, found, pages),),
        more={"pages": pages},
    )


def _answer(found: Variants) -> str:
    if not len(found):
        return _("No case is left")
    covered, needed = 0, 0
    for one in found.variants:
        covered, needed = covered + one.count, needed + 1
        if covered >= 0.8 * found.cases:
            break
    return ngettext(
        "%(needed)s way covers %(share)s of cases, out of %(all)s",
        "%(needed)s ways cover %(share)s of cases, out of %(all)s",
        needed,
    ) % {
        "needed": formats.number(needed),
        "share": formats.share(covered / found.cases),
        "all": formats.number(len(found)),
    }


def _figures(found: Variants) -> tuple[Figure, ...]:
    alone = sum(1 for one in found.variants if one.count == 1)
    first = found.variants[0].share if found.variants else None
    return (
        Figure(
            _("Variants"),
            formats.number(len(found)),
            always=True,
            of=_("%(n)s cases") % {"n": formats.number(found.cases)},
        ),
        Figure(_("Take the commonest way"), formats.share(first), n=found.cases),
        Figure(
            _("Take a way of their own"), formats.share(alone / found.cases) if found.cases else None, n=found.cases
        ),
    )


def _table(scope: Scope, found: Variants, pages: Paging) -> Table:
    from kehu.analysis.log.filters import VariantFilter  # noqa: PLC0415 # as above

    tones = _tones(found)
    chosen = found.variants if scope.exports else found.variants[pages.skip : pages.skip + _A_PAGE]
    rows = [
        {
            "steps": _chips(one.activities, tones, everything=bool(scope.exports)),
            "count": one.count,
            "share": one.share,
            "events": len(one.activities),
            "median": one.median_s,
            "href": scope.link("cases/", VariantFilter((one.key,))),
        }
        for one in chosen
    ]
    return Table(
        "variants",
        (
            Column("steps", _("Steps"), "steps"),
            Column("count", _("Cases"), "count"),
            Column("share", _("Share"), "share", bar=True),
            Column("events", _("Events"), "count"),
            Column("median", _("Median time"), "duration"),
        ),
        rows,
        caption=_("Variants, the commonest first"),
    )


def _tones(found: Variants) -> dict[str, int]:
    """A tone for each of the commonest steps, so that the eye follows them down the strips."""
    counts: dict[str, int] = {}
    for one in found.variants[:500]:
        for name in one.activities:
            counts[name] = counts.get(name, 0) + one.count
    commonest = sorted(counts, key=lambda name: (-counts[name], name))[:_TONES]
    return {name: place + 1 for place, name in enumerate(commonest)}


def _chips(activities: tuple[str, ...], tones: dict[str, int], *, everything: bool) -> list[dict[str, Any]]:
    chips = [{"name": name, "tone": tones.get(name, 0)} for name in activities]
    if everything or len(chips) <= _CHIPS:
        return chips
    rest = _("… %(n)s more") % {"n": len(chips) - _CHIPS + 1}
    return [*chips[: _CHIPS - 2], {"name": rest, "tone": 0}, chips[-1]]
