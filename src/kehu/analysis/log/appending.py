"""Two logs as one: new rows join those of a store; rows that are already there are not taken twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from kehu.analysis.log.eventlog import NO_TIME, NOBODY, EventLog, Header, Int32Array, Int64Array
from kehu.analysis.log.staging import STAGED_COLUMNS, Staging, quoted

_KEY = ("case_id", "activity", "timestamp", "start_timestamp", "resource", "department")


def stage_union(staging: Staging, old: EventLog, new: EventLog) -> int:
    """Lay the union of two logs out as ``staged``; returns how many rows of the new one were not in the old.

    The union is one of multisets: a row found m times in the old and n times in the new is there max(m, n) times, so
    that the same file may be given again, and next month's export may overlap this month's. Attributes of events take
    part in the comparison, those of cases do not, since they change while a case is open.
    """
    connection = staging.connection
    indexed = all("event_index" in log.event_attribute_names for log in (old, new))
    connection.register("old_rows", _rows(old, 0, indexed=indexed))
    connection.register("new_rows", _rows(new, old.events, indexed=indexed))
    shared = [name for name in old.event_attribute_names if name in new.event_attribute_names]
    key = ", ".join(quoted(name) for name in (*_KEY, *shared))
    connection.execute(
        f"""CREATE TABLE united AS SELECT * EXCLUDE (part, held, nth) FROM (
                SELECT *, count(*) FILTER (part = 0) OVER (PARTITION BY {key}) AS held,
                       row_number() OVER (PARTITION BY {key}, part ORDER BY place) AS nth
                FROM (SELECT 0 AS part, * FROM old_rows UNION ALL BY NAME SELECT 1 AS part, * FROM new_rows))
            WHERE part = 0 OR nth > held ORDER BY place"""
    )
    connection.unregister("old_rows")
    connection.unregister("new_rows")
    _adopt(staging)
    return int(connection.execute("SELECT count(*) FROM united").fetchall()[0][0]) - old.events


def united_header(old: Header, new: Header, *, taken: int, read: int) -> Header:
    """What is known of the union: sources, guesses and notes of both, and the rows that were left out."""
    sources = dict.fromkeys([*old.source.split(", "), new.source])
    return replace(
        old,
        source=", ".join(name for name in sources if name),
        inferred=tuple(sorted({*old.inferred, *new.inferred})),
        rejected=old.rejected + new.rejected,
        duplicates=old.duplicates + new.duplicates + read - taken,
        notes=tuple(dict.fromkeys([*old.notes, *new.notes])),
    )


def _rows(log: EventLog, begin: int, *, indexed: bool) -> pa.Table:
    case = log.case_of_event()
    place = np.arange(begin, begin + log.events, dtype=np.int64)
    columns = {
        "case_id": pa.DictionaryArray.from_arrays(pa.array(case), _whole(log.case_ids)),
        "activity": _named(log.activity, log.activities),
        "timestamp": _times(log.end),
        "start_timestamp": _times(log.start),
        "resource": _named(log.resource, log.resources),
        "department": _named(log.department, log.departments),
        "source_order": log.event_attribute("event_index") if indexed else pa.array(place),
        "place": pa.array(place),
    }
    columns |= {name: log.event_attribute(name) for name in log.event_attribute_names}
    columns |= {
        f"case:{name}": _whole(log.case_attribute(name)).take(pa.array(case)) for name in log.case_attribute_names
    }
    return pa.table(columns)


def _adopt(staging: Staging) -> None:
    described = [str(row[0]) for row in staging.connection.execute("DESCRIBE united").fetchall()]
    known = {name: quoted(name) for name in (*_KEY, "source_order")} | {"row": "place", "inferred": "false"}
    attributes = {name: quoted(name) for name in described if name not in {*STAGED_COLUMNS, "place"}}
    staging.adopt_expressions("united", known, attributes)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _named(codes: Int32Array, names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=np.asarray(codes) == NOBODY), pa.array(names, pa.string())
    )


def _times(times: Int64Array) -> pa.Array:
    return pa.array(times, mask=np.asarray(times) == NO_TIME).cast(pa.timestamp("us"))
