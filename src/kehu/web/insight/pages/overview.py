"""The overview: how long a case takes the customer, and where that time goes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.web.insight import rules
from kehu.web.insight.pages.page import Page
from kehu.web.insight.pages.wording import (
    administrative_end,
    all_missing,
    durations,
    end_in_words,
    flow,
    in_one_unit,
    is_administrative,
    total_waited,
    waited,
)
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats
from kehu.web.ui.parts import LEAST_FOR_A_FIGURE, Chart, Figure, Series

if TYPE_CHECKING:
    from kehu.analysis.mining.durations import CaseDurations, Durations
    from kehu.analysis.mining.flow import Edge
    from kehu.analysis.mining.trend import Period, Trend

_PATHS = 8


def build(scope: Scope) -> Page:
    """The page."""
    taken = durations(scope)
    moves = trend(scope)
    paths = _paths(scope)
    charts = [one for one in (_where(scope, paths), _over_time(moves), _arrivals(moves), _spread(scope, taken)) if one]
    return Page(
        title=_answer(taken, paths),
        lead=end_in_words(scope),
        figures=_figures(scope, taken, moves),
        charts=charts,
        missing=all_missing(scope),
        notes=scope.log.header.notes,
        more={"ask": _ask(scope)},
    )


def _ask(scope: Scope) -> dict[str, str] | None:
    """The question whether the suggested end is right, until its owner has answered it."""
    close = administrative_end(scope)
    if close is None or scope.log.header.end_activity or not rules.may_change(scope.reader, scope.record):
        return None
    return {"end": close.end, "close": close.close, "zone": scope.record.zone}


def trend(scope: Scope) -> Trend:
    """The customer's time by the period cases began in."""
    from kehu.analysis.mining.trend import trend as by_period  # noqa: PLC0415 # loaded with the first analysis

    return scope.kept("trend", lambda: by_period(scope.log, scope.selection))


def _paths(scope: Scope) -> list[tuple[Edge, float]]:
    """The paths on which customers spend most time, each with its share of all of it."""
    close = administrative_end(scope)
    edges = [edge for edge in flow(scope).edges if not is_administrative(edge, close)]
    total = sum(total_waited(edge) for edge in edges)
    if not total:
        return []
    longest = sorted(edges, key=total_waited, reverse=True)[:_PATHS]
    return [(edge, total_waited(edge) / total) for edge in longest]


def _answer(taken: CaseDurations, paths: list[tuple[Edge, float]]) -> str:
    median = formats.duration(taken.customer.median_s)
    if not paths:
        return _("Half of all cases take the customer %(median)s or less") % {"median": median}
    edge, share = paths[0]
    return _(
        "A case takes the customer %(median)s; %(share)s of all that time lies between “%(source)s” and “%(target)s”"
    ) % {
        "median": median,
        "share": formats.share(share),
        "source": edge.source,
        "target": edge.target,
    }


def _figures(scope: Scope, taken: CaseDurations, moves: Trend) -> tuple[Figure, ...]:
    customer, cases = taken.customer, taken.customer.cases
    found = [
        Figure(
            _("Customer’s time, median"),
            formats.duration(customer.median_s),
            n=cases,
            interval=_between(customer),
            against=_lately(moves),
            href=scope.link("cases/"),
            hero=True,
        ),
        Figure(_("Nine in ten within"), formats.duration(customer.p90_s), n=cases),
    ]
    if taken.end is not None:
        found.append(
            Figure(_("By the clock, to the last step"), formats.duration(taken.clock.median_s), n=cases, of=_("median"))
        )
    events = flow(scope).events
    found.append(
        Figure(
            _("Cases"),
            formats.number(cases),
            always=True,
            of=_("%(events)s events, %(each)s a case")
            % {"events": formats.number(events), "each": formats.number(events / max(1, cases), decimals=1)},
            href=scope.link("cases/"),
        )
    )
    return tuple(found)


def _between(customer: Durations) -> str:
    return _("middle half %(low)s to %(high)s") % {
        "low": formats.duration(customer.p25_s),
        "high": formats.duration(customer.p75_s),
    }


def _lately(moves: Trend) -> str:
    """The last whole period against the one before; only where their intervals lie apart is it called a change."""
    known = [one for one in moves.periods if one.whole and one.cases >= LEAST_FOR_A_FIGURE and one.low_s is not None]
    if len(known) < 2:
        return _("trend: cannot tell")
    before, last = known[-2:]
    values = {"period": _name(last, moves.step), "median": formats.duration(last.median_s)}
    if (last.low_s or 0) > (before.high_s or 0):
        return _("%(period)s: %(median)s, longer than before") % values
    if (last.high_s or 0) < (before.low_s or 0):
        return _("%(period)s: %(median)s, shorter than before") % values
    return _("%(period)s: %(median)s, no clear change") % values


