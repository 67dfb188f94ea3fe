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
    t = reach_for(marking, goal, play, np.zeros(3, np.int64))
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
def _reached(source, t, price, target, at, remaining, bounds, space, heads, tally):  # type: ignore[no-untyped-def]
    """Note a way to (target, at) by move ``t`` from ``source``, unless one as cheap is known."""
    slots, states, queue = space
    suffix, counts, unknown = remaining
    cost = price if source < 0 else states[source, 2] + price
    size = np.uint64(slots.shape[0] - 1)
    slot = _mix(np.uint64(target) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(at)) & size
    while slots[slot] >= 0 and (states[slots[slot], 0] != target or states[slots[slot], 1] != at):
        slot = (slot + np.uint64(1)) & size
    state = np.int64(slots[slot])
    if state < 0:
        state = tally[0]
        tally[0] += 1
        slots[slot] = state
        states[state, 0], states[state, 1], states[state, 5], states[state, 6] = target, at, -1, np.int64(slot)
    elif states[state, 2] <= cost:
        return
    states[state, 2], states[state, 3], states[state, 4] = cost, source, t
    level = cost + _bound(bounds[target, 0], bounds[target, 1], at, suffix, counts, unknown)
    if level < heads.shape[0]:
        number = tally[1]
        queue[number, 0], queue[number, 1], queue[number, 2] = state, cost, heads[level]
        heads[level] = number
        tally[1] += 1


@njit(cache=True, nogil=True)
def _ready(mark, goal, known, play, store, space, tally):  # type: ignore[no-untyped-def]
    """See to it that a state's moves are listed and that there is room for them; returns FOUND or what is full."""
    spans, jumps = store[3], store[5]
    if spans[mark, 0] < 0:
        full = _open(mark, play, store)
        if full != FOUND:
            return full
    if goal >= 0 and known[goal] and jumps[mark, goal, 0] == UNKNOWN:
        full = _jump(mark, goal, play, store)
        if full != FOUND:
            return full
    most = 2 * (spans[mark, 1] - spans[mark, 0]) + 3
    if tally[0] + most >= space[1].shape[0] or tally[1] + most >= space[2].shape[0]:
        return FULL_STATES
    return FOUND


@njit(cache=True, nogil=True)
def _expand(state, goal, known, label, store, remaining, space, heads, tally):  # type: ignore[no-untyped-def]
    """Follow every move from a state: the log's own step, the model's, both together, last the straight way on."""
    bounds, spans, moves, jumps = store[2], store[3], store[4], store[5]
    mark, at = space[1][state, 0], space[1][state, 1]
    if goal >= 0:
        _reached(state, LOG_MOVE, 1, mark, at + 1, remaining, bounds, space, heads, tally)
    for number in range(spans[mark, 0], spans[mark, 1]):
        t, target = moves[number, 0], moves[number, 1]
        _reached(state, t, 0 if label[t] < 0 else 1, target, at, remaining, bounds, space, heads, tally)
        if goal >= 0 and label[t] == goal:
            _reached(state, t, 0, target, at + 1, remaining, bounds, space, heads, tally)
    if goal >= 0 and known[goal] and jumps[mark, goal, 0] >= 0:
        t, target = jumps[mark, goal, 0], jumps[mark, goal, 1]
        _reached(state, t, 0, target, at + 1, remaining, bounds, space, heads, tally)


@njit(cache=True, nogil=True)
def _search(trace, known, play, store, space, heads, most):  # type: ignore[no-untyped-def]
    """Align one case; returns (status, cost, last state, states). The way back is in the states' parents and moves."""
    marks, table, bounds, _spans, _moves, _jumps, sizes = store
    slots, states, queue = space
    n = trace.shape[0]
    remaining = (np.empty(n + 1, np.uint64), np.empty((n + 1, 64), np.int32), np.empty(n + 1, np.int32))
    _prepare(trace, known, remaining[0], remaining[1], remaining[2])
    heads[:] = -1
    begin = play[7].copy()
    settle(begin, play)
    first = _intern(begin, marks, table, bounds, sizes, play[8], play[9])
    if first < 0:
        return FULL_MARKINGS, 0, -1, 0
    tally = np.zeros(2, np.int64)  # states and queue entries in use
    _reached(-1, -1, 0, first, 0, remaining, bounds, space, heads, tally)
    status, last, cost, opened, level = NO_WAY, -1, 0, 0, 0
    while level < heads.shape[0] and status == NO_WAY:
        item = heads[level]
        if item < 0:
            level += 1
            continue
        heads[level] = queue[item, 2]
        state = queue[item, 0]
        if states[state, 5] >= 0 or queue[item, 1] != states[state, 2]:
            continue
        states[state, 5] = 1
        opened += 1
        mark, at = states[state, 0], states[state, 1]
        if at == n and not marks[mark].any():
            status, last, cost = FOUND, state, states[state, 2]
        elif opened > most:
            status = TOO_MANY
        else:
            goal = trace[at] if at < n else -1
            full = _ready(mark, goal, known, play, store, space, tally)
            if full != FOUND:
                status = full
            else:
                _expand(state, goal, known, play[0], store, remaining, space, heads, tally)
    for state in range(tally[0]):
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
