"""Any split of the cases, and any order of the rows, gives the same bits."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehu.analysis.log.eventlog import NO_TIME, EventLog, Selection
from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.arrivals import ArrivalKernel
from kehu.analysis.mining.durations import DurationKernel
from kehu.analysis.mining.flow import FlowKernel, directly_follows
from kehu.analysis.mining.handovers import HandoverKernel
from kehu.analysis.mining.pingpong import PingPongKernel
from kehu.analysis.mining.rework import ReworkKernel
from kehu.analysis.mining.runs import whole
from kehu.analysis.mining.times import RELATIVE_ERROR, GroupedTimes, Tally
from kehu.analysis.mining.variants import VariantKernel
from kehu.analysis.mining.walls import WallKernel

KERNELS: list[Any] = [
    FlowKernel(),
    VariantKernel(),
    DurationKernel("B"),
    HandoverKernel("resource"),
    HandoverKernel("department"),
    PingPongKernel(),
    ReworkKernel(),
    WallKernel("C"),
    ArrivalKernel(),
]
_SPAN = 2**60
"""Microseconds: a few of these overflow a sum in one word."""


@st.composite
def logs(draw: st.DrawFn) -> EventLog:
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=12))
    events = sum(lengths)
    codes = st.integers(-1, 3)
    ends = [sorted(draw(st.lists(st.integers(0, _SPAN), min_size=n, max_size=n))) for n in lengths]
    end = np.array([moment for case in ends for moment in case], np.int64)
    work = draw(st.lists(st.none() | st.integers(0, 10**9), min_size=events, max_size=events))
    many = {"min_size": events, "max_size": events}
    return EventLog(
        case_offsets=np.concatenate(([0], np.cumsum(lengths))),
        activity=np.array(draw(st.lists(st.integers(0, 3), **many)), np.int32),
        resource=np.array(draw(st.lists(codes, **many)), np.int32),
        department=np.array(draw(st.lists(codes, **many)), np.int32),
        start=np.array([NO_TIME if took is None else e - took for e, took in zip(end, work, strict=True)], np.int64),
        end=end,
        activities=tuple("ABCD"),
        resources=tuple("pqrs"),
        departments=tuple("wxyz"),
        case_ids=None,  # type: ignore[arg-type]  # no kernel looks at them
    )


def same_bits(one: Any, other: Any) -> bool:
    """Whether two summaries are equal to the bit."""
    if dataclasses.is_dataclass(one):
        return all(same_bits(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return bool(one == other)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@settings(max_examples=25, deadline=None)
@given(log=logs(), data=st.data())
def test_any_partition_of_the_cases_merges_to_the_same_bits(kernel: Any, log: EventLog, data: st.DataObject):
    shard = np.array(data.draw(st.lists(st.integers(0, 3), min_size=log.cases, max_size=log.cases)))
    parts = [kernel.summarise(whole(log, Selection(cases=shard == number))) for number in range(4)]
    nested = kernel.merge([kernel.merge(parts[2:]), kernel.merge([parts[1]]), parts[0]])
    alone = kernel.merge([kernel.summarise(whole(log))])
    assert same_bits(nested, alone)


@settings(max_examples=25, deadline=None)
@given(rows=st.permutations(range(8)))
def test_the_order_of_rows_in_the_source_does_not_matter(rows: Sequence[int]):
    """Times differ within a case, or ``event_index`` says what came first."""
    table = {
        "case_id": ["1", "1", "1", "1", "2", "2", "2", "2"],
        "activity": ["A", "B", "C", "D", "A", "C", "B", "D"],
        "timestamp": [f"2026-01-01T00:00:{second:02}" for second in (0, 0, 0, 5, 0, 1, 1, 2)],
        "event_index": [1, 2, 3, 4, 5, 6, 7, 8],
    }
    shuffled = event_log({name: [values[row] for row in rows] for name, values in table.items()})
    assert directly_follows(shuffled) == directly_follows(event_log(table))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, _SPAN)), min_size=1))
def test_sums_are_exact_and_quantiles_close(pairs: list[tuple[int, int]]):
    """Quantiles are compared with numpy's on the same times."""
    tally = Tally()
    tally.add(np.array([group for group, _ in pairs]), np.array([time for _, time in pairs]))
    found = GroupedTimes.merged([tally.summary()]).table().by_group()
    for group, times in found.items():
        exact = [time for other, time in pairs if other == group]
        assert times.count == len(exact)
        assert times.total_s == pytest.approx(sum(exact) / 1e6, rel=1e-15)
        for share, seconds in ((0.5, times.median_s), (0.9, times.p90_s)):
            assert seconds == pytest.approx(np.quantile(exact, share) / 1e6, rel=RELATIVE_ERROR)


def test_a_million_activities_make_a_million_edges():
    """No matrix of activities by activities is laid out."""
    kinds = 1_000_000
    log = EventLog(
        case_offsets=np.array([0, kinds]),
        activity=np.arange(kinds, dtype=np.int32),
        resource=np.full(kinds, -1, np.int32),
        department=np.full(kinds, -1, np.int32),
        start=np.full(kinds, NO_TIME),
        end=np.arange(kinds),
        activities=tuple(map(str, range(kinds))),
        resources=(),
        departments=(),
        case_ids=None,  # type: ignore[arg-type]
    )
    summary = FlowKernel().summarise(whole(log))
    assert summary.between.key.shape == (kinds - 1,)
