"""Explained waits kept in a store's folder, memory-mapped when opened; a store is whole without them.

``derived/waits-KEY/``: ``*.npy`` (the arrays) and ``about.json``. KEY names the zone and the version of the method, so
that what was kept under others is not taken. Written aside and renamed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from pathlib import Path

import numpy as np

from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.store import is_store
from kehu.analysis.mining.waiting.explained import Explained, explain

_VERSION = 1
"""Raised whenever a definition in docs/explanation/waiting.md changes."""
_ARRAYS = ("parts", "enabled", "handover", "pairs")


def kept_waits(log: EventLog, store: Path) -> Explained:
    """The explained waits of a log in the working weeks found in it: from its store's folder, else put there.

    ``log`` must have starts and be the log of ``store``, with whatever zone was named since. Where the folder cannot
    be written they are worked out and not kept. Safe from several processes: the first to finish is believed.
    """
    folder = store / "derived" / f"waits-{_key(log)}"
    found = _opened(folder, log)
    if found is not None:
        return found
    made = explain(log)
    if is_store(store):
        _keep(made, folder)
    return _opened(folder, log) or made


def _key(log: EventLog) -> str:
    return hashlib.sha256(json.dumps([_VERSION, log.header.zone]).encode()).hexdigest()[:16]


def _opened(folder: Path, log: EventLog) -> Explained | None:
    """What the folder holds; ``None`` where there is nothing, or something that cannot be this log's."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        found = Explained(**arrays, works=bool(about["works"]), calendar=str(about["calendar"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    rows = {array.shape[0] for array in (found.parts, found.enabled, found.handover)}
    return found if rows == {log.events} else None


def _keep(made: Explained, folder: Path) -> None:
    aside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        aside.mkdir(parents=True)
        for name in _ARRAYS:
            np.save(aside / f"{name}.npy", getattr(made, name))
        about = {"works": made.works, "calendar": made.calendar}
        (aside / "about.json").write_text(json.dumps(about), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)  # it could not be opened: damaged, or of another log
        aside.rename(folder)
    except OSError:  # no room or no right to write, or another process was first
        shutil.rmtree(aside, ignore_errors=True)
