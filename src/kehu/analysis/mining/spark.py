"""The same kernels on a Spark cluster: whole cases lie in shards, kernels go to them, summaries come back.

For logs that one machine cannot hold; on one machine it is slower than threads, by the cost of moving rows about. A
Parquet source is read by Spark, its rows gathered by a hash of the case, and each shard imported by the very code that
imports a file here. A store must lie where every worker sees it. Needs ``kehu[spark]``
and Java 17 on every worker; ``PYSPARK_PYTHON`` names their Python where it is not this one.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import NO_TIME, NOBODY, EventLog, Header, Int32Array
from kehu.analysis.log.preview import preview
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ROLES, ImportOptions, no_progress
from kehu.analysis.log.store import is_store, open_store
from kehu.analysis.mining.runs import Kernel, Run, ShardedLog, whole

_BINARY = "shard binary"
_NAMES = ("activities", "resources", "departments")
_CODES = ("activity", "resource", "department")
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Times stay as they are in the file, and as many shards stay as were asked for."""


@dataclass(frozen=True, eq=False)
class _Shard:
    """Some cases of a log, as a worker keeps them: the arrays of an EventLog, its names and its header."""

    arrays: dict[str, Any]
    names: dict[str, tuple[str, ...]]
    header: Header

    @staticmethod
    def of(log: EventLog) -> _Shard:
        arrays = {name: np.asarray(getattr(log, name)) for name in ("case_offsets", "start", "end", *_CODES)}
        return _Shard(arrays, {name: getattr(log, name) for name in _NAMES}, log.header)

    def run(self, names: dict[str, tuple[str, ...]]) -> Run:
        """The shard's cases, with codes that stand for the names of the whole log."""
        moved = {
            column: _recoded(self.arrays[column], self.names[kind], names[kind])
            for column, kind in zip(_CODES, _NAMES, strict=True)
        }
        content: dict[str, Any] = {**self.arrays, **moved, **names}
        return whole(EventLog(**content, case_ids=pa.array([], pa.string()), header=self.header))


