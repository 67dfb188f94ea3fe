"""How every side is timed: the same call several times, the median told; memory is the process's own peak."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any


def measure(name: str, call: Callable[[], Any], times: int = 3) -> Any:
    """Call it that many times, print ``{"name", "seconds", "runs"}`` as one line, return the last answer."""
    runs = []
    answer = None
    for _ in range(times):
        started = time.perf_counter()
        answer = call()
        runs.append(round(time.perf_counter() - started, 4))
    print(json.dumps({"name": name, "seconds": statistics.median(runs), "runs": runs}), flush=True)
    return answer


def peak() -> None:
    """Print the peak memory of the process in MB."""
    print(json.dumps({"name": "peak_mb", "seconds": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
    sys.stdout.flush()
