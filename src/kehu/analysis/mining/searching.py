"""The search behind optimal alignments: A* over (marking, position), with markings and their moves shared by all cases.

Cost 1 for a step of the log alone or of the model alone, 0 for steps done together and for silent moves. The bound
counts the case's remaining steps the marking can no longer lead to, and the steps it cannot avoid that the case no
longer holds. Both are consistent (a move lowers the bound by its cost at most), so that the first way found to a state
is a cheapest one and no state is opened twice. States of equal bound are taken last in, first out.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kehu.analysis.mining.playing import able, act, reach_for, settle

FOUND, NO_WAY, TOO_MANY, FULL_MARKINGS, FULL_MOVES, FULL_STATES, FULL_PATHS = range(7)
LOG_MOVE = -2
"""The move of a step of the log that the model does not do."""
UNKNOWN = -2
"""A jump nobody has looked for yet; -1 is one that is not there."""


@njit(cache=True, nogil=True)
def _mix(value):  # type: ignore[no-untyped-def]
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(cache=True, nogil=True)
def _intern(marking, marks, table, bounds, sizes, reach, must):  # type: ignore[no-untyped-def]
    """The number of a marking, given it when first met; -1 where the store is full. ``bounds`` holds reach and must."""
    words = marking.shape[0]
    key = np.uint64(0)
    for w in range(words):
        key = _mix(key ^ marking[w]) + np.uint64(w)
    size = np.uint64(table.shape[0] - 1)
    at = key & size
    while table[at] >= 0:
        same = True
        for w in range(words):
            if marks[table[at], w] != marking[w]:
                same = False
                break
        if same:
            return table[at]
        at = (at + np.uint64(1)) & size
    number = sizes[0]
    if number >= marks.shape[0]:
        return -1
    may, forced = np.uint64(0), np.uint64(0)
    for place in range(reach.shape[0]):
        if (marking[place >> 6] >> np.uint64(place & 63)) & np.uint64(1):
            may |= reach[place]
            forced |= must[place]
    marks[number] = marking
    bounds[number, 0] = may
    bounds[number, 1] = forced
    table[at] = number
    sizes[0] += 1
    return number


@njit(cache=True, nogil=True)
def _open(number, play, store):  # type: ignore[no-untyped-def]
    """List the moves of a marking once; returns FOUND, or which store is full (nothing is then kept)."""
    label, _ends, _forced, needs, takes, gives, empty, _begin, reach, must = play
    marks, table, bounds, spans, moves, _jumps, sizes = store
    begun = sizes[1]
    for t in range(label.shape[0]):
        if not able(marks[number], t, needs, takes, gives, empty):
            continue
        if sizes[1] >= moves.shape[0]:
            sizes[1] = begun
            return FULL_MOVES
        marking = marks[number].copy()
        act(marking, t, takes, gives)
        settle(marking, play)
        target = _intern(marking, marks, table, bounds, sizes, reach, must)
        if target < 0:
            sizes[1] = begun
            return FULL_MARKINGS
        if target != number or label[t] >= 0:
            moves[sizes[1], 0] = t
            moves[sizes[1], 1] = target
            sizes[1] += 1
    spans[number, 0] = begun
    spans[number, 1] = sizes[1]
    return FOUND


@njit(cache=True, nogil=True)
def _jump(number, goal, play, store):  # type: ignore[no-untyped-def]
    """Find once where the shortest silent way to a label, and its step, lead; returns FOUND or FULL_MARKINGS."""
    marks, table, bounds, _spans, _moves, jumps, sizes = store
    marking = marks[number].copy()
    t = reach_for(marking, goal, play, np.zeros(2, np.int64))
    target = -1
    if t >= 0:
        settle(marking, play)
        target = _intern(marking, marks, table, bounds, sizes, play[8], play[9])
        if target < 0:
            return FULL_MARKINGS
    jumps[number, goal, 0] = t
    jumps[number, goal, 1] = target
    return FOUND


@njit(cache=True, nogil=True)
def enlarge_table(marks, table, count):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Enter the first ``count`` markings into an empty table."""
    size = np.uint64(table.shape[0] - 1)
    for number in range(count):
        key = np.uint64(0)
        for w in range(marks.shape[1]):
            key = _mix(key ^ marks[number, w]) + np.uint64(w)
        at = key & size
        while table[at] >= 0:
            at = (at + np.uint64(1)) & size
        table[at] = number


