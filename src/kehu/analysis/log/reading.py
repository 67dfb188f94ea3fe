"""The one door from a source to an EventLog: any supported file, or a store."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import threading
import weakref
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.appending import stage_union, united_header
from kehu.analysis.log.encode import Encoded, attribute_columns, encode
from kehu.analysis.log.eventlog import EventLog, Header, Int64Array
from kehu.analysis.log.importers import IMPORTERS
from kehu.analysis.log.lifecycle import Settled, has_starts, settle
from kehu.analysis.log.staging import Importer, ImportOptions, Staged, Staging, literal, quoted
from kehu.analysis.log.store import is_store, open_store, save_log

_HEAD = 65_536
_BATCH = 500_000
INSTANCE = "concept:instance"
"""The attribute that tells two pieces of work on the same activity apart (XES, concept extension)."""


def read_log(source: Path | str, options: ImportOptions = ImportOptions()) -> EventLog:
    """Read any supported file, or open a store, as an EventLog.

    Raises InputError, one sentence with file, row and column, where it cannot be read.
    """
    path = Path(source)
    if is_store(path):
        return _with_options(open_store(path), options)
    folder = Path(tempfile.mkdtemp(prefix="kehu-"))
    staging = Staging(folder)
    try:
        log = _import(path, options, staging)
    except BaseException:
        _discard(staging, folder)
        raise
    # Attributes are read when they are asked for: what was staged lives as long as their reader.
    weakref.finalize(log.event_attributes, _discard, staging, folder)
    return log


def import_log(source: Path | str, target: Path, options: ImportOptions = ImportOptions()) -> EventLog:
    """Read a source and write it as a store at ``target``; returns the opened store. Raises InputError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=target.parent) as folder:
        staging = Staging(Path(folder))
        try:
            log = _import(Path(source), options, staging)
            save_log(log, target, rejects=_save_rejects(staging, Path(folder)))
        finally:
            staging.close()
    return open_store(target)


def append(store: Path, source: Path | str, options: ImportOptions = ImportOptions()) -> EventLog:
    """Add the rows of a source to a store; returns the store, opened anew.

    Rows that are already there are not taken twice, so that a file may be given again; the result is that of importing
    everything at once, save that a piece of work begun in one file and ended in another is not paired. The store is
    replaced as a whole or, where anything fails, left as it was. Raises InputError.
    """
    old = open_store(store)
    options = replace(options, zone=options.zone or old.header.zone)
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=store.resolve().parent) as folder:
        parts = [Path(folder) / name for name in ("new", "both")]
        for part in parts:
            part.mkdir()
        staging, both = (Staging(part) for part in parts)
        try:
            new = _import(Path(source), options, staging)
            added = stage_union(both, old, new)
            if added:
                header = united_header(old.header, new.header, taken=added, read=new.events)
                log = _assemble(both, encode(both, options.progress), header)
                save_log(log, store, rejects=_joined(store / "rejects.csv", _save_rejects(staging, parts[0])))
        finally:
            staging.close()
            both.close()
    return open_store(store)


def _joined(old: Path, new: Path | None) -> Path | None:
    """The rejects of both, in the new file where there is one: the old one belongs to the store still in place."""
    if new is None or not old.is_file():
        return new or (old if old.is_file() else None)
    rows = new.read_text(encoding="utf-8").split("\n", 1)[1]
    new.write_text(old.read_text(encoding="utf-8").rstrip("\n") + "\n" + rows, encoding="utf-8")
    return new


def _discard(staging: Staging, folder: Path) -> None:
    staging.close()
    shutil.rmtree(folder, ignore_errors=True)


