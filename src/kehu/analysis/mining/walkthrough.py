"""The walk-through test: real cases, each walked step by step against a process with those who do the work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kehu.analysis.bpmn import Process
from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.alignments import Aligner, Alignment
from kehu.analysis.mining.conformance import Kind, kinds_of, known_to
from kehu.analysis.mining.play import play_of
from kehu.analysis.mining.traces import Traces, traces


@dataclass(frozen=True)
class WalkedStep:
    """One step: ``deviation`` is ``None`` where case and process agree; ``node`` the step's id in the process."""

    activity: str
    node: str
    deviation: Kind | None


@dataclass(frozen=True)
class WalkedCase:
    """One sampled case; ``known`` is false where no explanation was found, and then only its own steps are listed."""

    case: str
    variant: int
    passed: bool
    known: bool
    steps: tuple[WalkedStep, ...]


@dataclass(frozen=True)
class Walkthrough:
    """The sampled cases, and the share (0-1) of all cases whose variant is among them."""

    seed: int
    covered: float
    cases: tuple[WalkedCase, ...]

    def to_json(self) -> dict[str, Any]:
        """As a plain dictionary."""
        return asdict(self)


def walk_through(
    log: EventLog, process: Process, cases: int, *, seed: int = 1, selection: Selection = EVERYTHING
) -> Walkthrough:
    """Sample cases and walk each against the process; the same seed gives the same cases.

    Stratified by variant: variants get places in proportion to their cases (largest remainder, Hamilton's method), and
    cases are drawn at random within each. Raises InputError for fewer than one case, or where nothing is selected.
    """
    variants = traces(log, selection)
    if cases < 1 or not variants.variants:
        raise InputError(
            Sentence("there is no case to walk through"), remedy=Sentence("Ask for one at least, or widen the filters")
        )
    places = _places(variants, min(cases, variants.cases))
    chosen = np.flatnonzero(places)
    play = play_of(process, variants.activities)
    found = Aligner(play).align(variants, chosen.tolist())
    rng = np.random.default_rng(seed)
    walked: list[WalkedCase] = []
    for alignment in found:
        members = np.flatnonzero(variants.variant_of_case == alignment.variant)
        drawn = np.sort(rng.choice(members, places[alignment.variant], replace=False))
        steps = _steps(alignment, variants, known_to(play))
        passed = alignment.cost == 0
        walked += [
            WalkedCase(str(log.case_ids[case]), alignment.variant, passed, alignment.cost is not None, steps)
            for case in drawn.tolist()
        ]
    return Walkthrough(seed, float(variants.counts[chosen].sum()) / variants.cases, tuple(walked))


def _places(variants: Traces, cases: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """How many cases of each variant are walked."""
    share = variants.counts * cases / variants.cases
    places = np.floor(share).astype(np.int64)
    rest = np.argsort(-(share - places), kind="stable")
    open_places = cases - int(places.sum())
    for variant in rest[:open_places].tolist():
        places[variant] += 1
    return places


def _steps(alignment: Alignment, variants: Traces, known: frozenset[str]) -> tuple[WalkedStep, ...]:
    if alignment.cost is None:
        return tuple(WalkedStep(name, "", None) for name in variants.names_of(alignment.variant))
    pairs = zip(alignment.steps, kinds_of(alignment, known), strict=True)
    return tuple(WalkedStep(step.activity, step.node, kind) for step, kind in pairs)
