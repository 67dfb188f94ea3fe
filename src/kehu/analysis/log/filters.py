r"""Filters: which cases and events of a log are looked at; they live in a URL and combine to one Selection.

Several filters hold together (and); several values inside one filter are alternatives (or). In a URL's query a filter
is one parameter, its pieces joined by commas (``\,`` is a comma inside a piece): ``has=Resolve,Closed``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol, get_args
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Selection
from kehu.analysis.log.sequences import as_key, fingerprints

How = Literal["started", "completed", "intersecting"]
_OPEN = ""


class Filter(Protocol):
    """One condition. ``key`` is its parameter in a URL, ``pieces()`` its value there."""

    key: ClassVar[str]

    def pieces(self) -> tuple[str, ...]:
        """The value in a URL, from which ``_READERS`` makes the filter again."""

    def select(self, log: EventLog) -> Selection:
        """The cases or events the condition leaves. Raises InputError where the log lacks what it names."""


@dataclass(frozen=True)
class PeriodFilter:
    """Cases that started, completed or were under way from ``since`` until just before ``until``.

    Times are local to the log's zone (UTC where it has none); ``None`` leaves that side open.
    """

    how: How = "intersecting"
    since: datetime | None = None
    until: datetime | None = None
    key: ClassVar[str] = "period"

    def pieces(self) -> tuple[str, ...]:
        """How, since, until."""
        return (self.how, *(_OPEN if side is None else side.isoformat() for side in (self.since, self.until)))

    def select(self, log: EventLog) -> Selection:
        """Compare each case's first moment and last completion with the period."""
        begin, end = case_spans(log)
        since = np.iinfo(np.int64).min if self.since is None else _microseconds(self.since, log)
        until = np.iinfo(np.int64).max if self.until is None else _microseconds(self.until, log)
        if self.how == "started":
            return Selection(cases=(begin >= since) & (begin < until))
        if self.how == "completed":
            return Selection(cases=(end >= since) & (end < until))
        return Selection(cases=(end >= since) & (begin < until))


