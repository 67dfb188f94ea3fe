"""XES event logs (IEEE Std 1849-2016), plain or gzip, read as a stream of traces."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import Int32Array, Int64Array
from kehu.analysis.log.importers import xes_scan as scan
from kehu.analysis.log.importers.bytestream import pieces, xml_encoding
from kehu.analysis.log.importers.columns import free_names, local_to_utc, stage_columns
from kehu.analysis.log.importers.iso_dates import BAD_DATE, DATE, LOCAL_DATE
from kehu.analysis.log.importers.xes_scan import Facts, Piece, Scanner
from kehu.analysis.log.staging import ImportOptions, Staged, Staging

_PIECE = 8 << 20
_LARGEST = 256 << 20
_EVENT_ROLES = {
    "activity": ("concept:name",),
    "timestamp": ("time:timestamp",),
    "start_timestamp": ("start_timestamp", "time:start"),
    "resource": ("org:resource",),
    "department": ("org:group",),
    "lifecycle": ("lifecycle:transition",),
}
_WHY = {
    scan.DOCTYPE: Sentence("declares a document type, which a log has no need of and which can hide an attack"),
    scan.TOO_DEEP: Sentence("nests elements more than %(depth)d deep", depth=scan.MAX_DEPTH),
    scan.MALFORMED: Sentence("is no well-formed XML"),
    scan.MISMATCH: Sentence("closes an element that is not open"),
    scan.NO_LOG: Sentence("does not begin with the element log"),
    scan.TOO_MANY_KEYS: Sentence("has more than %(count)s names of attributes", count=scan.MAX_KEYS),
    scan.AFTER_END: Sentence("goes on after the end of the log"),
}
_KNOWN_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")


class XesImporter:
    """Traces and events of a XES file."""

    name = "xes"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its name, or by the root element of a log that holds traces."""
        if path.name.lower().endswith((".xes", ".xes.gz")):
            return True
        return b"<log" in head and (b"<trace" in head or b"xes.version" in head or b"<classifier" in head)

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """Scan the file piece by piece. Raises InputError, with the line, where it is no whole XES."""
        return _Log(path, options).stage(staging)


@dataclass(frozen=True, eq=False)
class _Column:
    """One attribute over all rows: codes of texts (-1: none) or, for dates, microseconds (64 bits)."""

    kinds: npt.NDArray[np.int8]
    values: Int32Array | Int64Array


@dataclass(frozen=True, eq=False)
class _Part:
    """The attributes of a piece's events, by key: a tenth of the memory of the facts they come from."""

    events: int
    columns: dict[int, _Column]


