"""Distinct byte strings as numbers: a hash table in flat arrays, filled by kernels."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from kehu.analysis.log.eventlog import Int32Array, Int64Array
from kehu.analysis.log.importers.words import are_equal, short_word, word_at

BytesArray: TypeAlias = npt.NDArray[np.uint8]


@dataclass
class Interned:
    """Distinct byte strings, numbered in the order of their first appearance."""

    slots: Int32Array = field(default_factory=lambda: np.full(1 << 16, -1, np.int32))
    text: BytesArray = field(default_factory=lambda: np.empty(1 << 20, np.uint8))
    offsets: Int64Array = field(default_factory=lambda: np.zeros((1 << 14) + 1, np.int64))
    count: Int64Array = field(default_factory=lambda: np.zeros(1, np.int64))

    def reserve(self, strings: int, size: int) -> None:
        """Make room for so many more strings of so many bytes together."""
        count = int(self.count[0])
        if count + strings + 1 > len(self.offsets):
            self.offsets = _grown(self.offsets, 2 * (count + strings + 1))
        if self.offsets[count] + size > len(self.text):
            self.text = _grown(self.text, 2 * (int(self.offsets[count]) + size))
        if 2 * (count + strings) > len(self.slots):
            self.slots = np.full(1 << (2 * (count + strings)).bit_length(), -1, np.int32)
            rehash(self.slots, self.text, self.offsets, count)

    def strings(self) -> list[bytes]:
        """All of them, by number."""
        count = int(self.count[0])
        whole = self.text[: self.offsets[count]].tobytes()
        bounds = self.offsets[: count + 1].tolist()
        return [whole[a:b] for a, b in pairwise(bounds)]

    def parts(self) -> tuple[Int32Array, BytesArray, Int64Array, Int64Array]:
        """Its arrays, as ``intern`` takes them."""
        return self.slots, self.text, self.offsets, self.count


def _grown(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    larger = np.zeros(size, array.dtype)
    larger[: len(array)] = array
    return larger


@njit(cache=True, nogil=True)
def hash_of(text, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Multiply and fold, eight bytes at a time (the constant is the golden ratio's, as in Fibonacci hashing)."""
    code, golden = np.uint64(b - a), np.uint64(0x9E3779B97F4A7C15)
    while a + 8 < b:
        code = (code ^ word_at(text, a)) * golden
        code ^= code >> np.uint64(29)
        a += 8
    if a < b:
        code = (code ^ short_word(text, a, b)) * golden
    return code ^ (code >> np.uint64(32))


@njit(cache=True, nogil=True)
def rehash(slots, text, offsets, count):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Fill an empty table of slots (a power of two) with the strings numbered so far."""
    mask = np.uint64(slots.shape[0] - 1)
    for code in range(count):
        slot = hash_of(text, offsets[code], offsets[code + 1]) & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = code


@njit(cache=True, nogil=True)
def intern(slots, text, offsets, count, data, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The number of the string data[a:b]; a new one is added, for which there must be room."""
    mask = np.uint64(slots.shape[0] - 1)
    slot = hash_of(data, a, b) & mask
    while slots[slot] >= 0:
        code = slots[slot]
        first = offsets[code]
        if offsets[code + 1] - first == b - a and are_equal(data, a, text, first, b - a):
            return code
        slot = (slot + np.uint64(1)) & mask
    code = count[0]
    first = offsets[code]
    for i in range(b - a):
        text[first + i] = data[a + i]
    offsets[code + 1] = first + b - a
    count[0] = code + 1
    slots[slot] = code
    return code
