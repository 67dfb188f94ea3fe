"""A scanner of XES for bytes: no tree, no recursion, no entities; at memory speed and in bounded memory.

It reads the subset of XML that XES uses (IEEE Std 1849-2016, section 4): elements whose data are in the attributes
``key`` and ``value``. A document type is refused, so that no entity can be declared, expanded or fetched. Text is kept
as it stands in the file; the few entities XML knows by itself are replaced later, once for each distinct value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.log.eventlog import Int32Array, Int64Array
from kehu.analysis.log.importers.interned import BytesArray, Interned, hash_of, intern
from kehu.analysis.log.importers.iso_dates import BAD_DATE, DATE, iso_date
from kehu.analysis.log.importers.words import are_equal, first_of, short_word, unowned, word_at

TEXT, WHOLE, REAL, TRUTH, _SKIP = 0, 2, 3, 4, 7
"""Kinds of a value beside those of dates; ``_SKIP`` is one that is not read, such as a list."""
(
    FINE,
    DOCTYPE,
    TOO_DEEP,
    MALFORMED,
    MISMATCH,
    NO_LOG,
    TOO_MANY_KEYS,
    AFTER_END,
) = range(8)
"""How a scan ended."""
MAX_DEPTH = 64
MAX_KEYS = 4096
_SMALLEST_EVENT, _SMALLEST_FACT = 8, 16
"""No event and no attribute takes fewer bytes than this many; bounds what a piece of text can hold."""


def _packed(name: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(name, "little"))


_W_LOG, _W_TRACE, _W_EVENT, _W_KEY, _W_VALUE = map(_packed, (b"log", b"trace", b"event", b"key", b"value"))
_W_STRING, _W_ID, _W_DATE, _W_INT, _W_FLOAT, _W_BOOLEAN = map(
    _packed, (b"string", b"id", b"date", b"int", b"float", b"boolean")
)
_W_COMMENT, _W_CDATA = _packed(b"<!--"), _packed(b"<![CDATA")
_W_BEFORE_KEY, _W_BEFORE_VALUE = _packed(b' key="'), _packed(b'" value=')
_END_COMMENT, _END_CDATA, _END_INSTRUCTION, _END_TAG = 0x2D2D3E, 0x5D5D3E, 0x3F3E, 0x3E

_BESIDE, _START, _END = range(3)
_POSITION, _EVENTS, _TRACES, _FACTS, _OPEN, _STATUS, _AT = range(7)


@dataclass(frozen=True, eq=False)
class Facts:
    """Attributes found: of which event (or ``~trace``, negative), under which key, of which kind, with which value.

    ``value`` is the code of a text, or microseconds since 1970 UTC of a date. Shapes (facts,).
    """

    row: Int64Array
    key: Int32Array
    kind: npt.NDArray[np.int8]
    value: Int64Array


@dataclass(frozen=True, eq=False)
class Piece:
    """What a piece of the file held: ``trace`` (events,) is each event's trace, counted over the whole file."""

    used: int
    trace: Int64Array
    facts: Facts
    status: int
    at: int


