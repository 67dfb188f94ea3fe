"""Eight bytes of a text at a time: what lets a kernel skip, hash and compare at the speed of memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

_intrinsic: Callable[..., Any] = intrinsic
"""As the type checker is to see it: numba leaves out the first argument itself."""
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@_intrinsic
def _load(_context: Any, data: Any, _place: Any) -> Any:
    """The eight bytes at ``place``, the first lowest, wherever they lie; the caller sees to it that they are there."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, given[0])
        address = builder.gep(array.data, [given[1]])
        loaded = builder.load(builder.bitcast(address, ir.IntType(64).as_pointer()))
        loaded.align = 1
        return loaded

    return types.uint64(data, types.int64), code


@njit(cache=True, nogil=True)
def word_at(data, place):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The eight bytes at ``place``, the first lowest, wherever they lie; the caller sees to it that they are there."""
    return _load(data, np.int64(place))


@_intrinsic
def _zeros_below(_context: Any, _word: Any) -> Any:
    """How many bits below the lowest one that is set."""

    def code(_target: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), code


@_intrinsic
def unowned(_context: Any, array: Any) -> Any:
    """The same array without a count of its references, for a kernel of many small calls.

    Each call would count up and down, which are locked instructions and took four fifths of the time of the scanner of
    XES. The caller of the kernel must hold the array until it returns; one made inside must not be given.
    """

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, given[0])
        made.meminfo = ir.Constant(made.meminfo.type, None)
        made.parent = ir.Constant(made.parent.type, None)
        return made._getvalue()  # noqa: SLF001 -- as numba's own intrinsics do

    return array(array), code


@njit(cache=True, nogil=True)
def first_of(data, i, byte, other):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The place of the next of two bytes from ``i`` on; the length of the text where there is none.

    A byte is zero where the word less one in each byte borrows: H. S. Warren, Hacker's Delight, section 6-1.
    """
    size = data.shape[0]
    want, another = np.uint64(byte) * _ONES, np.uint64(other) * _ONES
    while i + 8 <= size:
        word = word_at(data, i)
        x, y = word ^ want, word ^ another
        found = (((x - _ONES) & ~x) | ((y - _ONES) & ~y)) & _HIGHS
        if found != 0:
            return i + np.int64(_zeros_below(found) >> np.uint64(3))
        i += 8
    while i < size and data[i] != byte and data[i] != other:
        i += 1
    return i


@njit(cache=True, nogil=True)
def short_word(data, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The one to eight bytes data[a:b] as one number."""
    if a + 8 <= data.shape[0]:
        return word_at(data, a) & (_ALL >> np.uint64(8 * (8 - (b - a))))
    word = np.uint64(0)
    for i in range(b - 1, a - 1, -1):
        word = (word << np.uint64(8)) | np.uint64(data[i])
    return word


@njit(cache=True, nogil=True)
def are_equal(data, a, other, first, length):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Whether the bytes of one text from ``a`` on are those of another from ``first`` on."""
    if length >= 8:
        for i in range(0, length - 7, 8):
            if word_at(data, a + i) != word_at(other, first + i):
                return False
        return word_at(data, a + length - 8) == word_at(other, first + length - 8)
    return length == 0 or short_word(data, a, a + length) == short_word(other, first, first + length)