class _Log:
    """What was scanned of one file, on its way to columns."""

    def __init__(self, path: Path, options: ImportOptions) -> None:
        self.path, self.options = path, options
        self.scanner = Scanner()
        self.local = False
        traces: list[Int64Array] = []
        events: list[_Part] = []
        of_traces: list[Facts] = []
        for piece in self._pieces():
            of_events = _of(piece.facts, piece.facts.row >= 0)
            events.append(_part(of_events, self.scanner.events - len(piece.trace), len(piece.trace)))
            of_traces.append(_of(piece.facts, piece.facts.row < 0))
            traces.append(piece.trace)
        self.traces = _joined(traces)
        self.of_events = _stacked(events)
        self.of_traces = _columns(of_traces, self.scanner.traces)
        self.keys = [_text(key, path.name) for key in self.scanner.keys.strings()]
        self.values = self._vocabulary()

    def stage(self, staging: Staging) -> Staged:
        """Lay the columns out as ``staged``."""
        events = {self.keys[code]: self._array(column) for code, column in self.of_events.items()}
        traces = {self.keys[code]: self._array(column) for code, column in self.of_traces.items()}
        roles = _roles(events, self.options)
        columns = {role: events[key] for role, key in roles.items() if key in events}
        columns = {role: _fitting(role, values) for role, values in columns.items()}
        columns["case_id"], notes = self._cases(traces)
        columns["row"] = pa.array(np.arange(1, len(self.traces) + 1))
        for needed in ("activity", "timestamp"):
            columns.setdefault(
                needed, pa.nulls(len(self.traces), pa.timestamp("us") if needed == "timestamp" else pa.string())
            )
        attributes = {key: values for key, values in events.items() if key not in roles.values()}
        rows = pa.array(self.traces)
        attributes |= {f"case:{key}": values.take(rows) for key, values in traces.items() if key != "concept:name"}
        free = free_names(attributes)
        stage_columns(
            staging, columns | {free[name]: values for name, values in attributes.items()}, seen=self._seen(roles)
        )
        return Staged(roles={"case_id": "case:concept:name", **roles}, notes=(*notes, *self._zone_notes()))

    def _pieces(self) -> Iterator[Piece]:
        """Scan the file; what a piece leaves over is read again with the next."""
        stream = pieces(self.path, "utf-8", _PIECE)
        head = next(stream, b"")
        encoding = xml_encoding(head[:200], self.path.name)
        source = chain([head], stream) if encoding == "utf-8" else pieces(self.path, encoding, _PIECE)
        self.encoding = encoding
        rest, read, need = b"", 0, 0
        for part in chain(source, [b""]):
            rest += part
            read += len(part)
            if part and len(rest) < need:
                continue
            piece = self._scanned(rest, read - len(rest))
            rest = rest[piece.used :]
            need = 2 * len(rest)  # a trace longer than a piece is not scanned again for every piece
            self.options.progress("read", min(1.0, read / max(1, self.path.stat().st_size)))
            yield piece
        self._check_end(rest, read - len(rest))

    def _scanned(self, data: bytes, before: int) -> Piece:
        if len(data) > _LARGEST:
            raise self._error(Sentence("has a trace or element of more than %(size)d MB", size=_LARGEST >> 20), before)
        piece = self.scanner.scan(np.frombuffer(data, np.uint8))
        if piece.status:
            raise self._error(_WHY[piece.status], before + piece.at)
        return piece

    def _check_end(self, rest: bytes, before: int) -> None:
        if self.scanner.inside == 0 and not rest.lstrip().startswith(b"<"):
            raise self._error(Sentence("is no XES file"), before)
        if self.scanner.inside != 2:
            raise self._error(Sentence("is cut off before the end of the log"), before + len(rest))
        if rest.strip():
            raise self._error(_WHY[scan.AFTER_END], before)
        if self.scanner.events == 0:
            raise InputError(Sentence("holds no event"), where=self.path.name, remedy=Sentence("Export it again"))

    def _error(self, what: str, place: int) -> InputError:
        """The error at a place, in bytes of the text; its line is only counted now."""
        line = 1
        for part in pieces(self.path, self.encoding, _PIECE):
            line += part.count(b"\n", 0, max(0, place))
            place -= len(part)
        return InputError(
            what,
            where=Sentence("%(file)s, line %(line)d", file=self.path.name, line=line),
            remedy=Sentence("Export it again"),
        )

    def _vocabulary(self) -> pa.Array:
        """Distinct texts; those with an entity are rewritten, those that are no UTF-8 refused."""
        interned = self.scanner.values
        count = int(interned.count[0])
        texts = interned.strings()
        marked = [i for i, text in enumerate(texts) if b"&" in text or b"\n" in text or b"\t" in text]
        if not marked:
            size = int(interned.offsets[count])
            buffers = [None, pa.py_buffer(interned.offsets[: count + 1]), pa.py_buffer(interned.text[:size])]
            array = pa.Array.from_buffers(pa.large_string(), count, buffers)
            return self._valid(array)
        for i in marked:
            texts[i] = _unescaped(texts[i], self.path.name)
        return self._valid(pa.array(texts, pa.large_binary()).view(pa.large_string()))

    def _valid(self, array: pa.Array) -> pa.Array:
        try:
            array.validate(full=True)
        except pa.ArrowInvalid as error:
            raise InputError(
                Sentence("is not in UTF-8, as it says"), where=self.path.name, remedy=Sentence("Export it again")
            ) from error
        return array.cast(pa.string())

    def _array(self, column: _Column) -> pa.Array:
        """The column by what its values are: all of one kind, else text."""
        present = set(np.flatnonzero(np.bincount(column.kinds + 1, minlength=9)[1:]).tolist())
        if present and present <= {DATE, LOCAL_DATE, BAD_DATE}:
            return self._times(column, present)
        codes, texts = column.values, self.values
        if present & {DATE, LOCAL_DATE}:
            dates = (column.kinds == DATE) | (column.kinds == LOCAL_DATE)
            codes, texts = _with_dates_as_text(codes, texts, dates)
        array = _compact(codes, column.kinds < 0, texts)
        wanted = pa.int64() if present == {scan.WHOLE} else pa.float64() if present <= {scan.WHOLE, scan.REAL} else None
        return array if wanted is None else _numbers(array, wanted)

    def _times(self, column: _Column, present: set[int]) -> pa.Array:
        missing = (column.kinds != DATE) & (column.kinds != LOCAL_DATE)
        times = pa.array(column.values.astype(np.int64, copy=False), pa.timestamp("us"), mask=missing)
        if LOCAL_DATE not in present:
            return times
        self.local = True
        if self.options.zone is None:
            return times
        local = pa.array(column.kinds == LOCAL_DATE)
        return pc.if_else(local, local_to_utc(times, self.options.zone), times)

    def _cases(self, traces: dict[str, pa.Array]) -> tuple[pa.Array, list[str]]:
        """The case of every event; a trace without a name is called by its number."""
        numbered = pa.array([f"trace {i + 1}" for i in range(self.scanner.traces)])
        if "concept:name" not in traces:
            note = Sentence("The traces have no name; cases are called by their number in the file.")
            return numbered.take(pa.array(self.traces)), [note]
        names = traces["concept:name"].cast(pa.string())
        notes: list[str] = []
        if names.null_count:
            notes.append(
                Sentence(
                    "%(count)s traces have no name and are called by their number in the file.", count=names.null_count
                )
            )
            names = pc.coalesce(names, numbered)
        repeated = len(names) - pc.count_distinct(names).as_py()
        if repeated:
            notes.append(
                Sentence(
                    "%(count)s traces bear the name of another one and were put together with it.", count=int(repeated)
                )
            )
        return names.dictionary_encode().take(pa.array(self.traces)), notes

    def _seen(self, roles: dict[str, str]) -> dict[str, pa.Array]:
        """The texts that should have been times, for the rejects."""
        code = next((code for code in self.of_events if self.keys[code] == roles.get("timestamp")), None)
        if code is None:
            return {}
        column = self.of_events[code]
        return {"timestamp": self.values.take(pa.array(column.values, mask=column.kinds != BAD_DATE))}

    def _zone_notes(self) -> list[str]:
        if not self.local:
            return []
        if self.options.zone:
            return [Sentence("Times without an offset were read as times of %(zone)s.", zone=self.options.zone)]
        return [Sentence("Times without an offset were read as UTC; name the zone to have them right.")]


