"""The causes of every wait of a log, worked out once: what any selection is then summed up from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from kehu.analysis.calendars import BusinessCalendar
from kehu.analysis.log.eventlog import NO_TIME, EventLog, Int32Array, Int64Array
from kehu.analysis.mining.waiting.availability import availability
from kehu.analysis.mining.waiting.causes import CAUSES, split
from kehu.analysis.mining.waiting.enabling import Enabling, enabling, plain
from kehu.analysis.mining.waiting.hidden import reveal


@dataclass(frozen=True, eq=False)
class Explained:
    """The waits of every event of a log, in event order.

    ``parts`` (events, 5): microseconds by cause; ``enabled`` (events,): when it could have begun, ``NO_TIME`` where it
    has no wait; ``handover`` (events,): the number of its pair, -1 where it has no wait; ``pairs`` (pairs, 2): from and
    to, as codes of departments where the log has them, else of resources, -1 for nobody. ``works``: whether any
    activity takes time. ``calendar`` says whose hours were used.
    """

    parts: Int64Array
    enabled: Int64Array
    handover: Int32Array
    pairs: Int32Array
    works: bool
    calendar: str


def explain(log: EventLog, calendar: BusinessCalendar | None = None) -> Explained:
    """Split the wait of every event; the log must have starts. ``calendar`` as in ``waiting``.

    Raises InputError where a calendar is given but the log's times name no zone.
    """
    ready = enabling(log)
    works, source = bool(ready.work.any()), "given" if calendar else "found in the log"
    if works:
        at_work = availability(log, ready.work, calendar)
        found = split(log, ready, at_work)
        reveal(log, ready, found)
        parts = found.parts
    else:
        parts = np.zeros((log.events, len(CAUSES)), np.int64)
    handover, pairs = _handovers(log, ready)
    return Explained(parts, ready.enabled, handover, pairs, works, source)


def _handovers(log: EventLog, ready: Enabling) -> tuple[Int32Array, Int32Array]:
    code, names = (log.department, len(log.departments)) if log.has_department else (log.resource, len(log.resources))
    number, keys = _numbered(ready.enabled, ready.predecessor, plain(code), names + 1)
    pairs = np.stack(np.divmod(keys, names + 1), axis=1).astype(np.int32) - np.int32(1)
    return number, pairs


@njit(cache=True, nogil=True)
def _numbered(enabled, predecessor, code, names):  # type: ignore[no-untyped-def]
    """Number the pairs of codes in the order in which they appear, by a hash table with open addresses."""
    number = np.full(enabled.shape[0], -1, np.int32)
    keys = np.empty(1024, np.int64)
    places = np.full(4096, -1, np.int32)
    count = 0
    for e in range(enabled.shape[0]):
        if enabled[e] == NO_TIME:
            continue
        key = np.int64(code[predecessor[e]] + 1) * names + code[e] + 1
        place = _place(key, keys, places)
        if places[place] < 0:
            if count == keys.shape[0]:
                keys = np.concatenate((keys, np.empty(count, np.int64)))
                places = np.full(4 * keys.shape[0], -1, np.int32)
                for k in range(count):
                    places[_place(keys[k], keys, places)] = k
                place = _place(key, keys, places)
            keys[count] = key
            places[place] = count
            count += 1
        number[e] = places[place]
    return number, keys[:count]


@njit(cache=True, nogil=True)
def _place(key, keys, places):  # type: ignore[no-untyped-def]
    """Where the key stands in the table, or the free place where it belongs."""
    last = places.shape[0] - 1
    place = (key * 0x9E3779B1 >> 7) & last
    while places[place] >= 0 and keys[places[place]] != key:
        place = (place + 1) & last
    return place
