r"""Filters: which cases and events of a log are looked at; they live in a URL and combine to one Selection.

Several filters hold together (and); several values inside one filter are alternatives (or). In a URL's query a filter
is one parameter, its pieces joined by commas (``\,`` is a comma inside a piece): ``has=Resolve,Closed``.
"""

from __future__ import annotations

from collections.abc import Iterable

from kehu.analysis.log.eventlog import BoolArray, EventLog, Selection
from kehu.analysis.log.filters.conditions import (
    AttributeIn,
    AttributeRange,
    Departments,
    DurationFilter,
    Filter,
    Follows,
    HasActivity,
    HideActivities,
    How,
    LacksActivity,
    PeriodFilter,
    Resources,
    VariantFilter,
    case_spans,
    variant_key,
)
from kehu.analysis.log.filters.query import from_query, to_query

__all__ = [
    "AttributeIn",
    "AttributeRange",
    "Departments",
    "DurationFilter",
    "Filter",
    "Follows",
    "HasActivity",
    "HideActivities",
    "How",
    "LacksActivity",
    "PeriodFilter",
    "Resources",
    "VariantFilter",
    "case_spans",
    "from_query",
    "select",
    "to_query",
    "variant_key",
]


def select(log: EventLog, filters: Iterable[Filter]) -> Selection:
    """What all filters together leave of a log. Raises InputError where the log lacks what a filter names."""
    cases: BoolArray | None = None
    events: BoolArray | None = None
    for part in (condition.select(log) for condition in filters):
        cases, events = _both(cases, part.cases), _both(events, part.events)
    return Selection(cases=cases, events=events)


def _both(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other