def _roles(events: dict[str, pa.Array], options: ImportOptions) -> dict[str, str]:
    """Role → key of the event's attribute, as the standard's extensions name them and the user says."""
    roles = {role: key for role, keys in _EVENT_ROLES.items() for key in reversed(keys) if key in events}
    given = {role: key for role, key in options.roles.items() if role in _EVENT_ROLES}
    for role, key in given.items():
        if key and key not in events:
            known = ", ".join(sorted(events)[:30])
            raise InputError(
                Sentence("no event has the attribute %(key)r named for %(role)s", key=key, role=role),
                remedy=Sentence("There are: %(names)s", names=known),
            )
    return {role: key for role, key in (roles | given).items() if key}


def _fitting(role: str, values: pa.Array) -> pa.Array:
    """The column as its role needs it: a time, or a text; the transition in lower case."""
    if role in {"timestamp", "start_timestamp"}:
        return values if pa.types.is_timestamp(values.type) else pa.nulls(len(values), pa.timestamp("us"))
    if not pa.types.is_dictionary(values.type):
        return values.cast(pa.string())
    if role == "lifecycle":
        return pa.DictionaryArray.from_arrays(values.indices, pc.utf8_lower(values.dictionary)).cast(pa.string())
    return values


def _joined(parts: list[npt.NDArray[np.int64]]) -> Int64Array:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _of(facts: Facts, chosen: npt.NDArray[np.bool_]) -> Facts:
    """The facts of events, or those of traces, by row."""
    row = facts.row[chosen]
    return Facts(np.where(row < 0, ~row, row), facts.key[chosen], facts.kind[chosen], facts.value[chosen])


