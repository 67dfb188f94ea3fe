"""Conformance: how well cases and a process agree, and at which step they part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from kehu.analysis.bpmn import Process
from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Int64Array, Selection
from kehu.analysis.mining.alignments import Aligner, Alignment, Move
from kehu.analysis.mining.play import Play, play_of
from kehu.analysis.mining.replaying import CONSUMED, MISSING, PRODUCED, REMAINING, replay_all
from kehu.analysis.mining.traces import Traces, traces

EXAMPLES = 5
"""Cases named for each deviation."""
_STATES_EACH, _STATES_ALL = 50_000, 2_000_000
"""States the explanation may open for one variant and for all: ten seconds or so."""


class Kind(StrEnum):
    """How a step parts from the process."""

    SKIPPED = "skipped"  # the process asks for it, the case did not do it
    INSERTED = "inserted"  # the case did it where the process does not allow it
    WRONG_ORDER = "wrong order"  # done, but not where the process asks for it
    UNKNOWN = "unknown"  # the process has no such step
    UNFINISHED = "unfinished"  # the case stopped before the process was over


@dataclass(frozen=True)
class Deviation:
    """A way to part from the process: ``count`` times in ``cases`` cases, some of them named.

    ``node`` is the step's id in the process, ``""`` where the process has none.
    """

    kind: Kind
    activity: str
    node: str
    count: int
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Conformance:
    """The result of a replay; all shares lie between 0 and 1.

    ``fitness`` is the share of tokens neither lacking nor left over; ``precision`` the share of the steps the process
    allowed, at the beginnings that fit, that some case took; ``fitting`` the cases without any deviation;
    ``explained`` those whose deviations are of a cheapest explanation (the others' first bad step is told).
    """

    cases: int
    variants: int
    fitting: int
    explained: int
    fitness: float
    precision: float
    alignment_cost: int
    deviations: tuple[Deviation, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``kehu conform`` writes it."""
        return asdict(self)


def replay(log: EventLog, process: Process, selection: Selection = EVERYTHING) -> Conformance:
    """Replay the selected cases against a process, each variant once and weighted by its cases.

    Fitness: ½(1 - missing/consumed) + ½(1 - remaining/produced) tokens (Rozinat and van der Aalst, *Conformance
    checking of processes based on monitoring real behavior*, 2008), after silent moves were folded; a step the process
    does not know counts one token of each kind. Precision: 1 - escaping/allowed steps over the beginnings of cases that
    fit (Muñoz-Gama and Carmona, *A Fresh Look at Precision in Process Conformance*, 2010). Deviations are those of an
    optimal alignment: each is told where it is cheapest. Raises InputError where nothing is selected or the process has
    a fatal problem.
    """
    return replay_traces(traces(log, selection), process, case_ids=log.case_ids)


def replay_traces(variants: Traces, process: Process, *, case_ids: Any = None) -> Conformance:
    """As ``replay``, for variants; ``case_ids`` (cases,) names the examples, which are numbered without it."""
    if not variants.variants:
        raise InputError(Sentence("no case is left to compare with the process"), remedy=Sentence("Widen the filters"))
    play = play_of(process, variants.activities)
    tallies, first, escaping = replay_all(
        variants.steps, variants.offsets, variants.counts, play.arrays, len(play.names)
    )
    bad = np.flatnonzero(first >= 0)
    bad = bad[np.argsort(-variants.counts[bad], kind="stable")]  # frequent ones first, should the search be cut short
    aligned = Aligner(play).align(variants, bad.tolist(), most=_STATES_EACH, whole=_STATES_ALL)
    fits = {item.variant for item in aligned if item.cost == 0}  # a way the replay missed
    tallies[list(fits), MISSING] = tallies[list(fits), REMAINING] = 0
    aligned = tuple(item for item in aligned if item.variant not in fits)
    lost = [item for item in aligned if item.cost is None]
    count = variants.counts.tolist()
    parted = [_parted(item, variants, play, int(first[item.variant])) for item in aligned]
    return Conformance(
        cases=variants.cases,
        variants=variants.variants,
        fitting=variants.cases - sum(count[item.variant] for item in aligned),
        explained=variants.cases - sum(count[item.variant] for item in lost),
        fitness=_fitness(variants.counts @ tallies),
        precision=1.0 if not escaping[1] else 1 - float(escaping[0]) / float(escaping[1]),
        alignment_cost=sum((item.cost or 0) * count[item.variant] for item in aligned),
        deviations=_deviations(variants, [item.variant for item in aligned], parted, case_ids),
    )


Parting = tuple[Kind, str, str]
"""Kind, activity and node."""


def kinds_of(alignment: Alignment, known: frozenset[str]) -> list[Kind | None]:
    """How each step of an alignment parts from the process; ``None`` where both agree.

    A step only the process asks for and one only the case did, of the same activity, are one step in the wrong place.
    ``known`` are the activities the process has.
    """
    sides = {move: Counter(step.activity for step in alignment.steps if step.move is move) for move in Move}
    moved = sides[Move.MODEL_ONLY] & sides[Move.LOG_ONLY]
    met: Counter[tuple[Move, str]] = Counter()
    found: list[Kind | None] = []
    for step in alignment.steps:
        met[step.move, step.activity] += 1
        if step.move is Move.TOGETHER:
            found.append(None)
        elif met[step.move, step.activity] <= moved[step.activity]:
            found.append(Kind.WRONG_ORDER)
        elif step.move is Move.MODEL_ONLY:
            found.append(Kind.SKIPPED)
        else:
            found.append(Kind.INSERTED if step.activity in known else Kind.UNKNOWN)
    return found


def known_to(play: Play) -> frozenset[str]:
    """The activities the process has a step for."""
    return frozenset(name for name, node in zip(play.names, play.node_of_label, strict=True) if node)


def _parted(alignment: Alignment, variants: Traces, play: Play, first: int) -> list[Parting]:
    """The partings of one variant; a step in the wrong place, which stands in it twice, counts once."""
    known, node_of = known_to(play), dict(zip(play.names, play.node_of_label, strict=True))
    if alignment.cost is not None:
        pairs = zip(alignment.steps, kinds_of(alignment, known), strict=True)
        return [
            (kind, step.activity, step.node or node_of[step.activity])
            for step, kind in pairs
            if kind is not None and not (kind is Kind.WRONG_ORDER and step.move is Move.LOG_ONLY)
        ]
    names = variants.names_of(alignment.variant)
    if first >= len(names):
        return [(Kind.UNFINISHED, names[-1], node_of[names[-1]])]
    return [(Kind.INSERTED if names[first] in known else Kind.UNKNOWN, names[first], node_of[names[first]])]


def _fitness(tokens: Int64Array) -> float:
    lacking = float(tokens[MISSING]) / float(tokens[CONSUMED]) if tokens[CONSUMED] else 0.0
    left = float(tokens[REMAINING]) / float(tokens[PRODUCED]) if tokens[PRODUCED] else 0.0
    return (1 - lacking) / 2 + (1 - left) / 2


def _deviations(
    variants: Traces, numbers: list[int], parted: Iterable[list[Parting]], case_ids: Any
) -> tuple[Deviation, ...]:
    """Sum over variants, by falling number of times; examples are the first cases in the order of the log."""
    times: Counter[Parting] = Counter()
    cases: Counter[Parting] = Counter()
    where: dict[Parting, list[int]] = {}
    count = variants.counts.tolist()
    for number, partings in zip(numbers, parted, strict=True):
        for parting, n in Counter(partings).items():
            times[parting] += n * count[number]
            cases[parting] += count[number]
            where.setdefault(parting, []).append(number)
    ranked = sorted(times, key=lambda parting: (-times[parting], parting))
    return tuple(
        Deviation(*parting, times[parting], cases[parting], _examples(variants, where[parting], case_ids))
        for parting in ranked
    )


def _examples(variants: Traces, numbers: list[int], case_ids: Any) -> tuple[str, ...]:
    found = np.flatnonzero(np.isin(variants.variant_of_case, numbers))[:EXAMPLES].tolist()
    return tuple(str(case) if case_ids is None else str(case_ids[case]) for case in found)
