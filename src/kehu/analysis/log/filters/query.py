"""Filters as the query text of a URL, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import get_args
from urllib.parse import parse_qsl, urlencode

import numpy as np

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.filters.conditions import (
    OPEN,
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
)


def to_query(filters: Iterable[Filter]) -> str:
    """Filters as a URL's query text, without the leading question mark."""
    return urlencode([(condition.key, ",".join(map(_escaped, condition.pieces()))) for condition in filters])


def from_query(query: str) -> tuple[Filter, ...]:
    """The filters of a URL's query text, in its order; other parameters are left alone.

    Raises InputError, one sentence naming the parameter, where one cannot be understood.
    """
    return tuple(_read(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key in _READERS)


def _escaped(piece: str) -> str:
    return piece.replace("\\", "\\\\").replace(",", "\\,")


def _pieces(value: str) -> tuple[str, ...]:
    pieces, piece, letters = [], "", iter(value)
    for letter in letters:
        if letter == ",":
            pieces.append(piece)
            piece = ""
        else:
            piece += next(letters, "") if letter == "\\" else letter
    return (*pieces, piece)


def _read(key: str, value: str) -> Filter:
    try:
        return _READERS[key](_pieces(value))
    except (ValueError, TypeError) as error:
        raise InputError(
            Sentence("the filter %(key)s=%(value)s cannot be understood", key=key, value=value),
            remedy=Sentence("It is written %(key)s=%(form)s", key=key, form=_FORMS[key]),
        ) from error


def _number(piece: str) -> float | None:
    if piece == OPEN:
        return None
    number = float(piece)
    if not np.isfinite(number):
        raise ValueError(piece)
    return number


def _period(pieces: tuple[str, ...]) -> PeriodFilter:
    how, since, until = pieces
    if how not in get_args(How):
        raise ValueError(how)
    sides = [None if side == OPEN else datetime.fromisoformat(side) for side in (since, until)]
    return PeriodFilter(how, *sides)  # type: ignore[arg-type]


def _range(pieces: tuple[str, ...]) -> AttributeRange:
    name, low, high = pieces
    return AttributeRange(name, _number(low), _number(high))


def _duration(pieces: tuple[str, ...]) -> DurationFilter:
    shortest, longest = pieces
    return DurationFilter(_number(shortest), _number(longest))


def _variant(pieces: tuple[str, ...]) -> VariantFilter:
    if any(len(key) != 32 or int(key, 16) < 0 for key in pieces):
        raise ValueError(pieces)
    return VariantFilter(pieces)


def _attribute(pieces: tuple[str, ...]) -> AttributeIn:
    name, first, *others = pieces
    return AttributeIn(name, (first, *others))


_READERS: dict[str, Callable[[tuple[str, ...]], Filter]] = {
    "period": _period,
    "has": HasActivity,
    "lacks": LacksActivity,
    "follows": lambda pieces: Follows(*pieces),
    "department": Departments,
    "resource": Resources,
    "attribute": _attribute,
    "range": _range,
    "duration": _duration,
    "variant": _variant,
    "hide": HideActivities,
}
_FORMS = {
    "period": Sentence("started|completed|intersecting,SINCE,UNTIL with times such as 2026-03-31 or nothing"),
    "has": Sentence("ACTIVITY,…"),
    "lacks": Sentence("ACTIVITY,…"),
    "follows": Sentence("ACTIVITY,ACTIVITY"),
    "department": Sentence("NAME,…"),
    "resource": Sentence("NAME,…"),
    "attribute": Sentence("NAME,VALUE,…"),
    "range": Sentence("NAME,LOWEST,HIGHEST with numbers or nothing"),
    "duration": Sentence("SHORTEST,LONGEST in seconds or nothing"),
    "variant": Sentence("KEY,… of 32 hexadecimal digits each"),
    "hide": Sentence("ACTIVITY,…"),
}
