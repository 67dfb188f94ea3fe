"""What can be filtered by: the attributes with few values, and the span of time, of a log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.filters import case_spans

_SAMPLE = 2_000_000
"""Attributes longer than this are judged by their first values: a choice offered is not a figure."""


@dataclass(frozen=True)
class Choices:
    """``attributes`` maps a name to its values, the commonest first; ``first`` and ``last`` are microseconds UTC."""

    attributes: dict[str, tuple[str, ...]]
    first: int | None
    last: int | None


def choices(log: EventLog, most: int = 40) -> Choices:
    """Attributes of cases and events with 2 to ``most`` distinct values, and the log's first and last moment."""
    found: dict[str, tuple[str, ...]] = {}
    for name in log.case_attribute_names:
        if values := _values(log.case_attribute(name), most):
            found[name] = values
    for name in log.event_attribute_names:
        if name not in found and (values := _values(log.event_attribute(name), most)):
            found[name] = values
    begin, end = case_spans(log)
    if not begin.size:
        return Choices(found, None, None)
    return Choices(found, int(np.min(begin)), int(np.max(end)))


def _values(column: pa.ChunkedArray, most: int) -> tuple[str, ...]:
    if pa.types.is_timestamp(column.type) or pa.types.is_floating(column.type):
        return ()
    part = column.slice(0, _SAMPLE)
    if pc.count_distinct(part.slice(0, 10_000)).as_py() > most:
        return ()  # clearly too many: no need to look at the rest
    counted = pc.value_counts(pc.cast(part, pa.string()))
    if not 2 <= len(counted) <= most:
        return ()
    pairs = [(item["values"], item["counts"]) for item in counted.to_pylist() if item["values"] is not None]
    return tuple(value for value, _count in sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
