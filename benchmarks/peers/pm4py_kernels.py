"""PM4Py on the same Parquet file: load once, then each function of its that we have a kernel for. Usage: FILE TIMES."""

import sys

import pandas as pd
import pm4py
from timing import measure, peak


def main() -> None:
    path, times = sys.argv[1], int(sys.argv[2])
    frame = measure("load", lambda: load(path), 1)
    measure("directly_follows", lambda: pm4py.discover_dfg(frame), times)
    measure("timed_graph", lambda: pm4py.discover_performance_dfg(frame, perf_aggregation_key="all"), times)
    measure("variants", lambda: pm4py.get_variants(frame), times)
    measure("case_durations", lambda: pm4py.get_all_case_durations(frame), times)
    measure("rework", lambda: pm4py.get_rework_cases_per_activity(frame), times)
    measure("handovers", lambda: pm4py.discover_handover_of_work_network(frame), times)
    peak()


def load(path: str) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    names = {
        "case_id": "case:concept:name",
        "activity": "concept:name",
        "timestamp": "time:timestamp",
        "resource": "org:resource",
    }
    frame = frame.rename(columns=names)
    frame["org:resource"] = frame["org:resource"].fillna("-")  # its handovers cannot be counted over missing names
    frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], utc=True)
    return frame.sort_values(["case:concept:name", "time:timestamp", "event_index"], ignore_index=True)


if __name__ == "__main__":
    main()
