"""Moves of tokens on bit masks: what the replay and the search for alignments share. Kernels; see ``Play``."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def able(marking, t, needs, takes, gives, empty):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Whether transition ``t`` may act: all it needs is marked, and nothing is where its tokens would go."""
    for w in range(marking.shape[0]):
        now = marking[w]
        if (now & needs[t, w]) != needs[t, w] or (now & empty[t, w]) != 0 or (now & ~takes[t, w] & gives[t, w]) != 0:
            return False
    return True


@njit(cache=True, nogil=True)
def act(marking, t, takes, gives):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Move the tokens of transition ``t`` in place."""
    for w in range(marking.shape[0]):
        marking[w] = (marking[w] & ~takes[t, w]) | gives[t, w]


@njit(cache=True, nogil=True)
def settle(marking, play):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Let every forced transition act, in place; they take nothing from each other, so their order is free."""
    _label, _ends, forced, needs, takes, gives, empty, _begin, _reach, _must = play
    moved = True
    while moved:
        moved = False
        for t in range(forced.shape[0]):
            if forced[t] and able(marking, t, needs, takes, gives, empty):
                act(marking, t, takes, gives)
                moved = True


@njit(cache=True, nogil=True)
def count_bits(value):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Number of bits set in a 64-bit word."""
    value = value - ((value >> np.uint64(1)) & np.uint64(0x5555555555555555))
    value = (value & np.uint64(0x3333333333333333)) + ((value >> np.uint64(2)) & np.uint64(0x3333333333333333))
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def spread(marking, goal, play, support, reached):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Mark all that silent moves may mark if they took nothing away; returns a goal transition, or -1.

    ``goal`` is a label, -1 for the transitions that end, -2 for none (then all is spread). ``support`` (places,) holds
    the first silent transition that marks a place. This is the relaxed plan of Hoffmann and Nebel, *The FF Planning
    System* (2001).
    """
    label, ends, _forced, needs, _takes, gives, _empty, _begin, _reach, _must = play
    words = marking.shape[0]
    reached[:] = marking
    before = np.empty(words, np.uint64)
    while True:
        for t in range(label.shape[0]):
            if (goal >= 0 and label[t] == goal) or (goal == -1 and ends[t]):
                fits = True
                for w in range(words):
                    if (reached[w] & needs[t, w]) != needs[t, w]:
                        fits = False
                        break
                if fits:
                    return t
        before[:] = reached
        grown = False
        for t in range(label.shape[0]):
            if label[t] >= 0:
                continue
            fits = True
            for w in range(words):
                if (before[w] & needs[t, w]) != needs[t, w]:
                    fits = False
                    break
            if not fits:
                continue
            for w in range(words):
                fresh = gives[t, w] & ~reached[w]
                if fresh:
                    grown = True
                    reached[w] |= fresh
                    for bit in range(64):
                        if (fresh >> np.uint64(bit)) & np.uint64(1):
                            support[w * 64 + bit] = t
        if not grown:
            return -1


@njit(cache=True, nogil=True)
def reach_for(marking, goal, play, counters):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Do the silent moves a goal asks for and then the goal, in place; returns its transition, or -1 (nothing moved).

    ``goal`` as in ``spread``. Tokens taken and put are added to ``counters[0]`` and ``counters[1]``; ``counters[2]`` is
    set where a token ended. It finds the way wherever choices are free of later joins (always in a drawn process tree);
    elsewhere it may miss one.
    """
    label, _ends, _forced, needs, takes, gives, empty, _begin, _reach, _must = play
    words = marking.shape[0]
    support = np.full(words * 64, -1, np.int32)
    reached = np.empty(words, np.uint64)
    last = spread(marking, goal, play, support, reached)
    if last < 0:
        return -1
    planned = np.zeros(label.shape[0], np.bool_)
    ended = False
    stack = np.empty(label.shape[0] + 1, np.int32)
    stack[0], depth = last, 1
    while depth:
        depth -= 1
        t = stack[depth]
        for w in range(words):
            lacking = needs[t, w] & ~marking[w]
            for bit in range(64):
                if (lacking >> np.uint64(bit)) & np.uint64(1):
                    maker = support[w * 64 + bit]
                    if not planned[maker]:
                        planned[maker] = True
                        stack[depth] = maker
                        depth += 1
    now = marking.copy()
    taken, given = 0, 0
    while not able(now, last, needs, takes, gives, empty):
        t = 0
        while t < label.shape[0] and not (planned[t] and able(now, t, needs, takes, gives, empty)):
            t += 1
        if t == label.shape[0]:
            return -1
        planned[t] = False
        ended |= not gives[t].any()
        for w in range(words):
            taken += count_bits(now[w] & takes[t, w])
            given += count_bits(gives[t, w])
        act(now, t, takes, gives)
    for w in range(words):
        taken += count_bits(now[w] & takes[last, w])
        given += count_bits(gives[last, w])
    act(now, last, takes, gives)
    counters[0] += taken
    counters[1] += given
    if ended or not gives[last].any():
        counters[2] = 1
    marking[:] = now
    return last
