"""Waits explained once are kept in the store and summed up under any selection."""

from __future__ import annotations

import numpy as np
import pytest

from kehu.analysis.log.eventlog import EventLog, Header, Selection
from kehu.analysis.log.reading import event_log
from kehu.analysis.log.store import open_store, save_log
from kehu.analysis.mining.waiting import explain, kept_waits, waiting


@pytest.fixture
def week() -> EventLog:
    """Sixty cases of three steps among three people, each step an hour, half an hour after the one before."""
    rows = []
    for case in range(60):
        for step, name in enumerate(("Open", "Check", "Close")):
            minute = 8 * 60 + (case % 6) * 60 + step * 90
            day = 1 + case // 6
            at = [f"2026-03-{day:02d}T{m // 60:02d}:{m % 60:02d}" for m in (minute, minute + 60)]
            rows.append((str(case), name, ("Ann", "Ben", "Cid")[(case + step) % 3], *at))
    case_id, activity, resource, start, end = (list(column) for column in zip(*rows, strict=True))
    columns = {"case_id": case_id, "activity": activity, "resource": resource}
    return event_log(columns | {"start_timestamp": start, "timestamp": end}, Header(zone="UTC"))


def test_what_is_kept_gives_the_same_sums(week: EventLog, tmp_path):
    """Both times, under a filter too; the second time nothing is worked out again."""
    save_log(week, tmp_path / "store")
    log = open_store(tmp_path / "store")
    some = Selection(cases=np.arange(log.cases) % 2 == 0, events=np.arange(log.events) % 5 != 0)
    first, second = kept_waits(log, tmp_path / "store"), kept_waits(log, tmp_path / "store")
    assert isinstance(second.parts, np.memmap)
    for selection in (Selection(), some):
        direct = waiting(log, selection).to_json()
        assert waiting(log, selection, explained=first).to_json() == direct
        assert waiting(log, selection, explained=second).to_json() == direct
        assert direct["total_wait_s"] > 0


def test_a_damaged_or_missing_copy_is_made_anew(week: EventLog, tmp_path):
    save_log(week, tmp_path / "store")
    kept_waits(week, tmp_path / "store")
    (kept,) = (tmp_path / "store" / "derived").iterdir()
    (kept / "parts.npy").write_bytes(b"broken")
    assert (kept_waits(week, tmp_path / "store").parts == explain(week).parts).all()
    assert not list((tmp_path / "store" / "derived").glob(".*"))


def test_another_zone_is_another_copy(week: EventLog, tmp_path):
    """Working weeks are found on the zone's clock, so what was found under one zone is not taken for another."""
    save_log(week, tmp_path / "store")
    kept_waits(week, tmp_path / "store")
    kept_waits(week.with_header(zone="Asia/Shanghai"), tmp_path / "store")
    assert len(list((tmp_path / "store" / "derived").iterdir())) == 2


def test_without_people_the_rest_is_the_same(week: EventLog):
    whole, part = waiting(week), waiting(week, people=False)
    assert (part.total, part.by_activity) == (whole.total, whole.by_activity)
    assert whole.by_resource
    assert whole.by_handover
    assert not part.by_resource
    assert not part.by_handover


def test_many_pairs_are_numbered_as_they_come():
    """More pairs than the first table holds: each handover keeps its own number."""
    people, n = 60, 3000
    giver, taker = np.arange(n) % people, np.arange(n) // people
    columns = {
        "case_id": [str(i) for i in range(n) for _ in range(2)],
        "activity": ["A", "B"] * n,
        "resource": [f"P{who:02d}" for pair in zip(giver, taker, strict=True) for who in pair],
        "start_timestamp": ["2026-03-02T09:00", "2026-03-02T11:00"] * n,
        "timestamp": ["2026-03-02T10:00", "2026-03-02T12:00"] * n,
    }
    log = event_log(columns, Header(zone="UTC"))
    known = explain(log)
    real = known.handover >= 0
    before = np.flatnonzero(real) - 1
    assert len(known.pairs) == n
    assert (known.pairs[known.handover[real], 0] == log.resource[before]).all()
    assert (known.pairs[known.handover[real], 1] == log.resource[real]).all()