@njit(cache=True, nogil=True)
def _bound(may, forced, at, suffix, counts, unknown):  # type: ignore[no-untyped-def]
    cost = unknown[at]
    lost = suffix[at] & ~may
    while lost:
        low = lost & (~lost + np.uint64(1))
        bit = 0
        value = low
        if value >> np.uint64(32):
            bit += 32
            value >>= np.uint64(32)
        if value >> np.uint64(16):
            bit += 16
            value >>= np.uint64(16)
        if value >> np.uint64(8):
            bit += 8
            value >>= np.uint64(8)
        if value >> np.uint64(4):
            bit += 4
            value >>= np.uint64(4)
        if value >> np.uint64(2):
            bit += 2
            value >>= np.uint64(2)
        if value >> np.uint64(1):
            bit += 1
        cost += counts[at, bit]
        lost ^= low
    extra = forced & ~suffix[at]
    while extra:
        extra &= extra - np.uint64(1)
        cost += 1
    return cost


@njit(cache=True, nogil=True)
def _prepare(trace, known, suffix, counts, unknown):  # type: ignore[no-untyped-def]
    """What remains of the case from each position: its labels, their numbers, and the steps no model move has."""
    n = trace.shape[0]
    suffix[n] = 0
    counts[n] = 0
    unknown[n] = 0
    for at in range(n - 1, -1, -1):
        suffix[at] = suffix[at + 1]
        counts[at] = counts[at + 1]
        unknown[at] = unknown[at + 1]
        if not known[trace[at]]:
            unknown[at] += 1
        elif trace[at] < 64:
            suffix[at] |= np.uint64(1) << np.uint64(trace[at])
            counts[at, trace[at]] += 1


@njit(cache=True, nogil=True)
def _search(trace, known, play, store, space, heads, most):  # type: ignore[no-untyped-def]
    """Align one case; returns (status, cost, last state, states). The way back is in ``space``'s parents and moves."""
    label = play[0]
    marks, table, bounds, spans, moves, jumps, sizes = store
    slots, states, queue = space
    n = trace.shape[0]
    suffix = np.empty(n + 1, np.uint64)
    counts = np.empty((n + 1, 64), np.int32)
    unknown = np.empty(n + 1, np.int32)
    _prepare(trace, known, suffix, counts, unknown)
    heads[:] = -1
    begin = play[7].copy()
    settle(begin, play)
    first = _intern(begin, marks, table, bounds, sizes, play[8], play[9])
    if first < 0:
        return FULL_MARKINGS, 0, -1, 0
    size = np.uint64(slots.shape[0] - 1)
    used, queued, opened = 0, 0, 0
    status, last, cost = NO_WAY, -1, 0
    # The first state is put in as a move from nowhere.
    states[0, 0], states[0, 1], states[0, 2], states[0, 3], states[0, 4], states[0, 5] = first, 0, 0, -1, -1, -1
    at = _mix(np.uint64(first)) & size
    slots[at] = 0
    states[0, 6] = np.int64(at)
    used = 1
    bound = _bound(bounds[first, 0], bounds[first, 1], 0, suffix, counts, unknown)
    level = bound
    if level < heads.shape[0]:
        queue[0, 0], queue[0, 1], queue[0, 2] = 0, 0, -1
        heads[level] = 0
        queued = 1
    while level < heads.shape[0]:
        item = heads[level]
        if item < 0:
            level += 1
            continue
        heads[level] = queue[item, 2]
        state = queue[item, 0]
        g = states[state, 2]
        if states[state, 5] >= 0 or queue[item, 1] != g:
            continue
        states[state, 5] = 1
        opened += 1
        mark, pos = states[state, 0], states[state, 1]
        if pos == n:
            over = True
            for w in range(marks.shape[1]):
                if marks[mark, w] != 0:
                    over = False
                    break
            if over:
                status, last, cost = FOUND, state, g
                break
        if opened > most:
            status = TOO_MANY
            break
        if spans[mark, 0] < 0:
            full = _open(mark, play, store)
            if full != FOUND:
                status = full
                break
        if pos < n and known[trace[pos]] and jumps[mark, trace[pos], 0] == UNKNOWN:
            full = _jump(mark, trace[pos], play, store)
            if full != FOUND:
                status = full
                break
        begun, ended = spans[mark, 0], spans[mark, 1]
        if used + 2 * (ended - begun) + 3 >= states.shape[0] or queued + 2 * (ended - begun) + 3 >= queue.shape[0]:
            status = FULL_STATES
            break
        # -1 is the log's own step; then, for each move, the model alone and both together; last the straight way on.
        for choice in range(-1, 2 * (ended - begun) + 1):
            if choice == 2 * (ended - begun):
                if pos == n or not known[trace[pos]] or jumps[mark, trace[pos], 0] < 0:
                    continue
                t, target, price, further = jumps[mark, trace[pos], 0], jumps[mark, trace[pos], 1], 0, pos + 1
            elif choice < 0:
                if pos == n:
                    continue
                target, t, price, further = mark, LOG_MOVE, 1, pos + 1
            else:
                number = begun + (choice >> 1)
                t, target = moves[number, 0], moves[number, 1]
                if choice & 1:
                    if pos == n or label[t] != trace[pos]:
                        continue
                    price, further = 0, pos + 1
                else:
                    price, further = (0 if label[t] < 0 else 1), pos
            reached = g + price
            key = np.uint64(target) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(further)
            if further == 0:
                key = np.uint64(target)
            at = _mix(key) & size
            while slots[at] >= 0 and (states[slots[at], 0] != target or states[slots[at], 1] != further):
                at = (at + np.uint64(1)) & size
            if slots[at] < 0:
                other = used
                used += 1
                slots[at] = other
                states[other, 0], states[other, 1], states[other, 5], states[other, 6] = (
                    target,
                    further,
                    -1,
                    np.int64(at),
                )
            else:
                other = slots[at]
                if states[other, 2] <= reached:
                    continue
            states[other, 2], states[other, 3], states[other, 4] = reached, state, t
            place = reached + _bound(bounds[target, 0], bounds[target, 1], further, suffix, counts, unknown)
            if place < heads.shape[0]:
                queue[queued, 0], queue[queued, 1], queue[queued, 2] = other, reached, heads[place]
                heads[place] = queued
                queued += 1
    for state in range(used):
        slots[states[state, 6]] = -1
    return status, cost, last, opened


