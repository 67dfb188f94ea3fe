"""Rows of a life cycle become one event per piece of work."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import NO_TIME, EventLog
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ImportOptions

MINUTE = 60_000_000


@pytest.fixture
def rows(tmp_path: Path):
    """A reader of hand-made rows ``case activity minute transition resource instance``."""

    def read(text: str, mode: str = "pair") -> EventLog:
        table = [line.split() for line in text.strip().splitlines()]
        names = ("case_id", "activity", "timestamp", "lifecycle", "resource", "concept:instance")
        columns = dict(zip(names, zip(*table, strict=True), strict=False))
        columns["timestamp"] = pa.array([int(minute) * MINUTE for minute in columns["timestamp"]], pa.timestamp("us"))
        pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), tmp_path / "log.parquet")
        return read_log(tmp_path / "log.parquet", ImportOptions(lifecycle=mode))

    return read


def minutes(log: EventLog) -> list[tuple[str, int | None, int]]:
    """Activity, start and end of every event, in minutes."""
    starts = [None if start == NO_TIME else int(start) // MINUTE for start in log.start]
    names = [log.activities[code] for code in log.activity]
    return list(zip(names, starts, (int(end) // MINUTE for end in log.end), strict=True))


def test_a_start_and_its_completion_are_one_event(rows):
    """The event begins at the start and ends at the completion."""
    assert minutes(rows("1 A 5 start ann\n1 A 9 complete ann")) == [("A", 5, 9)]


def test_the_first_start_belongs_to_the_first_completion(rows):
    """Two open starts by the same person are paired in their order."""
    log = rows("1 A 1 start ann\n1 A 2 start ann\n1 A 3 complete ann\n1 A 9 complete ann")
    assert minutes(log) == [("A", 1, 3), ("A", 2, 9)]


def test_the_same_person_goes_before_the_older_start(rows):
    """Ann's completion takes Ann's start although Bob's is older."""
    log = rows("1 A 1 start bob\n1 A 2 start ann\n1 A 3 complete ann\n1 A 9 complete bob")
    assert minutes(log) == [("A", 2, 3), ("A", 1, 9)]


def test_instances_are_kept_apart(rows):
    """Where the source names the instance, it decides."""
    log = rows("1 A 1 start ann x\n1 A 2 start ann y\n1 A 3 complete ann y\n1 A 9 complete ann x")
    assert minutes(log) == [("A", 2, 3), ("A", 1, 9)]


def test_an_instance_that_names_each_row_does_not_prevent_pairing(rows):
    """Some systems number rows, not pieces of work."""
    assert minutes(rows("1 A 1 start ann r1\n1 A 3 complete ann r2")) == [("A", 1, 3)]


def test_starts_do_not_reach_into_the_next_case(rows):
    """An open start of case 1 is not taken for case 2, and the case in which nothing was completed is named."""
    log = rows("1 A 1 start ann\n2 A 3 complete ann")
    assert minutes(log) == [("A", None, 3)]
    assert log.case_ids.to_pylist() == ["2"]
    assert any("1 cases in which nothing was completed" in note for note in log.header.notes)


def test_suspended_time_is_kept(rows):
    """Two minutes of pause in a piece of work of ten."""
    log = rows("1 A 0 start ann\n1 A 3 suspend ann\n1 A 5 resume ann\n1 A 10 complete ann")
    assert minutes(log) == [("A", 0, 10)]
    assert log.event_attribute("lifecycle:suspended_s").to_pylist() == [120.0]


def test_a_pause_without_an_end_lasts_until_completion(rows):
    """Suspended at 3, completed at 10, never resumed: seven minutes."""
    log = rows("1 A 0 start ann\n1 A 3 suspend ann\n1 A 10 complete ann")
    assert log.event_attribute("lifecycle:suspended_s").to_pylist() == [420.0]