@dataclass(frozen=True)
class HasActivity:
    """Cases in which any of the activities happened."""

    names: tuple[str, ...]
    key: ClassVar[str] = "has"

    def pieces(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def select(self, log: EventLog) -> Selection:
        """Cases with such an event."""
        return Selection(cases=_any_event(log, np.isin(log.activity, _codes(self.names, log.activities, "activity"))))


@dataclass(frozen=True)
class LacksActivity:
    """Cases in which none of the activities happened."""

    names: tuple[str, ...]
    key: ClassVar[str] = "lacks"

    def pieces(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def select(self, log: EventLog) -> Selection:
        """Cases without such an event."""
        return Selection(cases=~_any_event(log, np.isin(log.activity, _codes(self.names, log.activities, "activity"))))


@dataclass(frozen=True)
class Follows:
    """Cases in which ``second`` directly followed ``first``."""

    first: str
    second: str
    key: ClassVar[str] = "follows"

    def pieces(self) -> tuple[str, ...]:
        """First, second."""
        return (self.first, self.second)

    def select(self, log: EventLog) -> Selection:
        """Cases with such a pair of neighbours."""
        first, second = _codes((self.first, self.second), log.activities, "activity")
        return Selection(cases=_with_pair(np.asarray(log.case_offsets), np.asarray(log.activity), first, second))


@dataclass(frozen=True)
class Departments:
    """Cases on which any of the departments worked."""

    names: tuple[str, ...]
    key: ClassVar[str] = "department"

    def pieces(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def select(self, log: EventLog) -> Selection:
        """Cases with an event of such a department."""
        codes = _codes(self.names, log.departments, "department")
        return Selection(cases=_any_event(log, np.isin(log.department, codes)))


@dataclass(frozen=True)
class Resources:
    """Cases on which any of the people (or pools) worked."""

    names: tuple[str, ...]
    key: ClassVar[str] = "resource"

    def pieces(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def select(self, log: EventLog) -> Selection:
        """Cases with an event of such a resource."""
        return Selection(cases=_any_event(log, np.isin(log.resource, _codes(self.names, log.resources, "resource"))))


@dataclass(frozen=True)
class AttributeIn:
    """Cases with any of the values in an attribute of the case, or of one of its events. ``""`` also finds nulls."""

    name: str
    values: tuple[str, ...]
    key: ClassVar[str] = "attribute"

    def pieces(self) -> tuple[str, ...]:
        """The attribute's name, then the values."""
        return (self.name, *self.values)

    def select(self, log: EventLog) -> Selection:
        """Compare as text."""
        return _by_attribute(log, self.name, self._among)

    def _among(self, column: pa.ChunkedArray) -> BoolArray:
        text = pc.fill_null(pc.cast(column, pa.string()), "")
        return np.asarray(pc.is_in(text, value_set=pa.array(self.values, pa.string())), np.bool_)


@dataclass(frozen=True)
class AttributeRange:
    """Cases with an attribute from ``low`` to ``high``, both included; ``None`` leaves that side open."""

    name: str
    low: float | None = None
    high: float | None = None
    key: ClassVar[str] = "range"

    def pieces(self) -> tuple[str, ...]:
        """Name, low, high."""
        return (self.name, *(_OPEN if side is None else repr(side) for side in (self.low, self.high)))

    def select(self, log: EventLog) -> Selection:
        """Compare as numbers; a value that is none is left out. Raises InputError where it has none."""
        return _by_attribute(log, self.name, self._inside)

    def _inside(self, column: pa.ChunkedArray) -> BoolArray:
        try:
            numbers = np.asarray(pc.cast(column, pa.float64()), np.float64)
        except pa.ArrowInvalid as error:
            raise InputError(
                f"attribute {self.name!r} does not hold numbers", remedy="Choose values instead"
            ) from error
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return np.asarray((numbers >= low) & (numbers <= high))


@dataclass(frozen=True)
class DurationFilter:
    """Cases that took from ``shortest`` to ``longest`` seconds, both included; ``None`` leaves that side open."""

    shortest: float | None = None
    longest: float | None = None
    key: ClassVar[str] = "duration"

    def pieces(self) -> tuple[str, ...]:
        """Shortest, longest."""
        return tuple(_OPEN if side is None else repr(side) for side in (self.shortest, self.longest))

    def select(self, log: EventLog) -> Selection:
        """Compare the time from the first moment to the last completion."""
        begin, end = case_spans(log)
        taken = (end - begin) / 1e6
        shortest = 0.0 if self.shortest is None else self.shortest
        return Selection(cases=(taken >= shortest) & (taken <= (np.inf if self.longest is None else self.longest)))


@dataclass(frozen=True)
class VariantFilter:
    """Cases of any of the variants, each named by the 32 hexadecimal digits of its fingerprint."""

    keys: tuple[str, ...]
    key: ClassVar[str] = "variant"

    def pieces(self) -> tuple[str, ...]:
        """The variants' keys."""
        return self.keys

    def select(self, log: EventLog) -> Selection:
        """Compare fingerprints."""
        found = fingerprints(np.asarray(log.case_offsets), np.asarray(log.activity), log.activities)
        chosen = np.zeros(log.cases, np.bool_)
        for key in self.keys:
            chosen |= (found[:, 0] == np.uint64(int(key[:16], 16))) & (found[:, 1] == np.uint64(int(key[16:], 16)))
        return Selection(cases=chosen)


@dataclass(frozen=True)
class HideActivities:
    """Everything as if the activities had not happened: their neighbours follow each other directly."""

    names: tuple[str, ...]
    key: ClassVar[str] = "hide"

    def pieces(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def select(self, log: EventLog) -> Selection:
        """A mask of events."""
        return Selection(events=~np.isin(log.activity, _codes(self.names, log.activities, "activity")))


def select(log: EventLog, filters: Iterable[Filter]) -> Selection:
    """What all filters together leave of a log. Raises InputError where the log lacks what a filter names."""
    cases: BoolArray | None = None
    events: BoolArray | None = None
    for part in (condition.select(log) for condition in filters):
        cases, events = _both(cases, part.cases), _both(events, part.events)
    return Selection(cases=cases, events=events)


def to_query(filters: Iterable[Filter]) -> str:
    """Filters as a URL's query text, without the leading question mark."""
    return urlencode([(condition.key, ",".join(map(_escaped, condition.pieces()))) for condition in filters])


def from_query(query: str) -> tuple[Filter, ...]:
    """The filters of a URL's query text, in its order; other parameters are left alone.

    Raises InputError, one sentence naming the parameter, where one cannot be understood.
    """
    return tuple(_read(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key in _READERS)


def case_spans(log: EventLog) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First moment (start, or completion where there is none) and last completion of each case; microseconds."""
    if not log.cases:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first = np.asarray(log.case_offsets[:-1])
    end = np.asarray(log.end)
    last = end[np.asarray(log.case_offsets[1:]) - 1]
    if not log.has_start:
        return end[first], last
    start = np.asarray(log.start)
    return np.minimum.reduceat(np.where(start == NO_TIME, end, np.minimum(start, end)), first), last


def variant_key(log: EventLog, case: int) -> str:
    """The key of the variant of one case, as ``VariantFilter`` takes it."""
    first, last = int(log.case_offsets[case]), int(log.case_offsets[case + 1])
    activity = np.asarray(log.activity[first:last])
    return as_key(fingerprints(np.array([0, last - first]), activity, log.activities)[0])


def _both(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _any_event(log: EventLog, chosen: BoolArray) -> BoolArray:
    """Cases with a chosen event; every case has at least one event."""
    if not log.cases:
        return np.zeros(0, np.bool_)
    return np.logical_or.reduceat(chosen, np.asarray(log.case_offsets[:-1]))


def _by_attribute(log: EventLog, name: str, test: Callable[[pa.ChunkedArray], BoolArray]) -> Selection:
    if name in log.case_attribute_names:
        return Selection(cases=test(log.case_attribute(name)))
    return Selection(cases=_any_event(log, test(log.event_attribute(name))))


def _codes(names: Sequence[str], known: tuple[str, ...], kind: str) -> list[int]:
    places = {name: code for code, name in enumerate(known)}
    for name in names:
        if name not in places:
            raise InputError(f"the log has no {kind} {name!r}", remedy="Take the filter away or choose another")
    return [places[name] for name in names]


def _microseconds(moment: datetime, log: EventLog) -> int:
    zone = ZoneInfo(log.header.zone or "UTC")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return round(aware.timestamp() * 1e6)


@njit(cache=True, nogil=True)
def _with_pair(offsets, activity, first, second):  # type: ignore[no-untyped-def]
    chosen = np.zeros(offsets.shape[0] - 1, np.bool_)
    for c in range(offsets.shape[0] - 1):
        for i in range(offsets[c] + 1, offsets[c + 1]):
            if activity[i - 1] == first and activity[i] == second:
                chosen[c] = True
                break
    return chosen


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
            f"the filter {key}={value} cannot be understood", remedy=f"It is written {key}={_FORMS[key]}"
        ) from error


def _number(piece: str) -> float | None:
    if piece == _OPEN:
        return None
    number = float(piece)
    if not np.isfinite(number):
        raise ValueError(piece)
    return number


def _period(pieces: tuple[str, ...]) -> PeriodFilter:
    how, since, until = pieces
    if how not in get_args(How):
        raise ValueError(how)
    sides = [None if side == _OPEN else datetime.fromisoformat(side) for side in (since, until)]
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
    "period": "started|completed|intersecting,SINCE,UNTIL with times such as 2026-03-31 or nothing",
    "has": "ACTIVITY,…",
    "lacks": "ACTIVITY,…",
    "follows": "ACTIVITY,ACTIVITY",
    "department": "NAME,…",
    "resource": "NAME,…",
    "attribute": "NAME,VALUE,…",
    "range": "NAME,LOWEST,HIGHEST with numbers or nothing",
    "duration": "SHORTEST,LONGEST in seconds or nothing",
    "variant": "KEY,… of 32 hexadecimal digits each",
    "hide": "ACTIVITY,…",
}