@contextmanager
def log_on_spark(
    source: Path, options: ImportOptions = ImportOptions(), *, master: str, shards: int | None = None
) -> Iterator[ShardedLog]:
    """A source as a log in shards on the cluster at ``master`` (``spark://host:port``), for any function of mining.

    ``source`` is a Parquet file or a store, seen under that path by every worker; ``shards`` is twice the cluster's
    cores unless given. Raises InputError where the source is neither, or Spark or Java is not there.
    """
    session = _session(master)
    try:
        wanted = shards or max(2, 2 * session.sparkContext.defaultParallelism)
        held = (_from_store if is_store(source) else _from_parquet)(session, source, options, wanted).persist()
        yield _sharded(session, held)
    finally:
        session.stop()


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 an extra
    except ImportError as error:
        raise InputError(
            Sentence("Spark is not installed"), remedy=Sentence("Install it with: pip install 'kehu[spark]'")
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers need the same packages as we
    builder = SparkSession.builder.master(master).appName("kehu")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        reason = str(error).split("\n", 1)[0][:200].rstrip(".")
        raise InputError(
            Sentence("no Spark cluster answers (%(reason)s)", reason=reason),
            where=master,
            remedy=Sentence("It needs Java 17"),
        ) from error


def _from_parquet(session: Any, source: Path, options: ImportOptions, shards: int) -> Any:
    """Rows gathered by case, in the order of the file, each shard imported as a file of its own."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 an extra
    from pyspark.sql import functions as f  # noqa: PLC0415

    schema = _schema(source)
    options = _settled(source, options)
    case = options.roles["case_id"]
    try:
        rows = session.read.parquet(str(source)).select("*", f.col("_metadata.row_index").alias("__row"))
        gathered = rows.repartition(shards, f.col(f"`{case}`")).sortWithinPartitions("__row").drop("__row")
    except PySparkException as error:
        reason = str(error).split("\n", 1)[0][:200].rstrip(".")
        raise InputError(
            Sentence("Spark cannot read it (%(reason)s)", reason=reason),
            where=source.name,
            remedy=Sentence("Export it again"),
        ) from error
    return gathered.mapInArrow(_importing(source.name, options, schema), _BINARY)


def _from_store(session: Any, source: Path, options: ImportOptions, shards: int) -> Any:
    """Equal runs of the store's cases, opened by the workers."""
    path = source.resolve()

    def opening(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column("id").to_pylist():
                yield _packed(_part(open_store(path), number, shards, options))

    return session.range(0, shards, 1, shards).mapInArrow(opening, _BINARY)


def _part(log: EventLog, number: int, shards: int, options: ImportOptions) -> _Shard:
    first, last = (log.cases * number // shards, log.cases * (number + 1) // shards)
    begin, stop = int(log.case_offsets[first]), int(log.case_offsets[last])
    arrays = {name: np.array(getattr(log, name)[begin:stop]) for name in ("start", "end", *_CODES)}
    arrays["case_offsets"] = np.array(log.case_offsets[first : last + 1]) - begin
    header = replace(log.header, zone=options.zone or log.header.zone)
    header = replace(header, end_activity=options.end_activity or header.end_activity)
    return _Shard(arrays, {name: getattr(log, name) for name in _NAMES}, header)


def _schema(source: Path) -> pa.Schema:
    try:
        return pq.read_schema(source)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            Sentence("is no Parquet file and no store"),
            where=source.name,
            remedy=Sentence("Spark reads these two; run `kehu import` first"),
        ) from error


def _settled(source: Path, options: ImportOptions) -> ImportOptions:
    """The options with every guess taken once, here, so that no shard guesses otherwise."""
    seen = preview(source, options)
    if "case_id" not in seen.roles:
        raise InputError(
            Sentence("has no column that could be the case id"),
            where=source.name,
            remedy=Sentence("Name it with --case"),
        )
    roles = dict.fromkeys(ROLES, "") | seen.roles | dict(options.roles)
    return replace(options, roles=roles, layout=seen.layout, remembered=None, progress=no_progress)


def _importing(
    name: str, options: ImportOptions, schema: pa.Schema
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def importing(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = [batch for batch in batches if batch.num_rows]
        if not rows:
            return
        with tempfile.TemporaryDirectory(prefix="kehu-") as folder:
            path = Path(folder) / name
            pq.write_table(pa.Table.from_batches(rows).cast(_plain(schema)), path)
            yield _packed(_Shard.of(read_log(path, options)))

    return importing


def _plain(schema: pa.Schema) -> pa.Schema:
    """The file's own types, which Spark may have widened; without metadata of other programs."""
    return pa.schema([pa.field(field.name, field.type) for field in schema])


def _packed(content: Any) -> pa.RecordBatch:
    packed = pickle.dumps(content, protocol=5)
    return pa.record_batch({"shard": pa.array([packed], pa.binary())})


def _unpacked(batches: Iterator[pa.RecordBatch]) -> Iterator[Any]:
    for batch in batches:
        for packed in batch.column(0):
            yield pickle.loads(packed.as_buffer())  # noqa: S301 written by ourselves, moved within one Spark job


def _sharded(session: Any, held: Any) -> ShardedLog:
    facts = _collected(held, _facts)
    if not facts:
        raise InputError(
            Sentence("no usable event was found"), remedy=Sentence("See the rejected rows for what was wrong with each")
        )
    names: dict[str, Any] = {
        kind: tuple(sorted(set().union(*(fact["names"][kind] for fact in facts)))) for kind in _NAMES
    }
    sent = session.sparkContext.broadcast(names)

    done: dict[str, Sequence[Any]] = {}

    def summaries(kernel: Kernel[Any, Any]) -> Sequence[Any]:
        if (key := repr(kernel)) not in done:
            done[key] = _collected(held, lambda shard: kernel.summarise(shard.run(sent.value)))
        return done[key]

    has = {kind: any(fact[kind] for fact in facts) for kind in ("start", "resource", "department")}
    return ShardedLog(
        case_offsets=np.array([0, 1]),
        activity=np.zeros(1, np.int32),
        resource=np.array([0 if has["resource"] else NOBODY], np.int32),
        department=np.array([0 if has["department"] else NOBODY], np.int32),
        start=np.array([0 if has["start"] else NO_TIME]),
        end=np.zeros(1, np.int64),
        **names,
        case_ids=pa.array([""]),
        header=_header([fact["header"] for fact in facts]),
        summaries=summaries,
    )


def _facts(shard: _Shard) -> dict[str, Any]:
    return {
        "names": shard.names,
        "header": shard.header,
        "start": bool((shard.arrays["start"] != NO_TIME).any()),
        "resource": bool((shard.arrays["resource"] != NOBODY).any()),
        "department": bool((shard.arrays["department"] != NOBODY).any()),
    }


def _header(headers: list[Header]) -> Header:
    """One header: rejected and repeated rows added up, every note once."""
    first = headers[0]
    return replace(
        first,
        rejected=sum(header.rejected for header in headers),
        duplicates=sum(header.duplicates for header in headers),
        notes=_notes([header.notes for header in headers]),
    )


def _notes(notes: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Notes that differ in their numbers only become one, with the sum of each number."""
    alike: dict[Any, list[str]] = {}
    for note in (note for some in notes for note in some):
        alike.setdefault(_but_numbers(note), []).append(note)
    return tuple(found[0] if len(set(found)) == 1 else _added(found) for found in alike.values())


def _but_numbers(note: str) -> Any:
    if not isinstance(note, Sentence):
        return note
    return note.template, tuple((name, value) for name, value in note.values.items() if not isinstance(value, int))


def _added(notes: list[str]) -> str:
    told = [note for note in notes if isinstance(note, Sentence)]
    first = told[0]
    numbers = [{name: value for name, value in note.values.items() if isinstance(value, int)} for note in told]
    sums = {name: sum(one[name] for one in numbers) for name in numbers[0]}
    return Sentence.of(first.template, {**first.values, **sums})


def _collected(held: Any, measure: Callable[[_Shard], Any]) -> list[Any]:
    """What ``measure`` makes of each shard, brought back here."""

    def measuring(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for shard in _unpacked(batches):
            yield _packed(measure(shard))

    rows = held.mapInArrow(measuring, _BINARY).toArrow()
    return list(_unpacked(iter(rows.to_batches())))


def _recoded(codes: Int32Array, own: tuple[str, ...], names: tuple[str, ...]) -> Int32Array:
    """Codes of a shard's own names as codes of the whole log's; a missing one stays missing."""
    places = {name: code for code, name in enumerate(names)}
    table = np.array([places[name] for name in own] + [NOBODY], np.int32)
    return np.asarray(table[codes])