def test_the_notes_count_what_could_not_be_paired(rows):
    """One pair, one start too many, two completions without a start."""
    log = rows("1 A 0 start a\n1 A 1 complete a\n1 B 2 start a\n1 C 3 complete a\n1 C 4 complete a")
    assert log.header.lifecycle == "pair"
    assert log.header.notes == (
        (
            "Life cycle paired: 1 pieces of work have a start and an end, 1 starts without a completion were left out, "
            "2 completions have no start."
        ),
    )


def test_attributes_and_names_follow_the_kept_rows(rows):
    """The person who only started something is gone, the attribute is that of the completion."""
    log = rows("1 Z 0 start zed r1\n1 A 1 start ann r2\n1 A 4 complete ann r3\n1 B 5 complete bob r4")
    assert log.activities == ("A", "B")
    assert log.resources == ("ann", "bob")
    assert log.event_attribute("concept:instance").to_pylist() == ["r3", "r4"]


def test_complete_keeps_only_completions(rows):
    """Mode ``complete`` forgets the starts."""
    log = rows("1 A 0 start a\n1 A 1 complete a\n1 B 2 schedule a", "complete")
    assert minutes(log) == [("A", None, 1)]


def test_raw_keeps_every_row_and_its_word(rows):
    """Mode ``raw`` pairs nothing and says what each row was."""
    log = rows("1 A 0 start a\n1 A 1 COMPLETE a", "raw")
    assert minutes(log) == [("A", None, 0), ("A", None, 1)]
    assert log.event_attribute("lifecycle:transition").to_pylist() == ["start", "complete"]


def test_a_source_that_only_completes_is_raw(rows):
    """There is nothing to pair, and nothing is said about it."""
    log = rows("1 A 0 complete a\n1 B 1 complete a")
    assert (log.header.lifecycle, log.header.notes) == ("raw", ())


def test_words_of_a_desk_of_its_own_are_events(rows):
    """A status in the life cycle's column is not a standard transition; no row is lost."""
    assert rows("1 A 0 awaiting_assignment a\n1 A 1 in_progress a\n1 A 2 closed a").events == 3


def test_only_starts_are_events_rather_than_nothing(rows):
    """A log that only says when work began is still read."""
    log = rows("1 A 0 start a\n1 B 1 start a")
    assert log.events == 2
    assert "No row is a completion" in log.header.notes[0]


def test_an_unknown_mode_is_refused(rows):
    """The sentence names the modes there are."""
    with pytest.raises(InputError, match="pair, complete, raw"):
        rows("1 A 0 start a", "both")


def test_ten_thousand_open_starts_take_no_time(rows):
    """The look through open starts is bounded."""
    text = "\n".join(f"1 A {minute} start p{minute}" for minute in range(10_000))
    assert rows(text + "\n1 A 10000 complete ann").events == 1


@pytest.mark.parametrize(("mode", "events", "variants"), [("raw", 262_200, 4_366), ("complete", 164_506, 4_336)])
def test_the_loan_log_counts_as_published(data, mode, events, variants):
    """262,200 rows, 164,506 of them completions; 4,366 and 4,336 variants."""
    options = ImportOptions(lifecycle=mode, roles={"lifecycle": "lifecycle:transition"})
    log = read_log(data("bpic2012.parquet"), options)
    assert log.events == events
    assert len({log.activity[a:b].tobytes() for a, b in zip(log.case_offsets, log.case_offsets[1:], strict=False)}) == (
        variants
    )


def test_the_loan_log_is_paired(data):
    """Every start is either paired or counted as unpaired; every completion stays."""
    log = read_log(data("bpic2012.parquet"), ImportOptions(roles={"lifecycle": "lifecycle:transition"}))
    paired = int((log.start != NO_TIME).sum())
    assert log.events == 164_506
    assert f"{paired:,} pieces" in log.header.notes[-1]
    assert f"{71_376 - paired:,} starts without" in log.header.notes[-1]
    assert (log.start <= log.end).all()