@njit(cache=True, nogil=True)
def search_all(first, steps, offsets, numbers, known, play, store, space, paths, found, most, whole):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Align the variants ``numbers[first:]`` until all are done or a store is full; returns (next, status).

    ``paths`` (room, 3) takes (transition or LOG_MOVE, label, whether together) a step, silent ones left out; ``found``
    (variants, 3) takes cost (-1: given up), end of its path and states opened. ``most`` bounds the states of a variant,
    ``whole`` those of all.
    """
    label = play[0]
    states = space[1]
    longest = 0
    for number in numbers:
        longest = max(longest, offsets[number + 1] - offsets[number])
    heads = np.empty(longest + label.shape[0] + 66, np.int64)
    written = found[first - 1, 1] if first else 0
    opened = 0
    for index in range(first):
        opened += found[index, 2]
    for index in range(first, numbers.shape[0]):
        trace = steps[offsets[numbers[index]] : offsets[numbers[index] + 1]]
        if opened >= whole:
            found[index, 0], found[index, 1], found[index, 2] = -1, written, 0
            continue
        status, cost, last, effort = _search(
            trace, known, play, store, space, heads[: trace.shape[0] + label.shape[0] + 66], most
        )
        if status > TOO_MANY:
            return index, status
        begun = written
        while status == FOUND and states[last, 3] >= 0:
            parent, t = states[last, 3], states[last, 4]
            if t == LOG_MOVE or label[t] >= 0:
                if written >= paths.shape[0]:
                    return index, FULL_PATHS
                paths[written, 0] = t
                paths[written, 1] = trace[states[parent, 1]] if t == LOG_MOVE else label[t]
                paths[written, 2] = 1 if t != LOG_MOVE and states[last, 1] > states[parent, 1] else 0
                written += 1
            last = parent
        for step in range((written - begun) // 2):
            for column in range(3):
                other = paths[written - 1 - step, column]
                paths[written - 1 - step, column] = paths[begun + step, column]
                paths[begun + step, column] = other
        opened += effort
        found[index, 0] = cost if status == FOUND else -1
        found[index, 1], found[index, 2] = written, effort
    return numbers.shape[0], FOUND
