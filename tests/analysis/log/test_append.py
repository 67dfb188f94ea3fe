"""Appending to a store gives what importing everything at once gives, and the same file twice adds nothing."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.reading import append, import_log

BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - files carry times of no zone
ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from("abc"), st.integers(0, 5), st.sampled_from(["Ann", "Bob", ""])),
    min_size=1,
    max_size=12,
)


def table(path: Path, rows, *, indexed: bool = False) -> Path:
    head = "case_id,activity,timestamp,resource,case:tier" + (",event_index" if indexed else "")
    lines = [head]
    for place, (case, activity, hours, who) in enumerate(rows):
        index = f",{place}" if indexed else ""
        lines.append(f"{case},{activity},{BEGIN + timedelta(hours=hours)},{who},tier {case}{index}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def plain(log: EventLog) -> list[tuple[str, ...]]:
    """The events as texts, in order, with the attribute of their case."""
    cases, tiers = log.case_ids.to_pylist(), log.case_attribute("tier").to_pylist()
    return [
        (cases[case], log.activities[code], str(end), log.resources[who] if who >= 0 else "", tiers[case])
        for case, code, end, who in zip(log.case_of_event(), log.activity, log.end, log.resource, strict=True)
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.data())
def test_two_overlapping_parts_give_what_the_whole_gives(rows, data):
    """However the rows are cut, with rows in both parts, equal rows and equal times."""
    first = data.draw(st.integers(1, len(rows)))
    second = data.draw(st.integers(0, first))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        whole = import_log(table(root / "whole.csv", rows), root / "whole")
        log = import_log(table(root / "one.csv", rows[:first]), root / "parts")
        if rows[second:]:
            log = append(root / "parts", table(root / "two.csv", rows[second:]))
        assert sorted(plain(log)) == sorted(plain(whole))
        assert np.array_equal(log.case_offsets, whole.case_offsets)
        assert np.array_equal(log.end, whole.end)


def test_ties_in_a_later_part_follow_the_index(tmp_path):
    """A row of the second file may belong before one of the first."""
    rows = [(1, "a", 0, "Ann"), (1, "b", 0, "Bob"), (1, "c", 0, "Ann")]
    whole = import_log(table(tmp_path / "whole.csv", rows, indexed=True), tmp_path / "whole")
    text = (tmp_path / "whole.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "one.csv").write_text("\n".join([text[0], text[1], text[3]]), encoding="utf-8")
    (tmp_path / "two.csv").write_text("\n".join([text[0], text[2]]), encoding="utf-8")
    import_log(tmp_path / "one.csv", tmp_path / "parts")
    assert plain(append(tmp_path / "parts", tmp_path / "two.csv")) == plain(whole)


def test_the_same_file_again_adds_nothing(tmp_path):
    source = table(tmp_path / "log.csv", [(1, "a", 0, "Ann"), (1, "b", 1, ""), (2, "a", 1, "Bob")])
    import_log(source, tmp_path / "store")
    before = {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir() if path.is_file()}
    append(tmp_path / "store", source)
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir() if path.is_file()}


def test_rejects_of_both_files_are_kept(tmp_path):
    import_log(table(tmp_path / "one.csv", [(1, "a", 0, "Ann"), (1, "", 1, "")]), tmp_path / "store")
    log = append(tmp_path / "store", table(tmp_path / "two.csv", [(1, "", 3, "Ann"), (2, "b", 1, "")]))
    assert (log.events, log.header.rejected, log.header.source) == (2, 2, "one.csv, two.csv")
    assert len((tmp_path / "store/rejects.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_a_file_that_cannot_be_read_leaves_the_store_as_it_was(tmp_path):
    import_log(table(tmp_path / "one.csv", [(1, "a", 0, "Ann")]), tmp_path / "store")
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad.csv"):
        append(tmp_path / "store", tmp_path / "bad.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "one.csv", "store"]
