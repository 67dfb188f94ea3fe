"""From the forms of the scope bar to a filter in the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import QueryDict

if TYPE_CHECKING:
    from kehu.analysis.log.filters import Filter

_FORM_KEYS = ("add", "how", "name", "pair", "since", "until", "shortest", "longest", "unit", "page", "format", "table")


def added(given: QueryDict) -> str | None:
    """The query with the filter of a form that was sent, in one clean address; ``None`` where none was sent.

    What cannot be understood adds nothing: the forms offer only what can.
    """
    kind = given.get("add")
    if kind is None:
        return None
    from kehu.analysis.log.filters import from_query, to_query  # noqa: PLC0415 # loaded with the first log

    rest = given.copy()
    for key in _FORM_KEYS:
        rest.pop(key, None)
    try:
        new = _READERS[kind](given)
    except (KeyError, ValueError):
        new = None
    query = rest.urlencode()
    if new is not None and new not in from_query(query):
        query = "&".join(part for part in (query, to_query([new])) if part)
    return f"?{query}" if query else "?"


def _period(given: QueryDict) -> Filter:
    from kehu.analysis.log.filters import PeriodFilter  # noqa: PLC0415 # as above

    how = given.get("how", "")
    if how not in {"started", "completed", "intersecting"}:
        raise ValueError(how)
    since, until = (date.fromisoformat(text) if (text := given.get(key)) else None for key in ("since", "until"))
    return PeriodFilter(
        how,  # type: ignore[arg-type] # just looked at
        None if since is None else datetime(since.year, since.month, since.day),  # noqa: DTZ001 # the log's own zone
        # The day named is the last that counts.
        None if until is None else datetime(until.year, until.month, until.day) + timedelta(days=1),  # noqa: DTZ001
    )


def _step(given: QueryDict) -> Filter:
    from kehu.analysis.log.filters import HasActivity, HideActivities, LacksActivity  # noqa: PLC0415 # as above

    kinds: dict[str, Callable[[tuple[str, ...]], Filter]] = {
        "has": HasActivity,
        "lacks": LacksActivity,
        "hide": HideActivities,
    }
    return kinds[str(given["how"])]((str(given["name"]),))


def _department(given: QueryDict) -> Filter:
    from kehu.analysis.log.filters import Departments  # noqa: PLC0415 # as above

    return Departments((str(given["name"]),))


def _attribute(given: QueryDict) -> Filter:
    from kehu.analysis.log.filters import AttributeIn  # noqa: PLC0415 # as above

    length, pair = str(given["pair"]).split(":", 1)
    return AttributeIn(pair[: int(length)], (pair[int(length) :],))


def _duration(given: QueryDict) -> Filter | None:
    from kehu.analysis.log.filters import DurationFilter  # noqa: PLC0415 # as above

    unit = float(given.get("unit", "86400"))
    sides = [float(text) * unit if (text := given.get(key)) else None for key in ("shortest", "longest")]
    return DurationFilter(*sides) if any(side is not None for side in sides) else None


_READERS: dict[str, Callable[[QueryDict], Filter | None]] = {
    "period": _period,
    "step": _step,
    "department": _department,
    "attribute": _attribute,
    "duration": _duration,
}