def _name(period: Period, step: str) -> str:
    if step != "month":
        # 01/11/2025 is a day in January to some readers of English and in November to others.
        return date_format(period.begin, "j M Y" if (get_language() or "").startswith("en") else "SHORT_DATE_FORMAT")
    # Django writes a Russian month in the nominative with a capital, which stands wrong inside a sentence.
    return date_format(period.begin, "m.Y" if (get_language() or "").startswith("ru") else "YEAR_MONTH_FORMAT")


def _where(scope: Scope, paths: list[tuple[Edge, float]]) -> Chart | None:
    from kehu.analysis.log.filters import Follows  # noqa: PLC0415 # loaded with the first log

    if not paths:
        return None
    together = sum(share for _edge, share in paths[:3])
    return Chart(
        "where",
        "rows",
        _("Three paths hold %(share)s of the customer’s time") % {"share": formats.share(together)}
        if len(paths) > 3
        else _("Where the customer’s time goes"),
        [f"{edge.source} → {edge.target}" for edge, _share in paths],
        (Series(_("Share of the customer’s time"), [round(100 * share, 2) for _edge, share in paths]),),
        axis=_("Path"),
        unit=_("%(value)s%%"),
        links=[scope.link("cases/", Follows(edge.source, edge.target)) for edge, _share in paths],
        note=_("Median on each: %(medians)s")
        % {"medians": ", ".join(formats.duration(waited(e)) for e, _s in paths[:3])},
    )


def _over_time(moves: Trend) -> Chart | None:
    if len(moves.periods) < 2:
        return None
    labels = [_name(one, moves.step) for one in moves.periods]
    enough = [one if one.cases >= LEAST_FOR_A_FIGURE else None for one in moves.periods]
    sides = [
        *(one.median_s if one else None for one in enough),
        *(one.low_s if one else None for one in enough),
        *(one.high_s if one else None for one in enough),
    ]
    unit, values = in_one_unit(sides)
    n = len(labels)
    open_from = next((label for label, one in zip(labels, moves.periods, strict=True) if not one.whole), None)
    return Chart(
        "trend",
        "line",
        _jump(moves),
        labels,
        (Series(_("Median"), values[:n], values[n : 2 * n], values[2 * n :]),),
        axis=_("Period"),
        unit=unit,
        marks=[(open_from, _("may still be open"))] if open_from else [],
        note=_(
            "The customer’s median time, by when the case began. The band is the 95%% interval of each median; "
            "periods of fewer than five cases are left out."
        )
        % {},
    )


def _jump(moves: Trend) -> str:
    """The largest change from one period to the next that their intervals tell apart."""
    known = [one for one in moves.periods if one.whole and one.cases >= LEAST_FOR_A_FIGURE and one.low_s is not None]
    apart = [
        (before, after)
        for before, after in pairwise(known)
        if (after.low_s or 0) > (before.high_s or 0) or (after.high_s or 0) < (before.low_s or 0)
    ]
    if not apart:
        return _("The customer’s time shows no clear change from one period to the next")
    before, after = max(apart, key=lambda pair: abs((pair[1].median_s or 0) - (pair[0].median_s or 0)))
    values = {
        "before": formats.duration(before.median_s),
        "after": formats.duration(after.median_s),
        "period": _name(after, moves.step),
    }
    if (after.median_s or 0) > (before.median_s or 0):
        return _("The customer’s time rose from %(before)s to %(after)s in %(period)s") % values
    return _("The customer’s time fell from %(before)s to %(after)s in %(period)s") % values


def _arrivals(moves: Trend) -> Chart | None:
    if len(moves.periods) < 2:
        return None
    most = max(moves.periods, key=lambda one: one.cases)
    return Chart(
        "arrivals",
        "bars",
        _("Most cases began in %(period)s: %(cases)s")
        % {"period": _name(most, moves.step), "cases": formats.number(most.cases)},
        [_name(one, moves.step) for one in moves.periods],
        (Series(_("Cases begun"), [one.cases for one in moves.periods]),),
        axis=_("Period"),
        height="short",
    )


def _spread(scope: Scope, taken: CaseDurations) -> Chart:
    from kehu.analysis.log.filters import DurationFilter  # noqa: PLC0415 # as above

    bins = list(taken.customer.distribution)
    while bins and not bins[-1][2]:
        bins.pop()
    while bins and not bins[0][2]:
        bins.pop(0)
    same = taken.end is None
    return Chart(
        "durations",
        "bars",
        _("One case in ten takes %(p90)s or longer") % {"p90": formats.duration(taken.customer.p90_s)},
        [_bin(low, high) for low, high, _cases in bins],
        (Series(_("Cases"), [cases for _low, _high, cases in bins]),),
        axis=_("Customer’s time"),
        height="short",
        # The filter counts by the clock, so a bar opens its cases only where the customer's time is the same.
        links=[
            scope.link("cases/", DurationFilter(float(low), None if high is None else float(high)))
            for low, high, _n in bins
        ]
        if same
        else (),
    )


def _bin(low: int, high: int | None) -> str:
    if high is None:
        return _("over %(low)s") % {"low": formats.duration(low)}
    if not low:
        return _("under %(high)s") % {"high": formats.duration(high)}
    return f"{formats.duration(low)} – {formats.duration(high)}"
