"""The conditions a filter can set: each leaves some cases, or some events, of a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import NO_TIME, BoolArray, EventLog, Selection
from kehu.analysis.log.sequences import as_key, fingerprints

How = Literal["started", "completed", "intersecting"]
OPEN = ""
"""How an open side of a period or range is written."""


class Filter(Protocol):
    """One condition. ``key`` is its parameter in a URL, ``pieces()`` its value there."""

    key: ClassVar[str]

    def pieces(self) -> tuple[str, ...]:
        """The value in a URL, from which ``from_query`` makes the filter again."""

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
        return (self.how, *(OPEN if side is None else side.isoformat() for side in (self.since, self.until)))

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
        return Selection(
            cases=_any_event(log, np.isin(log.activity, _codes(self.names, log.activities, Sentence("activity"))))
        )


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
        return Selection(
            cases=~_any_event(log, np.isin(log.activity, _codes(self.names, log.activities, Sentence("activity"))))
        )


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
        first, second = _codes((self.first, self.second), log.activities, Sentence("activity"))
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
        codes = _codes(self.names, log.departments, Sentence("department"))
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
        return Selection(
            cases=_any_event(log, np.isin(log.resource, _codes(self.names, log.resources, Sentence("resource"))))
        )


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
        return (self.name, *(OPEN if side is None else repr(side) for side in (self.low, self.high)))

    def select(self, log: EventLog) -> Selection:
        """Compare as numbers; a value that is none is left out. Raises InputError where it has none."""
        return _by_attribute(log, self.name, self._inside)

    def _inside(self, column: pa.ChunkedArray) -> BoolArray:
        try:
            numbers = np.asarray(pc.cast(column, pa.float64()), np.float64)
        except pa.ArrowInvalid as error:
            raise InputError(
                Sentence("attribute %(name)r does not hold numbers", name=self.name),
                remedy=Sentence("Choose values instead"),
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
        return tuple(OPEN if side is None else repr(side) for side in (self.shortest, self.longest))

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
        return Selection(events=~np.isin(log.activity, _codes(self.names, log.activities, Sentence("activity"))))


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
            raise InputError(
                Sentence("the log has no %(kind)s %(name)r", kind=kind, name=name),
                remedy=Sentence("Take the filter away or choose another"),
            )
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
