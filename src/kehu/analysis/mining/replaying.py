"""Token replay of all variants in one pass that shares their common beginnings. Kernels; see ``conformance``."""

from __future__ import annotations

import numpy as np
from numba import njit

from kehu.analysis.mining.playing import act, count_bits, reach_for, spread

MISSING, REMAINING, CONSUMED, PRODUCED, ENDED = range(5)


@njit(cache=True, nogil=True)
def _force(marking, goal, play, tally):  # type: ignore[no-untyped-def]
    """Do a step that is not allowed: put the tokens it lacks, the fewest of its transitions, and do it."""
    label, _ends, _forced, needs, takes, gives, _empty, _begin, _reach, _must = play
    best, fewest = -1, 1 << 30
    for t in range(label.shape[0]):
        if label[t] == goal:
            lacking = 0
            for w in range(marking.shape[0]):
                lacking += count_bits(needs[t, w] & ~marking[w])
            if lacking < fewest:
                best, fewest = t, lacking
    if best < 0:  # the process knows no such step: as if one token lacked and one were left
        for column in (MISSING, REMAINING, CONSUMED, PRODUCED):
            tally[column] += 1
        return
    for w in range(marking.shape[0]):
        tally[MISSING] += count_bits(needs[best, w] & ~marking[w])
        marking[w] |= needs[best, w]
        tally[CONSUMED] += count_bits(marking[w] & takes[best, w])
        tally[PRODUCED] += count_bits(gives[best, w])
        tally[REMAINING] += count_bits(marking[w] & ~takes[best, w] & gives[best, w])  # a second token on one place
    if not gives[best].any():
        tally[ENDED] = 1
    act(marking, best, takes, gives)


@njit(cache=True, nogil=True)
def _do(marking, goal, play, tally):  # type: ignore[no-untyped-def]
    """Do a step, silent moves first; returns whether it was allowed."""
    moved = np.zeros(3, np.int64)
    if reach_for(marking, goal, play, moved) < 0:
        _force(marking, goal, play, tally)
        return False
    tally[CONSUMED] += moved[0]
    tally[PRODUCED] += moved[1]
    tally[ENDED] |= moved[2]
    return True


@njit(cache=True, nogil=True)
def _finish(marking, play, tally):  # type: ignore[no-untyped-def]
    """Let the tokens end where silent moves can bring them; what is left remains, an end not met lacks its token."""
    while marking.any():
        moved = np.zeros(3, np.int64)
        if reach_for(marking, -1, play, moved) < 0:
            break
        tally[CONSUMED] += moved[0]
        tally[PRODUCED] += moved[1]
        tally[ENDED] |= moved[2]
    for w in range(marking.shape[0]):
        tally[REMAINING] += count_bits(marking[w])
    tally[CONSUMED] += 1  # the token at the end, put there by whatever ended
    tally[PRODUCED if tally[ENDED] else MISSING] += 1


@njit(cache=True, nogil=True)
def _enabled(marking, play, allowed):  # type: ignore[no-untyped-def]
    """Which labels may come next, silent moves allowed."""
    label, needs = play[0], play[3]
    reached = np.empty(marking.shape[0], np.uint64)
    spread(marking, -2, play, np.empty(marking.shape[0] * 64, np.int32), reached)
    allowed[:] = False
    for t in range(label.shape[0]):
        if label[t] >= 0:
            fits = True
            for w in range(marking.shape[0]):
                if (reached[w] & needs[t, w]) != needs[t, w]:
                    fits = False
            if fits:
                allowed[label[t]] = True


@njit(cache=True, nogil=True)
def _note(depth, weights, allowed, seen, escaping):  # type: ignore[no-untyped-def]
    """A beginning is over: add its allowed labels and those of them no case took, weighted by its cases."""
    for code in range(allowed.shape[1]):
        if allowed[depth, code]:
            escaping[1] += weights[depth]
            if not seen[depth, code]:
                escaping[0] += weights[depth]


@njit(cache=True, nogil=True)
def replay_all(steps, offsets, counts, play, labels):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Replay variants in lexicographic order; returns (tallies, first bad steps, escaping).

    Shapes (variants, 5), (variants,), (2,). The first bad step is -1 where the variant fits, its length where only its
    end does not. ``escaping`` holds the weight of allowed labels no case took, and of all allowed labels, over the
    beginnings that fit.
    """
    variants, words = counts.shape[0], play[7].shape[0]
    longest = 0
    for v in range(variants):
        longest = max(longest, offsets[v + 1] - offsets[v])
    markings = np.zeros((longest + 1, words), np.uint64)
    tallies = np.zeros((longest + 1, 5), np.int64)
    bad = np.full(longest + 1, -1, np.int64)  # the first bad step of each beginning
    weights = np.zeros(longest + 1, np.int64)
    allowed = np.zeros((longest + 1, labels), np.bool_)
    seen = np.zeros((longest + 1, labels), np.bool_)
    result, first, escaping = np.zeros((variants, 5), np.int64), np.full(variants, -1, np.int64), np.zeros(2, np.int64)
    markings[0] = play[7]
    tallies[0, PRODUCED] = 1
    _enabled(markings[0], play, allowed[0])
    depth = 0
    for v in range(variants):
        trace = steps[offsets[v] : offsets[v + 1]]
        shared = 0
        if v:
            before = steps[offsets[v - 1] : offsets[v]]
            while shared < min(trace.shape[0], before.shape[0]) and trace[shared] == before[shared]:
                shared += 1
        while depth > shared:
            _note(depth, weights, allowed, seen, escaping)
            depth -= 1
        for at in range(trace.shape[0]):
            if bad[at] < 0:
                weights[at] += counts[v]
                seen[at, trace[at]] = True
            if at < shared:
                continue
            depth = at + 1
            markings[depth] = markings[at]
            tallies[depth] = tallies[at]
            fits = _do(markings[depth], trace[at], play, tallies[depth])
            bad[depth] = bad[at] if fits or bad[at] >= 0 else at
            weights[depth] = 0
            seen[depth] = False
            allowed[depth] = False
            if bad[depth] < 0:
                _enabled(markings[depth], play, allowed[depth])
        depth = trace.shape[0]
        result[v] = tallies[depth]
        _finish(markings[depth].copy(), play, result[v])
        first[v] = trace.shape[0] if bad[depth] < 0 and result[v, REMAINING] else bad[depth]
    while depth >= 0:
        _note(depth, weights, allowed, seen, escaping)
        depth -= 1
    return result, first, escaping
