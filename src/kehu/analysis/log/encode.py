"""From staged rows to the flat arrays of an EventLog."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import NO_TIME, NOBODY, Int32Array, Int64Array
from kehu.analysis.log.ordering import case_order
from kehu.analysis.log.staging import STAGED_COLUMNS, Progress, Staging, no_progress, quoted

_NAMED = ("case_id", "activity", "resource", "department", "lifecycle")
"""Staged columns that become codes."""
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
    vocabularies: dict[str, pa.Array]


def encode(staging: Staging, progress: Progress = no_progress) -> Encoded:
    """Encode names as codes and sort by (case, time, source order).

    Raises InputError where no row was left to use. Memory: about 60 bytes an event beside DuckDB's own limit.
    """
    total = staging.direct.rows if staging.direct else _count(staging)
    if total == 0:
        raise InputError(
            Sentence("no usable event was found"), remedy=Sentence("See the rejected rows for what was wrong with each")
        )
    columns, parts = _columns(_batches(staging), total, progress)
    vocabularies = {name: _unified(columns[name], parts.pop(name)) for name in _NAMED}
    offsets, order = case_order(
        columns.pop("case_id"), columns["end"], columns.pop("source_order"), len(vocabularies["case_id"])
    )
    with ThreadPoolExecutor(2) as pool:
        moved = dict(
            zip(tuple(columns), pool.map(lambda name: _moved(columns.pop(name), order), tuple(columns)), strict=True)
        )
    return Encoded(offsets, order=order, vocabularies=vocabularies, **moved)


def _moved(values: np.ndarray, order: Int64Array) -> np.ndarray:
    """The values in a new order; a column of one value throughout, such as one that is not there, stays as it is."""
    return values if (values == values[0]).all() else values.take(order, mode="clip")


def attribute_columns(staging: Staging) -> list[str]:
    """The staged columns that are attributes."""
    rows = staging.connection.execute("DESCRIBE staged").fetchall()
    return [str(row[0]) for row in rows if row[0] not in STAGED_COLUMNS]


def _count(staging: Staging) -> int:
    return int(staging.connection.execute("SELECT count(*) FROM staged").fetchall()[0][0])


def _columns(
    batches: Iterator[pa.RecordBatch], total: int, progress: Progress
) -> tuple[dict[str, np.ndarray], dict[str, list[tuple[int, pa.Array]]]]:
    """The staged columns as flat arrays, names as codes of their own batch, and each batch's names."""
    columns = {name: np.empty(total, np.int32) for name in _NAMED}
    columns |= {name: np.empty(total, np.int64) for name in ("start", "end", "source_order")}
    parts: dict[str, list[tuple[int, pa.Array]]] = {name: [] for name in _NAMED}
    done = 0
    for batch in batches:
        rows = slice(done, done + batch.num_rows)
        for name, values in columns.items():
            column = batch.column(name)
            if name in parts:
                column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
                parts[name].append((batch.num_rows, column.dictionary))
                column = column.indices.fill_null(NOBODY)
            values[rows] = column.to_numpy(zero_copy_only=False)
        done += batch.num_rows
        progress("encode", done / total)
    return columns, parts


def _unified(codes: Int32Array, parts: list[tuple[int, pa.Array]]) -> pa.Array:
    """The names of all batches in alphabetical order; ``codes`` are turned into codes of these, in place."""
    together = pa.concat_arrays([names for _, names in parts]).dictionary_encode()
    order = pc.sort_indices(together.dictionary).to_numpy()
    rank = np.empty(len(order) + 1, np.int32)
    rank[-1] = NOBODY
    rank[order] = np.arange(len(order), dtype=np.int32)
    ranked = rank[together.indices.fill_null(-1).to_numpy()]
    row = name = 0
    for rows, names in parts:
        # The last entry stands for a missing name, which is -1.
        table = np.append(ranked[name : name + len(names)], np.int32(NOBODY))
        codes[row : row + rows] = table[codes[row : row + rows]]
        row, name = row + rows, name + len(names)
    return together.dictionary.take(pa.array(order))


def _batches(staging: Staging) -> Iterator[pa.RecordBatch]:
    """The rows in the order of ``staged``: a bare projection, since a join would be free to reorder them."""
    if staging.direct:
        return staging.direct.batches(_BATCH)
    names = ", ".join(map(quoted, _NAMED))
    return iter(
        staging.connection.execute(
            f"""SELECT {names}, coalesce(epoch_us(start_timestamp), {NO_TIME}) AS start,
                       epoch_us(timestamp) AS "end", source_order FROM staged"""
        ).to_arrow_reader(_BATCH)
    )
