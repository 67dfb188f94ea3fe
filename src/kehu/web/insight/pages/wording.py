"""Words and units that several pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kehu.web.insight.pages.page import Missing
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats

if TYPE_CHECKING:
    from kehu.analysis.mining.customer_end import CustomerEnd
    from kehu.analysis.mining.durations import CaseDurations
    from kehu.analysis.mining.flow import Edge, FlowGraph


def flow(scope: Scope) -> FlowGraph:
    """The directly-follows graph of what the filters leave."""
    from kehu.analysis.mining.flow import directly_follows  # noqa: PLC0415 # loaded with the first analysis

    return scope.kept("flow", lambda: directly_follows(scope.log, scope.selection))


def durations(scope: Scope) -> CaseDurations:
    """How long the cases that the filters leave took. Raises InputError where none is left."""
    from kehu.analysis.mining.durations import case_durations  # noqa: PLC0415 # as above

    return scope.kept("durations", lambda: case_durations(scope.log, scope.selection))


def administrative_end(scope: Scope) -> CustomerEnd | None:
    """The close that only follows by a timer, where the log shows one and its owner has not named another end."""
    from kehu.analysis.mining.customer_end import suggest_end  # noqa: PLC0415 # as above

    found = scope.kept_of_log("customer end", lambda: suggest_end(scope.log))
    return found if found and scope.log.header.end_activity in {None, found.end} else None


def is_administrative(edge: Edge, close: CustomerEnd | None) -> bool:
    """Whether the path lies after the customer's end."""
    return close is not None and (edge.source, edge.target) == (close.end, close.close)


def waited(edge: Edge) -> float:
    """The median time between two steps: to the start of the second where the log has starts, else to its end."""
    return edge.median_s if edge.wait_median_s is None else edge.wait_median_s


def total_waited(edge: Edge) -> float:
    """The same, summed over all cases."""
    return edge.total_s if edge.wait_total_s is None else edge.wait_total_s


def nine_in_ten(edge: Edge) -> float:
    """The time within which nine in ten go from the one step to the other."""
    return edge.p90_s if edge.wait_p90_s is None else edge.wait_p90_s


def in_one_unit(seconds: Iterable[float | None]) -> tuple[str, list[float | None]]:
    """Lengths of time in the one unit that reads best for the largest, and the unit's sentence."""
    given = list(seconds)
    size, unit = formats.duration_unit(max((abs(one) for one in given if one is not None), default=0.0))
    return unit, [None if one is None else round(one / size, 4) for one in given]


def end_in_words(scope: Scope) -> str:
    """What the customer's time is measured to, and why; empty where it is simply the last step."""
    close = administrative_end(scope)
    if close is not None:
        return _(
            "“%(close)s” follows “%(end)s” by a timer after %(lag)s; the customer has the answer, so it is not counted."
        ) % {"close": close.close, "end": close.end, "lag": formats.duration(close.median_lag_s)}
    if scope.log.header.end_activity:
        return _("The customer’s time ends with “%(end)s”, as the owner of this log says.") % {
            "end": scope.log.header.end_activity
        }
    return ""


def no_starts(scope: Scope) -> tuple[Missing, ...]:
    """That work and wait cannot be told apart, where they cannot."""
    if scope.log.has_start:
        return ()
    why = _("This log has only the times at which steps were completed; choose a column of starts if there is one.")
    return (Missing(_("Work and wait cannot be told apart."), why),)


def all_missing(scope: Scope) -> tuple[Missing, ...]:
    """Everything that this log cannot tell, each with its reason."""
    found = list(no_starts(scope))
    if not scope.log.has_department:
        why = _("No column says which department did what; choose one in the settings if there is.")
        found.append(Missing(_("Walls between departments cannot be seen."), why))
    if not scope.log.has_resource:
        why = _("No column says who did the work.")
        found.append(Missing(_("Handovers, ping-pong and workload of people cannot be seen."), why))
    if not scope.log.header.zone:
        why = _("The times carry no zone and none was named; name one in the settings.")
        found.append(Missing(_("Business time cannot be counted."), why))
    return tuple(found)
