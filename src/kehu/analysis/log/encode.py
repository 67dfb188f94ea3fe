"""From staged rows to the flat arrays of an EventLog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import NO_TIME, NOBODY, Int32Array, Int64Array
from kehu.analysis.log.ordering import case_order
from kehu.analysis.log.staging import STAGED_COLUMNS, Progress, Staging, no_progress, quoted

_DICTIONARIES = {
    "case_id": "cases",
    "activity": "activities",
    "resource": "resources",
    "department": "departments",
    "lifecycle": "lifecycles",
}
"""Staged column → the name of its enumeration."""
_BATCH = 500_000


@dataclass(frozen=True)
class Encoded:
    """The arrays of a log in their final order, with ``order``, the permutation from staged rows to events."""

    offsets: Int64Array
    activity: Int32Array
    resource: Int32Array
    department: Int32Array
    lifecycle: Int32Array
    start: Int64Array
    end: Int64Array
    order: Int64Array
    vocabularies: dict[str, pa.ChunkedArray]


def encode(staging: Staging, progress: Progress = no_progress) -> Encoded:
    """Encode names as codes and sort by (case, time, source order).

    Raises InputError where no row was left to use. Memory: about 60 bytes an event beside DuckDB's own limit.
    """
    total = _count(staging)
    if total == 0:
        raise InputError("no usable event was found", remedy="See the rejected rows for what was wrong with each")
    vocabularies = {column: _dictionary(staging, column, kind) for column, kind in _DICTIONARIES.items()}
    empty = {column for column, names in vocabularies.items() if len(names) == 0}
    columns = _columns(_batches(staging, empty), total, progress)
    offsets, order = case_order(
        columns["case_id"], columns["end"], columns["source_order"], len(vocabularies["case_id"])
    )
    moved = {name: values[order] for name, values in columns.items() if name not in {"case_id", "source_order"}}
    return Encoded(offsets, order=order, vocabularies=vocabularies, **moved)


def attribute_columns(staging: Staging) -> list[str]:
    """The staged columns that are attributes."""
    rows = staging.connection.execute("DESCRIBE staged").fetchall()
    return [str(row[0]) for row in rows if row[0] not in STAGED_COLUMNS]


def _count(staging: Staging) -> int:
    return int(staging.connection.execute("SELECT count(*) FROM staged").fetchall()[0][0])


def _dictionary(staging: Staging, column: str, kind: str) -> pa.ChunkedArray:
    """Declare the column's names, in alphabetical order, as an enumeration of the given type name."""
    names = f"SELECT DISTINCT {quoted(column)} AS name FROM staged WHERE {quoted(column)} IS NOT NULL ORDER BY name"
    table = staging.connection.execute(names).to_arrow_table()
    if table.num_rows:
        staging.connection.register("names", table)
        staging.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT name FROM names)")
        staging.connection.unregister("names")
    return table.column(0)


def _columns(batches: Iterator[pa.RecordBatch], total: int, progress: Progress) -> dict[str, np.ndarray]:
    kinds = {
        "case_id": np.int32,
        "activity": np.int32,
        "resource": np.int32,
        "department": np.int32,
        "lifecycle": np.int32,
        "start": np.int64,
        "end": np.int64,
        "source_order": np.int64,
    }
    columns = {name: np.empty(total, kind) for name, kind in kinds.items()}
    done = 0
    for batch in batches:
        for name, values in columns.items():
            values[done : done + batch.num_rows] = batch.column(name).to_numpy(zero_copy_only=False)
        done += batch.num_rows
        progress("encode", done / total)
    return columns


def _batches(staging: Staging, empty: set[str]) -> Iterator[pa.RecordBatch]:
    """The coded rows in the order of ``staged``: a bare projection, since a join would be free to reorder them."""
    codes = ", ".join(
        f"{NOBODY}::INTEGER AS {column}"
        if column in empty
        else f"coalesce(enum_code({quoted(column)}::{kind})::INTEGER, {NOBODY}) AS {column}"
        for column, kind in _DICTIONARIES.items()
    )
    return iter(
        staging.connection.execute(
            f"""SELECT {codes}, coalesce(epoch_us(start_timestamp), {NO_TIME}) AS start,
                       epoch_us(timestamp) AS "end", source_order FROM staged"""
        ).to_arrow_reader(_BATCH)
    )