def _columns(parts: list[Facts], rows: int) -> dict[int, _Column]:
    """Facts as one column for each key, in the order in which the keys first appear in the file."""
    columns: dict[int, _Column] = {}
    for facts in parts:
        for code in np.flatnonzero(np.bincount(facts.key)).tolist():
            if code not in columns:
                columns[code] = _Column(np.full(rows, -1, np.int8), np.zeros(rows, np.int64))
            chosen = facts.key == code
            place = facts.row[chosen]
            columns[code].kinds[place] = facts.kind[chosen]
            columns[code].values[place] = facts.value[chosen]
    return dict(sorted(columns.items()))


def _part(facts: Facts, first: int, events: int) -> _Part:
    """The facts of a piece's events as columns; codes of texts take 32 bits, only dates need 64."""
    columns = _columns([Facts(facts.row - first, facts.key, facts.kind, facts.value)], events)
    for code, column in columns.items():
        if not np.isin(column.kinds, (DATE, LOCAL_DATE)).any():
            columns[code] = _Column(column.kinds, column.values.astype(np.int32))
    return _Part(events, columns)


def _stacked(parts: list[_Part]) -> dict[int, _Column]:
    """The pieces' columns one below the other; each piece lets go of a column as it is taken."""
    none = {part.events: _Column(np.full(part.events, -1, np.int8), np.zeros(part.events, np.int32)) for part in parts}
    columns = {}
    for code in sorted({code for part in parts for code in part.columns}):
        taken = [part.columns.pop(code, none[part.events]) for part in parts]
        columns[code] = _Column(
            np.concatenate([column.kinds for column in taken]), np.concatenate([column.values for column in taken])
        )
    return columns


def _compact(codes: Int32Array | Int64Array, missing: npt.NDArray[np.bool_], texts: pa.Array) -> pa.DictionaryArray:
    """Codes as an Arrow dictionary of only those texts that occur."""
    used = np.zeros(len(texts), np.bool_)
    used[codes[~missing]] = True
    chosen = np.flatnonzero(used)
    table = np.zeros(len(texts), np.int32)
    table[chosen] = np.arange(len(chosen), dtype=np.int32)
    indices = pa.array(
        table[np.where(missing, 0, codes)] if len(texts) else np.zeros(len(codes), np.int32), mask=missing
    )
    return pa.DictionaryArray.from_arrays(indices, texts.take(pa.array(chosen)))


def _numbers(array: pa.DictionaryArray, wanted: pa.DataType) -> pa.Array:
    """The texts as numbers; the column stays text where one is none."""
    try:
        return array.dictionary.cast(wanted).take(array.indices)
    except pa.ArrowInvalid:
        return array


def _with_dates_as_text(
    codes: Int32Array | Int64Array, texts: pa.Array, dates: npt.NDArray[np.bool_]
) -> tuple[Int32Array | Int64Array, pa.Array]:
    distinct, codes_of_dates = np.unique(codes[dates], return_inverse=True)
    written = pa.array(np.datetime_as_string(distinct.astype("datetime64[us]")).tolist(), pa.string())
    changed = codes.copy()
    changed[dates] = codes_of_dates + len(texts)
    return changed, pa.concat_arrays([texts, written])


def _text(raw: bytes, where: str) -> str:
    return _unescaped(raw, where).decode("utf-8", "replace")


def _unescaped(raw: bytes, where: str) -> bytes:
    """Replace the entities XML knows by itself; any other would have to be declared, which is refused."""
    if b"&" in _KNOWN_ENTITY.sub(b"", raw):
        shown = raw[raw.index(b"&") :][:20].decode("utf-8", "replace")
        raise InputError(
            Sentence("uses an entity that is not defined (%(text)s)", text=shown),
            where=where,
            remedy=Sentence("Export it again"),
        )
    known = _KNOWN_ENTITY.sub(lambda found: html.unescape(found[0].decode()).encode("utf-8", "replace"), raw)
    return known.replace(b"\n", b" ").replace(b"\t", b" ")
