"""PM4Py's default optimal alignment on a given net. Usage: NET.pnml LOG.json SECONDS; prints costs and seconds."""

import json
import sys
import time
from pathlib import Path

import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm
from pm4py.objects.log.obj import Event, Trace


def main() -> None:
    net, begin, final = pm4py.read_pnml(sys.argv[1])
    sequences = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    most = float(sys.argv[3])
    traces = [Trace([Event({"concept:name": name}) for name in sequence]) for sequence in sequences]
    costs, seconds = [], 0.0
    for trace in traces:
        started = time.perf_counter()
        found = algorithm.apply(trace, net, begin, final)
        taken = time.perf_counter() - started
        if found is None:
            sys.exit("no alignment was found")
        costs.append(found["cost"] // 10_000)
        seconds += taken
        if seconds > most:
            break
    print(json.dumps({"costs": costs, "seconds": seconds}))


if __name__ == "__main__":
    main()
