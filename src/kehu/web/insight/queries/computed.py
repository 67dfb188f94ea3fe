"""Computed results, kept in this process.

A result belongs to a store as it was written (path and time of its header), a computation and its arguments; a log
imported again is another store.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
_KEPT = 400


@dataclass
class Kept:
    """The last ``most`` results by use; two threads that want the same at once compute it once."""

    most: int
    held: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    working: dict[Hashable, threading.Lock] = field(default_factory=dict)

    def holds(self, key: Hashable) -> bool:
        """Whether there is a result under ``key``."""
        with self.lock:
            return key in self.held

    def get(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """The result under ``key``, computed where it is not held. What fails is not kept."""
        with self.lock:
            if key in self.held:
                self.held.move_to_end(key)
                found: Result = self.held[key]
                return found
            turn = self.working.setdefault(key, threading.Lock())
        with turn:
            with self.lock:
                if key in self.held:
                    again: Result = self.held[key]
                    return again
            result = compute()
            with self.lock:
                self.held[key] = result
                self.working.pop(key, None)
                while len(self.held) > self.most:
                    self.held.popitem(last=False)
        return result


_results = Kept(_KEPT)


def kept(store: Path, what: Hashable, compute: Callable[[], Result]) -> Result:
    """A result of this store, computed once. ``what`` names the computation and all that it depends on."""
    return _results.get((identity(store), what), compute)


def identity(store: Path) -> tuple[str, int]:
    """What tells a store from the one written later in its place."""
    header = store / "header.json"
    return str(store), header.stat().st_mtime_ns if header.is_file() else 0