class Scanner:
    """Scans a file piece by piece; each piece ends after a whole trace."""

    def __init__(self) -> None:
        self.keys, self.values = Interned(), Interned()
        self.events = self.traces = 0
        self.inside = 0
        """0 before the log's element, 1 inside, 2 after it."""

    def scan(self, data: BytesArray) -> Piece:
        """Read as many whole traces as ``data`` holds; ``used`` says where the next piece must begin."""
        most = len(data) // _SMALLEST_FACT + 1
        self.keys.reserve(min(most, MAX_KEYS), len(data))
        self.values.reserve(most, len(data))
        state = np.zeros(7, np.int64)
        state[[_EVENTS, _TRACES, _OPEN]] = self.events, self.traces, self.inside
        trace = np.empty(len(data) // _SMALLEST_EVENT + 1, np.int64)
        row, value = np.empty(most, np.int64), np.empty(most, np.int64)
        key, kind = np.empty(most, np.int32), np.empty(most, np.int8)
        scratch = (np.zeros(5, np.int64), np.zeros(MAX_DEPTH + 2, np.uint64), np.zeros(MAX_KEYS + 1, np.int32))
        _scan(data, state, self.keys.parts(), self.values.parts(), (trace, row, key, kind, value), scratch)
        found, facts = int(state[_EVENTS]) - self.events, int(state[_FACTS])
        self.events, self.traces, self.inside = (int(state[place]) for place in (_EVENTS, _TRACES, _OPEN))
        return Piece(
            int(state[_POSITION]),
            trace[:found].copy(),
            Facts(row[:facts].copy(), key[:facts].copy(), kind[:facts].copy(), value[:facts].copy()),
            int(state[_STATUS]),
            int(state[_AT]),
        )


@njit(cache=True, nogil=True)
def _word(data, a, b):  # type: ignore[no-untyped-def]
    """A name as one number: its bytes where it has eight or fewer, so that names compare at once; else its hash."""
    if b - a > 8:
        return hash_of(data, a, b)
    return short_word(data, a, b) if b > a else np.uint64(0)


@njit(cache=True, nogil=True)
def _after(data, i, mark):  # type: ignore[no-untyped-def]
    """The place behind the next ``mark`` (its bytes as one number), -1 where there is none."""
    length = 1 if mark < 256 else 2 if mark < 65_536 else 3
    whole = (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
    seen, want = np.uint64(0), np.uint64(mark)
    for place in range(i, data.shape[0]):
        seen = ((seen << np.uint64(8)) | np.uint64(data[place])) & whole
        if seen == want and place - i >= length - 1:
            return place + 1
    return -1


@njit(cache=True, nogil=True)
def _kind(word):  # type: ignore[no-untyped-def]
    if word == _W_STRING or word == _W_ID:  # noqa: PLR1714, SIM109 -- numba is faster without a tuple
        return TEXT
    if word == _W_DATE:
        return DATE
    if word == _W_INT:
        return WHOLE
    if word == _W_FLOAT:
        return REAL
    return TRUTH if word == _W_BOOLEAN else _SKIP


@njit(cache=True, nogil=True)
def _white(byte):  # type: ignore[no-untyped-def]
    return byte == 32 or byte == 10 or byte == 13 or byte == 9  # noqa: PLR1714


@njit(cache=True, nogil=True)
def _plain(data, i, found):  # type: ignore[no-untyped-def]
    """As ``_attributes``, of a tag written ` key="…" value="…"` as nearly all are; 0 where it is written otherwise."""
    size = data.shape[0]
    if i + 6 > size or short_word(data, i, i + 6) != _W_BEFORE_KEY:
        return 0
    key_end = first_of(data, i + 6, 34, 60)
    if key_end + 9 > size or word_at(data, key_end) != _W_BEFORE_VALUE or data[key_end + 8] != 34:
        return 0
    end = first_of(data, key_end + 9, 34, 60)
    if end + 3 > size or data[end] != 34 or not (data[end + 1] == 62 or (data[end + 1] == 47 and data[end + 2] == 62)):
        return 0
    found[0], found[1], found[2], found[3] = i + 6, key_end, key_end + 9, end
    found[4] = data[end + 1] == 47
    return end + 2 + found[4]


@njit(cache=True, nogil=True)
def _key(data, a, b, keys, follows, before):  # type: ignore[no-untyped-def]
    """The code of a key; the one that followed the key before it the last time is tried first."""
    slots, text, offsets, count = keys
    guess = follows[before]
    first = offsets[guess]
    if guess < count[0] and offsets[guess + 1] - first == b - a and are_equal(data, a, text, first, b - a):
        return np.int64(guess)
    code = np.int64(intern(slots, text, offsets, count, data, a, b))
    follows[before] = code
    return code


@njit(cache=True, nogil=True)
def _attributes(data, i, found):  # type: ignore[no-untyped-def]
    """Read a start tag from behind its name; returns the place behind it, -1 where it is cut off, -2 where malformed.

    ``found``: bounds of the attributes key and value (key from, key to, value from, value to; -1 without), whether the
    tag closes itself.
    """
    behind = _plain(data, i, found)
    if behind > 0:
        return behind
    size = data.shape[0]
    found[:4] = -1
    found[4] = 0
    while True:
        while i < size and _white(data[i]):
            i += 1
        if i >= size:
            return -1
        if data[i] == 62:  # >
            return i + 1
        if data[i] == 47:  # /
            if i + 1 >= size:
                return -1
            found[4] = 1
            return i + 2 if data[i + 1] == 62 else -2
        name = i
        while i < size and data[i] != 61 and data[i] != 62 and data[i] != 60 and not _white(data[i]):
            i += 1
        name_end = i
        while i < size and _white(data[i]):
            i += 1
        if i < size and data[i] != 61:
            return -2
        i += 1
        while i < size and _white(data[i]):
            i += 1
        if i >= size:
            return -1
        quote = data[i]
        if quote != 34 and quote != 39:  # noqa: PLR1714
            return -2
        first = i + 1
        i = first
        i = first_of(data, first, quote, 60)
        if i >= size:
            return -1
        if data[i] == 60:  # <
            return -2
        word = _word(data, name, name_end)
        if word == _W_KEY:
            found[0], found[1] = first, i
        elif word == _W_VALUE:
            found[2], found[3] = first, i
        i += 1


@njit(cache=True, nogil=True)
def _beside(data, i):  # type: ignore[no-untyped-def]
    """The place behind a comment, instruction or CDATA at ``i``; 0 where it is none, -1 cut off, -2 a document type."""
    if data[i + 1] == 63:  # ?
        return _after(data, i + 2, _END_INSTRUCTION)
    if data[i + 1] != 33:  # !
        return 0
    if i + 9 > data.shape[0]:
        return -1
    if short_word(data, i, i + 4) == _W_COMMENT:
        return _after(data, i + 4, _END_COMMENT)
    return _after(data, i + 9, _END_CDATA) if short_word(data, i, i + 8) == _W_CDATA else -2


@njit(cache=True, nogil=True)
def _name_end(data, i):  # type: ignore[no-untyped-def]
    while i < data.shape[0] and data[i] != 62 and data[i] != 47 and not _white(data[i]):
        i += 1
    return i


@njit(cache=True, nogil=True)
def _local(data, a, b):  # type: ignore[no-untyped-def]
    """Where the name begins behind its namespace prefix."""
    for i in range(a, b):
        if data[i] == 58:  # :
            return i + 1
    return a


@njit(cache=True, nogil=True)
def _value(data, found, kind, slots, text, offsets, count):  # type: ignore[no-untyped-def]
    """(kind, value) of an attribute: microseconds of a date, the code of anything else."""
    if kind == DATE:
        kind, time = iso_date(data, found[2], found[3])
        if kind != BAD_DATE:
            return kind, time
    return kind, np.int64(intern(slots, text, offsets, count, data, found[2], found[3]))


@njit(cache=True, nogil=True)
def _close(data, name_end, word, names, depth):  # type: ignore[no-untyped-def]
    """The place behind an end tag, -1 where it is cut off, -2 where it closes what is not open.

    The name of the log itself may have been read with an earlier piece and is not compared.
    """
    if depth == 0 or (depth > 1 and names[depth] != word):
        return -2
    return _after(data, name_end, _END_TAG)


@njit(cache=True, nogil=True)
def _open_log(state, word, closed):  # type: ignore[no-untyped-def]
    """Enter the log's element; what is wrong with it, or ``FINE``."""
    if state[_OPEN] == 2:
        return AFTER_END
    state[_OPEN] = 2 if closed else 1
    return FINE if word == _W_LOG else NO_LOG


@njit(cache=True, nogil=True)
def _tag(data, i, names, depth, found):  # type: ignore[no-untyped-def]
    """(what stands at ``i``, its name, the place behind it; -1 where it is cut off, -2 where it is wrong)."""
    behind = _beside(data, i)
    if behind != 0:
        return _BESIDE, np.uint64(0), behind
    closing = data[i + 1] == 47
    name_end = _name_end(data, i + 1 + closing)
    if name_end >= data.shape[0]:
        return _START, np.uint64(0), -1
    word = _word(data, _local(data, i + 1 + closing, name_end), name_end)
    if closing:
        return _END, word, _close(data, name_end, word, names, depth)
    return _START, word, _attributes(data, name_end, found)


@njit(cache=True, nogil=True)
def _scan(data, state, keys, values, found, scratch):  # type: ignore[no-untyped-def]
    """Scan with arrays nobody counts; all of them are held by the caller."""
    key_slots, key_text, key_offsets, key_count = keys
    slots, text, offsets, count = values
    trace, row, key, kind, value = found
    tag, names, follows = scratch
    _scan_unowned(
        unowned(data),
        unowned(state),
        (unowned(key_slots), unowned(key_text), unowned(key_offsets), unowned(key_count)),
        (unowned(slots), unowned(text), unowned(offsets), unowned(count)),
        (unowned(trace), unowned(row), unowned(key), unowned(kind), unowned(value)),
        (unowned(tag), unowned(names), unowned(follows)),
    )


@njit(cache=True, nogil=True)
def _scan_unowned(data, state, keys, values, facts, scratch):  # type: ignore[no-untyped-def]
    """Scan until the data end; ``state`` holds what is true after the last whole child of the log."""
    before, key_count = np.int64(MAX_KEYS), keys[3]
    slots, text, offsets, count = values
    trace, row, key, kinds, value = facts
    found, names, follows = scratch
    i = 0
    depth, in_trace, in_event = np.int64(state[_OPEN] == 1), False, False
    first, events, traces, noted, status = state[_EVENTS], state[_EVENTS], state[_TRACES], 0, FINE
    while status == FINE:
        if depth <= 1:
            state[_POSITION], state[_EVENTS], state[_TRACES], state[_FACTS] = i, events, traces, noted
        i = first_of(data, i, 60, 60)  # <
        if i + 1 >= data.shape[0]:
            break
        what, word, behind = _tag(data, i, names, depth, found)
        if behind == -1:
            break
        if behind == -2:
            status = DOCTYPE if what == _BESIDE else MISMATCH if what == _END else MALFORMED
        elif what == _END:
            depth -= 1
            in_event = False if depth <= 2 else in_event
            traces += in_trace and depth == 1
            in_trace = False if depth <= 1 else in_trace
            state[_OPEN] = 2 if depth == 0 else 1
        elif what == _START:
            if depth == 0:
                status = _open_log(state, word, found[4])
            elif depth == 1 and word == _W_TRACE:
                in_trace = not found[4]
                traces += found[4]
            elif depth == 2 and in_trace and word == _W_EVENT:
                trace[events - first] = traces
                events += 1
                in_event = not found[4]
            elif found[0] >= 0 and found[2] >= 0 and ((depth == 2 and in_trace) or (depth == 3 and in_event)):
                kind = _kind(word)
                if kind != _SKIP:
                    row[noted] = events - 1 if depth == 3 else ~traces
                    before = _key(data, found[0], found[1], keys, follows, before)
                    key[noted] = before
                    kinds[noted], value[noted] = _value(data, found, kind, slots, text, offsets, count)
                    noted += 1
            if not found[4]:
                depth += 1
                names[depth] = word
            if depth > MAX_DEPTH or key_count[0] >= MAX_KEYS:
                status = TOO_DEEP if depth > MAX_DEPTH else TOO_MANY_KEYS
        i = behind if status == FINE else i
    state[_STATUS], state[_AT] = status, i
