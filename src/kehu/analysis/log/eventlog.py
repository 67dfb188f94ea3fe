"""The event log: flat arrays in the order (case, time, source order), the one input of every kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence

Int32Array: TypeAlias = npt.NDArray[np.int32]
Int64Array: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

NO_TIME = np.iinfo(np.int64).min
"""A missing start: the smallest int64, the same bits as numpy's NaT."""
NOBODY = -1
"""The code of a missing resource or department."""


@dataclass(frozen=True)
class Header:
    """What is known of a log beside its rows; saved as ``header.json`` in a store.

    ``zone`` is the IANA zone business time is counted in (``None``: no business-time figure may be given);
    ``end_activity`` the step at which the case is over *for the customer* (``None``: the last step);
    ``inferred`` the activities that no system recorded but the importer derived (``created_at`` → ``Created``);
    ``notes`` sentences for the reader about what was guessed, lacking or left out.
    """

    source: str = ""
    importer: str = ""
    zone: str | None = None
    lifecycle: str = "raw"
    end_activity: str | None = None
    inferred: tuple[str, ...] = ()
    rejected: int = 0
    duplicates: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Selection:
    """Which part of a log a kernel looks at: a mask of cases (cases,), a mask of events (events,), or ``None`` for all.

    An event outside the mask is as if it had not happened: its neighbours follow each other directly.
    """

    cases: BoolArray | None = None
    events: BoolArray | None = None


EVERYTHING = Selection()
"""The selection that leaves nothing out."""


@dataclass(frozen=True, eq=False)
class EventLog:
    """Events of cases as flat arrays; times are int64 microseconds since 1970-01-01 UTC.

    Shapes: ``case_offsets`` (cases + 1,), every event array (events,). The events of case ``c`` are the slice
    ``case_offsets[c]:case_offsets[c + 1]``, in the order (``end``, order in the source). Cases stand in the order of
    their ids, activities, resources and departments in alphabetical order of their names, so that the same rows give
    the same arrays however they were shuffled. ``activity[i]`` indexes ``activities``; ``resource[i]`` and
    ``department[i]`` are ``NOBODY`` (-1) where the source has none. ``start[i]`` is ``NO_TIME`` where an event has
    only its completion; ``end`` is the completion and never missing.
    """

    case_offsets: Int64Array
    activity: Int32Array
    resource: Int32Array
    department: Int32Array
    start: Int64Array
    end: Int64Array
    activities: tuple[str, ...]
    resources: tuple[str, ...]
    departments: tuple[str, ...]
    case_ids: pa.StringArray | pa.ChunkedArray
    header: Header = field(default_factory=Header)
    event_attributes: Callable[[str], pa.ChunkedArray] | None = None
    case_attributes: Callable[[str], pa.ChunkedArray] | None = None
    event_attribute_names: tuple[str, ...] = ()
    case_attribute_names: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        """Number of events."""
        return int(self.activity.shape[0])

    @property
    def cases(self) -> int:
        """Number of cases."""
        return int(self.case_offsets.shape[0]) - 1

    @cached_property
    def has_start(self) -> bool:
        """Whether any event carries a start of its own; without one nothing can be said of work and waiting apart."""
        return bool(self.events) and bool((self.start != NO_TIME).any())

    @cached_property
    def has_resource(self) -> bool:
        """Whether any event names who did it."""
        return bool(self.events) and bool((self.resource != NOBODY).any())

    @cached_property
    def has_department(self) -> bool:
        """Whether any event names a department."""
        return bool(self.events) and bool((self.department != NOBODY).any())

    @cached_property
    def resource_order(self) -> Int64Array:
        """Event indices ordered by (resource, time, case): the second order, for kernels that need all work of one.

        Shape (events with a resource,). Time is the start where there is one, else the end.
        """
        known = np.flatnonzero(self.resource != NOBODY)
        begin = np.where(self.start[known] == NO_TIME, self.end[known], self.start[known])
        return known[np.lexsort((known, begin, self.resource[known]))].astype(np.int64)

    def case_of_event(self) -> Int32Array:
        """The case index of every event, shape (events,)."""
        return np.repeat(np.arange(self.cases, dtype=np.int32), np.diff(self.case_offsets))

    def event_attribute(self, name: str) -> pa.ChunkedArray:
        """Values of an event attribute in event order. Raises InputError where the log has none of that name."""
        if self.event_attributes is None or name not in self.event_attribute_names:
            raise InputError(
                Sentence("the log has no event attribute %(name)r", name=name),
                remedy=self._known(self.event_attribute_names),
            )
        return self.event_attributes(name)

    def case_attribute(self, name: str) -> pa.ChunkedArray:
        """Values of a case attribute in case order. Raises InputError where the log has none of that name."""
        if self.case_attributes is None or name not in self.case_attribute_names:
            raise InputError(
                Sentence("the log has no case attribute %(name)r", name=name),
                remedy=self._known(self.case_attribute_names),
            )
        return self.case_attributes(name)

    def with_header(self, **changes: Any) -> EventLog:
        """The same events with some fields of the header changed (zone, end_activity, notes …)."""
        return replace(self, header=replace(self.header, **changes))

    @staticmethod
    def _known(names: tuple[str, ...]) -> str:
        return Sentence("It has: %(names)s", names=", ".join(names)) if names else Sentence("It has none")