def importer_for(path: Path, name: str | None = None) -> Importer:
    """The importer of the given name, or the one that recognises the file.

    Raises InputError where the file is missing, empty or of no known kind, or no importer has the name.
    """
    head = _head(path)
    known = ", ".join(importer.name for importer in IMPORTERS)
    for importer in IMPORTERS:
        if importer.name == name if name else importer.recognises(path, head):
            return importer
    if name:
        raise InputError(
            Sentence("there is no importer %(name)r", name=name), remedy=Sentence("Known kinds: %(names)s", names=known)
        )
    raise InputError(
        Sentence("is of no kind that can be read"),
        where=path.name,
        remedy=Sentence("Known kinds: %(names)s", names=known),
    )


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(Sentence("is not there"), where=str(path), remedy=Sentence("Check the path"))
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise InputError(Sentence("is empty"), where=path.name, remedy=Sentence("Export it again"))
    if head[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as packed:
                return packed.read(_HEAD)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(
                Sentence("is a damaged gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
            ) from error
    return head


def _import(path: Path, options: ImportOptions, staging: Staging) -> EventLog:
    importer = importer_for(path, options.importer)
    options.progress("read", 0.0)
    staged = importer.stage(path, staging, options)
    options = staged.options or options
    try:
        encoded = encode(staging, options.progress)
    except InputError as error:
        raise _unusable(path, staging) from error
    settled = _settle(staging, encoded, options.lifecycle)
    header = _header(path, importer, staged, staging, options)
    log = _assemble(staging, settled.encoded, header, settled.extra)
    return log.with_header(lifecycle=settled.applied, notes=(*log.header.notes, *settled.notes))


def _unusable(path: Path, staging: Staging) -> InputError:
    """Where no row was left: the first reject says why, with its row and column."""
    first = staging.connection.execute('SELECT "row", "column", reason FROM rejects ORDER BY "row" LIMIT 1').fetchall()
    if not first:
        return InputError(Sentence("holds no event"), where=path.name, remedy=Sentence("Export it again"))
    row, column, reason = first[0]
    where = Sentence("%(file)s, row %(row)d", file=path.name, row=row)
    if column:
        where = Sentence("%(file)s, row %(row)d, column %(column)r", file=path.name, row=row, column=column)
    remedy = Sentence("It has no other row")
    if staging.rejected > 1:
        remedy = Sentence("None of its %(count)s rows can be used", count=staging.rejected)
    return InputError(staging.reason(reason), where=where, remedy=remedy)


def _settle(staging: Staging, encoded: Encoded, mode: str) -> Settled:
    if INSTANCE not in attribute_columns(staging) or not has_starts(encoded):
        return settle(encoded, mode)
    column = staging.connection.execute(f"SELECT {quoted(INSTANCE)}::VARCHAR FROM staged").to_arrow_table().column(0)
    codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
    return settle(encoded, mode, codes.astype(np.int32)[encoded.order])


def _header(path: Path, importer: Importer, staged: Staged, staging: Staging, options: ImportOptions) -> Header:
    return Header(
        source=path.name,
        importer=importer.name,
        zone=options.zone,
        lifecycle=options.lifecycle,
        end_activity=options.end_activity,
        inferred=staged.inferred,
        rejected=staging.rejected,
        duplicates=staged.duplicates,
        roles=dict(staged.roles),
        notes=staged.notes,
    )


def _assemble(staging: Staging, encoded: Encoded, header: Header, extra: dict[str, pa.Array] | None = None) -> EventLog:
    names = attribute_columns(staging)
    of_case = tuple(name for name in names if name.startswith("case:"))
    of_event = tuple(name for name in names if not name.startswith("case:"))
    first = encoded.order[encoded.offsets[:-1]]
    computed = dict(extra or {})
    one_at_a_time = threading.Lock()

    def attribute(name: str) -> pa.ChunkedArray:
        return pa.chunked_array([computed[name] if name in computed else staged(name)])

    def staged(name: str) -> pa.Array:
        with one_at_a_time:
            reader = staging.connection.execute(f"SELECT {quoted(name)} FROM staged").to_arrow_reader(_BATCH)
            if name.startswith("case:"):
                return _picked(reader, first)
            return reader.read_all().column(0).combine_chunks().take(pa.array(encoded.order))

    words = {key: tuple(encoded.vocabularies[key].to_pylist()) for key in ("activity", "resource", "department")}
    return EventLog(
        case_offsets=encoded.offsets,
        activity=encoded.activity,
        resource=encoded.resource,
        department=encoded.department,
        start=encoded.start,
        end=encoded.end,
        activities=words["activity"],
        resources=words["resource"],
        departments=words["department"],
        case_ids=encoded.vocabularies["case_id"],
        header=header,
        event_attributes=attribute,
        case_attributes=lambda name: attribute(f"case:{name}"),
        event_attribute_names=(*of_event, *(extra or {})),
        case_attribute_names=tuple(name.removeprefix("case:") for name in of_case),
    )


def _picked(reader: pa.RecordBatchReader, rows: Int64Array) -> pa.Array:
    """The values of one column in the given rows, which are any of the reader's, in any order."""
    ordered = np.argsort(rows, kind="stable")
    wanted, done, parts = rows[ordered], 0, []
    for batch in reader:
        first, last = np.searchsorted(wanted, (done, done + batch.num_rows))
        parts.append(batch.column(0).take(pa.array(wanted[first:last] - done)))
        done += batch.num_rows
    back = np.empty(len(rows), np.int64)
    back[ordered] = np.arange(len(rows))
    return pa.concat_arrays(parts).take(pa.array(back)) if parts else pa.nulls(0)


def _save_rejects(staging: Staging, folder: Path) -> Path | None:
    if not staging.rejected:
        return None
    path = folder / "rejects.csv"
    texts = ", ".join(f"{_harmless(name)} AS {quoted(name)}" for name in ("column", "value", "reason"))
    staging.connection.execute(f'COPY (SELECT "row", {texts} FROM rejects) TO {literal(str(path))} (HEADER)')
    return path


def _harmless(name: str) -> str:
    """SQL of a text that no spreadsheet runs as a formula: an apostrophe stops it (CWE-1236)."""
    signs = literal("^([=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20])")
    return f"regexp_replace({quoted(name)}, {signs}, {literal(chr(39) + chr(92) + '1')})"


def _with_options(log: EventLog, options: ImportOptions) -> EventLog:
    changes: dict[str, Any] = {
        name: value for name in ("zone", "end_activity") if (value := getattr(options, name)) is not None
    }
    return log.with_header(**changes) if changes else log


def event_log(rows: dict[str, list[Any]], header: Header = Header()) -> EventLog:
    """An EventLog from columns in memory, for notebooks and tests.

    ``rows`` has ``case_id, activity, timestamp`` and optionally ``start_timestamp, resource, department, event_index``;
    any other column is an attribute. Times are numpy datetimes or anything numpy reads as one.
    """
    columns = {name: pa.array(values) for name, values in rows.items()}
    for role in ("timestamp", "start_timestamp"):
        if role in rows:
            columns[role] = pa.array(np.array(rows[role], "datetime64[us]"))
    folder = Path(tempfile.mkdtemp(prefix="kehu-"))
    staging = Staging(folder)
    try:
        staging.adopt_table(pa.table(columns))
        log = _assemble(staging, encode(staging), header)
        of_event = {name: log.event_attribute(name) for name in log.event_attribute_names}
        of_case = {name: log.case_attribute(name) for name in log.case_attribute_names}
        return replace(log, event_attributes=of_event.__getitem__, case_attributes=of_case.__getitem__)
    finally:
        _discard(staging, folder)
