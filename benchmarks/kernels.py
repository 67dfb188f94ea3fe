"""Our side of F01 and F02. Usage: kernels.py warm STORE TIMES | pipeline FILE STORE (Parquet → store → every map)."""

import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from timing import measure, peak


def main() -> None:
    if sys.argv[1] == "warm":
        warm(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        pipeline(Path(sys.argv[2]), Path(sys.argv[3]))
    peak()


def kernels() -> dict:
    """Every kernel by its name, as a function of a log."""
    from kehu.analysis.mining.arrivals import arrivals
    from kehu.analysis.mining.durations import case_durations
    from kehu.analysis.mining.flow import directly_follows
    from kehu.analysis.mining.handovers import handovers
    from kehu.analysis.mining.pingpong import pingpong
    from kehu.analysis.mining.rework import rework
    from kehu.analysis.mining.variants import variants

    return {
        "directly_follows": directly_follows,  # one pass gives counts and times; the peers have a call for each
        "timed_graph": directly_follows,
        "variants": variants,
        "case_durations": case_durations,
        "rework": rework,
        "handovers": lambda log: handovers(log, by="resource"),
        "pingpong": pingpong,
        "arrivals": arrivals,
    }


def warm(store: Path, times: int) -> None:
    from kehu.analysis.log.store import open_store

    log = open_store(store)
    for name, kernel in kernels().items():
        kernel(log)  # compiled and read once: the figure is of a warm process
        measure(name, lambda kernel=kernel: kernel(log), times)


def pipeline(source: Path, store: Path) -> None:
    from kehu.analysis.log.reading import import_log
    from kehu.analysis.log.staging import ImportOptions

    raw = ImportOptions(lifecycle="raw")  # every row an event, as the peers see it; pairing would leave fewer
    chosen = kernels()  # imports are not part of the figure; compiled code comes from the cache on disk
    shutil.rmtree(store, ignore_errors=True)
    started = time.perf_counter()
    log = measure("import", lambda: import_log(source, store, raw), 1)
    for name, kernel in chosen.items():
        measure(name, lambda kernel=kernel: kernel(log), 1)
    print(f'{{"name": "total", "seconds": {time.perf_counter() - started:.2f}}}')


if __name__ == "__main__":
    main()
