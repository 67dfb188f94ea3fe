"""Polars on the same Parquet file, written as its users would write it. Usage: FILE TIMES."""

import sys

import polars as pl
from timing import measure, peak


def main() -> None:
    path, times = sys.argv[1], int(sys.argv[2])
    frame = measure("load", lambda: load(path), 1)
    measure("directly_follows", lambda: edges(frame).group_by("activity", "next").len(), times)
    measure("timed_graph", lambda: timed(frame), times)
    measure("variants", lambda: variants(frame), times)
    measure("case_durations", lambda: durations(frame), times)
    measure("rework", lambda: rework(frame), times)
    measure("handovers", lambda: handovers(frame), times)
    measure("arrivals", lambda: arrivals(frame), times)
    peak()


def load(path: str) -> pl.DataFrame:
    return (
        pl.read_parquet(path)
        .with_columns(pl.col("activity", "resource", "case_id").cast(pl.Categorical))
        .sort("case_id", "timestamp", "event_index")
    )


def edges(frame: pl.DataFrame) -> pl.DataFrame:
    follows = frame.select(
        "activity",
        next=pl.col("activity").shift(-1),
        same=pl.col("case_id") == pl.col("case_id").shift(-1),
        gap=pl.col("timestamp").shift(-1) - pl.col("timestamp"),
    )
    return follows.filter(pl.col("same"))


def timed(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        edges(frame)
        .group_by("activity", "next")
        .agg(pl.len(), mean=pl.col("gap").mean(), median=pl.col("gap").median(), p90=pl.col("gap").quantile(0.9))
    )


def variants(frame: pl.DataFrame) -> pl.DataFrame:
    sequences = frame.group_by("case_id").agg(pl.col("activity").to_physical())
    return sequences.group_by("activity").len()


def durations(frame: pl.DataFrame) -> pl.DataFrame:
    spans = frame.group_by("case_id").agg(span=pl.col("timestamp").max() - pl.col("timestamp").min())
    return spans.select(mean=pl.col("span").mean(), median=pl.col("span").median())


def rework(frame: pl.DataFrame) -> pl.DataFrame:
    repeats = frame.group_by("case_id", "activity").len().filter(pl.col("len") > 1)
    return repeats.group_by("activity").agg(cases=pl.len(), repeats=pl.col("len").sum())


def handovers(frame: pl.DataFrame) -> pl.DataFrame:
    moves = frame.select(
        "resource",
        next=pl.col("resource").shift(-1),
        same=pl.col("case_id") == pl.col("case_id").shift(-1),
        gap=pl.col("timestamp").shift(-1) - pl.col("timestamp"),
    )
    return moves.filter("same").group_by("resource", "next").agg(pl.len(), mean=pl.col("gap").mean())


def arrivals(frame: pl.DataFrame) -> pl.DataFrame:
    first = frame.group_by("case_id").agg(pl.col("timestamp").min())
    return first.group_by(pl.col("timestamp").dt.weekday(), hour=pl.col("timestamp").dt.hour()).len()


if __name__ == "__main__":
    main()
