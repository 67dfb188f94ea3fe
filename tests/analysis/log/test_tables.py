"""Tables of real logs give the known facts; rows are ordered, counted and kept apart as promised."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.importers.parquet import ParquetImporter
from kehu.analysis.log.reading import import_log, read_log
from kehu.analysis.log.staging import ImportOptions, Staging


def variants(log: EventLog) -> int:
    bounds = zip(log.case_offsets[:-1], log.case_offsets[1:], strict=True)
    return len({log.activity[first:last].tobytes() for first, last in bounds})


@pytest.mark.parametrize(
    ("name", "known"), [("helpdesk", 226), ("receipt", 116), ("sepsis", 846), ("road_traffic_fines", 231)]
)
def test_real_logs_have_their_known_variants(data, name, known):
    """Counted by others on the same logs: an import that loses, repeats or misorders rows changes these numbers."""
    assert variants(read_log(data(f"{name}.parquet"))) == known


@pytest.mark.parametrize(("name", "known"), [("helpdesk", 226), ("receipt", 116)])
def test_a_csv_of_a_real_log_is_the_same_log(data, tmp_path, name, known):
    duckdb.sql(f"COPY (FROM '{data(f'{name}.parquet')}') TO '{tmp_path / 'log.csv'}'")
    log, same = read_log(data(f"{name}.parquet")), read_log(tmp_path / "log.csv")
    assert variants(same) == known
    assert np.array_equal(log.activity, same.activity)
    assert np.array_equal(log.end, same.end)


def test_columns_read_directly_are_those_read_by_sql(data, monkeypatch):
    """The fast way to Parquet's columns and the general one give the same arrays."""
    fast = read_log(data("bpic2012.parquet"))
    monkeypatch.setattr("kehu.analysis.log.staged_rows.direct_from", lambda *_: None)
    slow = read_log(data("bpic2012.parquet"))
    for name in ("case_offsets", "activity", "resource", "department", "start", "end"):
        assert np.array_equal(getattr(fast, name), getattr(slow, name)), name
    assert fast.case_ids.equals(slow.case_ids)


def test_clean_parquet_is_read_directly(data, tmp_path):
    """Without this the 10 million events of F01 take three times as long."""
    staging = Staging(tmp_path)
    ParquetImporter().stage(data("bpic2012.parquet"), staging, ImportOptions())
    assert staging.direct is not None
    staging.close()


@pytest.mark.parametrize(
    ("name", "events", "steps"),
    [
        ("nyc311_sample_2020", 34_836, ("Closed", "Created")),
        ("cfpb_2013_2016", 2_000, ("Received", "Sent to company")),
    ],
)
def test_a_table_of_cases_gives_inferred_events(data, name, events, steps):
    """No system recorded these events: the header says which were derived and from what."""
    log = read_log(data(f"{name}.parquet"))
    assert (log.events, log.activities, log.header.inferred) == (events, steps, steps)
    assert any("derived from its times" in note for note in log.header.notes)
    assert log.case_attribute_names


def rows_of(tmp_path, text, name="log.csv", **options):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_log(path, tmp_path / "store", ImportOptions(**options))


def test_equal_rows_are_dropped_and_counted(tmp_path):
    text = "case_id,activity,timestamp\n" + "1,a,2024-01-01 10:00\n" * 3 + "1,b,2024-01-01 11:00\n"
    log = rows_of(tmp_path, text)
    assert (log.events, log.header.duplicates) == (2, 2)


def test_equal_rows_of_a_parquet_file_are_dropped_and_counted(tmp_path):
    times = pa.array([0, 0, 1], pa.timestamp("us"))
    pq.write_table(
        pa.table({"case_id": ["1", "1", "1"], "activity": ["a", "a", "b"], "timestamp": times}), tmp_path / "l.parquet"
    )
    log = read_log(tmp_path / "l.parquet")
    assert (log.events, log.header.duplicates) == (2, 1)


def test_with_an_event_index_every_row_is_an_event(tmp_path):
    text = "case_id,activity,timestamp,event_index\n" + "".join(f"1,a,2024-01-01,{i}\n" for i in (2, 1, 2))
    log = rows_of(tmp_path, text)
    assert (log.events, log.header.duplicates) == (3, 0)


def test_ties_follow_the_event_index_else_the_file(tmp_path):
    with_index = "case_id,activity,timestamp,event_index\n1,second,2024-01-01,2\n1,first,2024-01-01,1\n"
    log = rows_of(tmp_path, with_index)
    assert [log.activities[code] for code in log.activity] == ["first", "second"]
    without = "case_id,activity,timestamp\n1,second,2024-01-01\n1,first,2024-01-01\n"
    log = rows_of(tmp_path, without)
    assert [log.activities[code] for code in log.activity] == ["second", "first"]


def test_numbers_are_numbers_where_all_of_them_are(tmp_path):
    """A decimal comma is read; a leading zero keeps a code a text."""
    text = "case_id;activity;timestamp;amount;code\n1;a;05.01.2024;1,5;007\n1;b;06.01.2024;20;008\n"
    log = rows_of(tmp_path, text)
    assert log.event_attribute("amount").to_pylist() == [1.5, 20.0]
    assert log.event_attribute("code").to_pylist() == ["007", "008"]


def test_attributes_of_cases_stay_with_their_cases(tmp_path):
    text = "case_id,activity,timestamp,case:tier\n2,a,2024-01-01,gold\n1,a,2024-01-02,tin\n"
    assert rows_of(tmp_path, text).case_attribute("tier").to_pylist() == ["tin", "gold"]
