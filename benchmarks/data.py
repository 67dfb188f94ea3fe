"""The big logs of the benchmarks: bpic2012 replicated with new case ids, interleaved in time.

Every copy is shifted by its own share of a year, so that cases of all copies run side by side and the file's rows,
ordered by time, mix the cases as a real export does. Whole cases only.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
YEAR_S = 365 * 86_400


def data_folder() -> Path:
    """Where the public logs lie."""
    return Path(os.environ.get("KEHU_DATA", ROOT / "../shared/data"))


def replicated(millions: int) -> Path:
    """A Parquet file of about that many million events; made once."""
    target = CACHE / f"bpic2012_{millions}m.parquet"
    if target.exists():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    source = data_folder() / "bpic2012.parquet"
    copies = -(-millions * 1_000_000 // 262_200)
    step = YEAR_S // copies
    aside = target.with_suffix(".partial")
    duckdb.execute(
        f"""COPY (
            SELECT case_id || '-' || copy AS case_id, activity, timestamp + to_seconds(copy * {step}) AS timestamp,
                   resource, "lifecycle:transition", event_index
            FROM '{source}', (SELECT range AS copy FROM range({copies})) ORDER BY timestamp, case_id, event_index
        ) TO '{aside}' (FORMAT parquet)"""
    )
    aside.rename(target)
    return target


if __name__ == "__main__":
    for size in (1, 10):
        print(replicated(size))
