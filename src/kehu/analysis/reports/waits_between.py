"""The single waits behind a handover figure, from which its interval comes."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kehu.analysis.log import EVERYTHING, NO_TIME, NOBODY, EventLog, Selection
from kehu.analysis.mining.handovers import Owner, owners
from kehu.analysis.mining.runs import whole

Waits: TypeAlias = dict[tuple[str, str], npt.NDArray[np.float64]]


def waits_between(log: EventLog, selection: Selection = EVERYTHING, by: Owner = "department") -> Waits:
    """(giver, taker) → waits in seconds, ascending; defined as in ``mining.handovers``."""
    run = whole(log, selection)
    codes, names = owners(run, by)
    case = np.repeat(np.arange(run.cases), np.diff(run.offsets))
    known = np.flatnonzero(codes != NOBODY)
    case, owner, end, start = case[known], codes[known], run.end[known], run.start[known]
    begin = np.where(start == NO_TIME, end, start)
    changes = np.flatnonzero((case[1:] == case[:-1]) & (owner[1:] != owner[:-1]))
    wait = np.maximum(begin[changes + 1] - end[changes], 0) / 1e6
    pair = owner[changes].astype(np.int64) * len(names) + owner[changes + 1]
    order = np.lexsort((wait, pair))
    pair, wait = pair[order], wait[order]
    if not pair.size:
        return {}
    found, first = np.unique(pair, return_index=True)
    parts = np.split(wait, first[1:])
    return {
        (names[int(code) // len(names)], names[int(code) % len(names)]): part
        for code, part in zip(found, parts, strict=True)
    }
