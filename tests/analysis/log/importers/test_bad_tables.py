"""Bad tables: each gets one clear sentence naming file, row and column, and nothing is half imported."""

import csv
import gzip
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.importers.csv import MAX_LINE
from kehu.analysis.log.reading import import_log, read_log
from kehu.analysis.log.staging import ImportOptions

HEAD = "case_id,activity,timestamp\n"
GOOD = "1,a,2024-01-01 10:00\n1,b,2024-01-01 11:00\n"


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


REFUSED = {
    "empty": ("e.csv", b"", "e.csv: is empty"),
    "header only": ("h.csv", HEAD, "h.csv: holds no rows"),
    "no case": ("c.csv", "foo,activity,timestamp\nx,a,2024-01-01\n", "c.csv, row 1: has no column .* case id"),
    "no time": ("t.csv", "case_id,activity,foo\n1,a,b\n", "t.csv, row 1: has no column .* the time"),
    "all bad": ("b.csv", HEAD + ",a,2024-01-01\n", "b.csv, row 2, column 'case_id': the case id is empty"),
    "cut gzip": ("g.csv.gz", gzip.compress((HEAD + GOOD * 9_000).encode(), mtime=0)[:-30], "g.csv.gz: is a damaged"),
    "claims Parquet": ("p.parquet", b"hello,world\n", "p.parquet: is named Parquet but is none"),
    "half Parquet": ("q.parquet", b"PAR1 and no more", "q.parquet: is no readable Parquet file"),
    "claims xlsx": ("x.xlsx", b"hello,world\n", "x.xlsx: is no readable workbook"),
    "old Excel": ("o.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"o.xls: is an old \(.xls\) or locked"),
    "open quote": ("u.csv", HEAD + '1,"a,2024-01-01\n' + GOOD, "u.csv, row 2: a quote is not closed"),
    "long line": (
        "l.csv",
        HEAD + GOOD + "1," + "x" * (MAX_LINE + 2_000_000) + ",z\n",
        "l.csv, row 4: is longer than 16 MB",
    ),
}


@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_one_sentence_and_nothing_is_left(tmp_path, name, data, sentence):
    path = put(tmp_path, name, data)
    with pytest.raises(InputError, match=sentence):
        import_log(path, tmp_path / "store")
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_long_line_is_refused_before_it_is_read(tmp_path):
    """Two sparse gigabytes without a line break take no time and no memory."""
    path = put(tmp_path, "long.csv", HEAD + "1,")
    with path.open("r+b") as file:
        file.truncate(2_000_000_000)
        file.seek(len(HEAD) + 2)
        file.write(b"x" * 4_000_000)
    with pytest.raises(InputError, match=r"long.csv, row 2: is longer than 16 MB"):
        read_log(path)


def test_good_rows_load_and_bad_ones_name_their_row_and_column(tmp_path):
    """Rows count as records: a line break in quotes does not push on those below."""
    rows = [
        '1,"a\nand more",2024-01-01',  # row 2
        "1,b",  # 3
        ",c,2024-01-01",  # 4
        "1,,2024-01-01",  # 5
        "1,d,2024-01-01,x",  # 6
        "1,e,",  # 7
        "1,f,soon",  # 8
        "2,g,2024-01-02",  # 9
    ]
    log = import_log(put(tmp_path, "log.csv", HEAD + "\n".join(rows) + "\n"), tmp_path / "store")
    assert (log.events, log.header.rejected) == (2, 6)
    with (tmp_path / "store/rejects.csv").open(encoding="utf-8") as file:
        found = {(int(row["row"]), row["column"]): row["reason"] for row in csv.DictReader(file)}
    assert sorted(found)[1:3] == [(4, "case_id"), (5, "activity")]
    assert {number for number, _ in found} == {3, 4, 5, 6, 7, 8}
    assert found[8, "timestamp"] == "the time is not of the form yyyy-mm-dd"


def test_times_beyond_all_time_are_rejected(tmp_path):
    """Neither an infinite text nor a number past every calendar stops the import."""
    text = HEAD + "1,a,2024-01-01\n1,b,infinity\n1,c,2024-01-02\n"
    assert (log := read_log(put(tmp_path, "text.csv", text))).events == 2
    assert log.header.rejected == 1
    numbers = "".join(f"1,a{i},{1_704_067_200 + i}\n" for i in range(20))
    log = read_log(put(tmp_path, "number.csv", HEAD + numbers + "1,z,1e300\n"))
    assert (log.events, log.header.rejected) == (20, 1)


def test_a_column_named_as_the_database_names_its_rows_is_a_column(tmp_path):
    text = "rowid,case_id,activity,timestamp\nx,1,a,2024-01-01\ny,1,,2024-01-02\n"
    log = read_log(put(tmp_path, "log.csv", text))
    assert (log.events, log.header.rejected) == (1, 1)


def test_bytes_of_another_encoding_spoil_their_row_only(tmp_path):
    data = (HEAD + GOOD * 100).encode() + b"9,\xff\xfe,2024-01-01 10:00\n"
    log = read_log(
        put(tmp_path, "log.csv", HEAD.encode() + "1,é,2024-01-01 10:00\n".encode() + data.split(b"\n", 1)[1])
    )
    assert log.header.rejected == 1
    assert "é" in log.activities


def test_mixed_line_ends_and_blank_lines_are_read(tmp_path):
    text = HEAD + "1,a,2024-01-01\r\n\n1,b,2024-01-02\n1,c,2024-01-03\r\n"
    assert read_log(put(tmp_path, "log.csv", text)).activities == ("a", "b", "c")


def test_one_event_equal_times_and_backward_times_are_fine(tmp_path):
    assert read_log(put(tmp_path, "one.csv", HEAD + "1,a,2024-01-01\n")).events == 1
    equal = HEAD + "".join(f"1,a{i},2024-01-01\n" for i in range(9))
    assert read_log(put(tmp_path, "equal.csv", equal)).events == 9
    backward = HEAD + "1,b,2024-01-02\n1,a,2024-01-01\n"
    log = read_log(put(tmp_path, "backward.csv", backward))
    assert [log.activities[code] for code in log.activity] == ["a", "b"]


def test_a_formula_in_a_label_stays_a_text(tmp_path):
    label = "=cmd|' /C calc'!A0"
    assert read_log(put(tmp_path, "f.csv", HEAD + f"1,{label},2024-01-01\n")).activities == (label,)


def test_a_missing_resource_is_nobody(tmp_path):
    text = "case_id,activity,timestamp,resource\n1,a,2024-01-01,Ann\n1,b,2024-01-02,\n1,c,2024-01-03,NULL\n"
    assert read_log(put(tmp_path, "log.csv", text)).resource.tolist() == [0, -1, -1]


def parquet(tmp_path, **columns):
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    return tmp_path / "log.parquet"


def test_a_parquet_of_another_schema_names_what_it_lacks(tmp_path):
    with pytest.raises(InputError, match=r"log.parquet, row 1: has no column .* the case id"):
        read_log(parquet(tmp_path, price=[1.5], name=["x"]))


def test_parquet_with_nulls_integer_ids_and_texts_as_times(tmp_path):
    path = parquet(
        tmp_path,
        case_id=[7, 7, None, 8],
        activity=["a", None, "b", "c"],
        timestamp=["2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z", "2024-01-02T12:00:00+02:00"],
    )
    log = read_log(path)
    assert (log.case_ids.to_pylist(), log.header.rejected) == (["7", "8"], 2)


def test_parquet_times_with_a_zone_are_utc(tmp_path):
    times = pa.array([0, 1_000_000], pa.timestamp("us", "Asia/Shanghai"))
    log = read_log(parquet(tmp_path, case_id=["1", "1"], activity=["a", "b"], timestamp=times))
    assert log.end.tolist() == [0, 1_000_000]


def test_parquet_of_nested_columns_is_read_without_them(tmp_path):
    times = pa.array([0], pa.timestamp("us"))
    log = read_log(parquet(tmp_path, case_id=["1"], activity=["a"], timestamp=times, tags=[["x", "y"]]))
    assert "tags" not in log.event_attribute_names
    assert "'tags'" in log.header.notes[0]


def workbook(path, *rows, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.create_sheet("Second").append(["case_id", "activity", "timestamp"])
    book["Second"].append(["9", "z", "2024-01-01"])
    book.save(path)
    return path


def test_a_sheet_is_chosen_by_name(tmp_path):
    path = workbook(tmp_path / "b.xlsx", ["case_id", "activity", "timestamp"], [1, "a", "2024-01-01"])
    assert read_log(path).case_ids.to_pylist() == ["1"]
    assert read_log(path, ImportOptions(sheet="Second")).case_ids.to_pylist() == ["9"]
    with pytest.raises(InputError, match=r"has no sheet 'Third'.* It has: Sheet, Second"):
        read_log(path, ImportOptions(sheet="Third"))


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(80_000_000))
    with pytest.raises(InputError, match=r"bomb.xlsx: unpacks to far more"):
        read_log(path)


def test_a_workbook_with_entities_is_refused(tmp_path):
    path = workbook(tmp_path / "b.xlsx", ["case_id", "activity"])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            mark = b'<!DOCTYPE x [<!ENTITY a "b">]>' if name == "xl/workbook.xml" else b""
            new.writestr(name, mark + old.read(name))
    with pytest.raises(InputError, match=r"evil.xlsx, xl/workbook.xml: declares entities"):
        read_log(evil)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_a_rejected_value_is_no_formula(tmp_path, sign):
    """CWE-1236: whoever opens the rejects in a spreadsheet runs nothing that stood in the source."""
    import_log(put(tmp_path, "log.csv", HEAD + GOOD + f'1,c,"{sign}1+1"\n'), tmp_path / "store")
    with (tmp_path / "store/rejects.csv").open(encoding="utf-8", newline="") as file:
        (rejected,) = csv.DictReader(file)
    assert rejected["value"] == f"'{sign}1+1"
