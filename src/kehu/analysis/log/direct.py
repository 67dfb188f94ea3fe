"""Parquet columns straight into codes: their dictionaries are cleaned once, not row by row.

Used where a file needs no rejects, no repeats dropped and no reading of texts as times; 3 times faster than through
SQL, and the same codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kehu.analysis.log.eventlog import NO_TIME
from kehu.analysis.log.roles import MISSING

_NEEDED = ("case_id", "activity")
_NAMED = ("case_id", "activity", "resource", "department", "lifecycle")


@dataclass(frozen=True)
class Direct:
    """A Parquet file whose columns play roles as they are; ``roles`` maps a role to its column."""

    path: Path
    roles: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(pq.read_metadata(self.path).num_rows)

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """The rows in the file's order as the encoder takes them: names as dictionary arrays, times as int64."""
        texts = [column for role, column in self.roles.items() if role in _NAMED]
        with pq.ParquetFile(self.path, read_dictionary=texts) as file:
            done = 0
            for batch in file.iter_batches(size, columns=list(dict.fromkeys(self.roles.values()))):
                yield self._staged(batch, done)
                done += batch.num_rows

    def _staged(self, batch: pa.RecordBatch, done: int) -> pa.RecordBatch:
        rows = batch.num_rows
        columns: dict[str, pa.Array] = {
            name: cleaned(batch.column(self.roles[name]), name) if name in self.roles else _nobody(rows)
            for name in _NAMED
        }
        columns["end"] = _microseconds(batch.column(self.roles["timestamp"]))
        if "start_timestamp" in self.roles:
            columns["start"] = pc.fill_null(_microseconds(batch.column(self.roles["start_timestamp"])), NO_TIME)
        else:
            columns["start"] = pa.repeat(pa.scalar(NO_TIME, pa.int64()), rows)
        if "event_index" in self.roles:
            columns["source_order"] = batch.column(self.roles["event_index"]).cast(pa.int64())
        else:
            columns["source_order"] = pa.array(np.arange(done + 1, done + 1 + rows, dtype=np.int64))
        return pa.record_batch(columns)


def direct_from(path: Path, roles: Mapping[str, str], zone: str | None) -> Direct | None:
    """A way straight to the columns, or None where their types, or what the file says of them, call for SQL.

    The file's own statistics say whether an id, an activity or a time is missing or blank.
    """
    metadata = pq.read_metadata(path)
    schema = metadata.schema.to_arrow_schema()
    if any(schema.names.count(column) != 1 or column not in metadata.schema.names for column in roles.values()):
        return None
    for role, column in roles.items():
        if role in {"timestamp", "start_timestamp"}:
            kind = schema.field(column).type
            if not pa.types.is_timestamp(kind) or (kind.tz is None and zone not in {None, "UTC"}) or kind.unit == "ns":
                return None
        elif role == "event_index":
            if not pa.types.is_integer(schema.field(column).type) or not _filled(metadata, column, text=False):
                return None
        elif not _is_name(schema.field(column).type):
            return None
    if not all(_filled(metadata, roles[role], text=role in _NEEDED) for role in (*_NEEDED, "timestamp")):
        return None
    return Direct(path, dict(roles))


def cleaned(names: pa.Array, role: str) -> pa.DictionaryArray:
    """Names as a dictionary array: trimmed, texts that mean nothing as null, a transition in lower case."""
    coded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    words = pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string()))
    if role == "lifecycle":
        words = pc.utf8_lower(words)
    missing = pa.array([""] if role in _NEEDED else MISSING)
    words = pc.if_else(pc.is_in(words, missing), pa.scalar(None, pa.string()), words)
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int32()), words)


def _nobody(rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))


def _microseconds(times: pa.Array) -> pa.Array:
    zone = times.type.tz
    return times.cast(pa.timestamp("us", zone)).cast(pa.int64())


def _is_name(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value) or pa.types.is_integer(value))


def _filled(metadata: pq.FileMetaData, column: str, *, text: bool) -> bool:
    """Whether the statistics of every row group rule out a null and, of a text, a blank one."""
    place = metadata.schema.names.index(column)
    for group in range(metadata.num_row_groups):
        known = metadata.row_group(group).column(place).statistics
        if known is None or not known.has_null_count or known.null_count:
            return False
        if text and isinstance(known.min, (str, bytes)) and not (known.has_min_max and str(known.min) > "!"):
            return False
        if text and not known.has_min_max:
            return False
    return True
