"""Bad input through the command: one sentence and exit 2, or the good rows loaded and the bad ones counted."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from kehu.cli import app

HEAD = "case_id,activity,timestamp\n"
ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log><trace>'
    '<string key="concept:name" value="&b;"/></trace></log>'
)
OUTSIDE = ENTITY.replace('<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def parquet(**columns):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


REFUSED = {
    "empty file": ("x.csv", b""),
    "no case column": ("x.csv", b"foo,activity,timestamp\nx,a,2024-01-01\n"),
    "truncated gzip": ("x.csv.gz", gzip.compress((HEAD + "1,a,2024-01-01\n" * 9000).encode(), mtime=0)[:-30]),
    "XML bomb": ("x.xes", ENTITY.encode()),
    "external entity": ("x.xes", OUTSIDE.encode()),
    "Parquet of a wrong schema": ("x.parquet", parquet(a=[1], b=[2])),
    "only claims to be Parquet": ("x.parquet", b"hello,world\n1,2\n"),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("command", ["import", "mine"])
def test_refused_in_one_sentence_with_exit_2(tmp_path, command, name, content):
    """The sentence names the file; nothing is left behind."""
    (tmp_path / name).write_bytes(content)
    target = ["-o", tmp_path / "out"] if command == "import" else ["--json", tmp_path / "out"]
    result = run(command, tmp_path / name, *target)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert name in result.stderr
    assert "Traceback" not in result.output
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_line_of_two_gigabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(HEAD + "1,a,2024-01-01\n1,")
    with path.open("r+b") as file:
        file.truncate(2_000_000_000)
        file.seek(len(HEAD) + 17)
        file.write(b"x" * 4_000_000)
    result = run("import", path, "-o", tmp_path / "store")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "long.csv, row 3" in result.stderr


USABLE = {
    "one event": (HEAD + "1,a,2024-01-01 10:00\n", 1, 0),
    "all times equal": (HEAD + "".join(f"{i},{a},2024-01-01 10:00\n" for i in range(6) for a in "abc"), 18, 0),
    "times out of order": (HEAD + "1,b,2024-01-02\n1,a,2024-01-01\n", 2, 0),
    "mixed zones": (HEAD + "1,a,2024-01-01T10:00:00+08:00\n1,b,2024-01-01T03:00:00Z\n", 2, 0),
    "null activity": (HEAD + "1,,2024-01-01 10:00\n1,b,2024-01-01 11:00\n", 1, 1),
    "null resource": ("case_id,activity,timestamp,resource\n1,a,2024-01-01,\n1,b,2024-01-02,Ann\n", 2, 0),
    "a formula": (HEAD + '1,"=HYPERLINK(""http://x"")",2024-01-01\n1,b,2024-01-02\n', 2, 0),
    "duplicate rows": (HEAD + "1,a,2024-01-01\n1,a,2024-01-01\n1,b,2024-01-02\n", None, 0),
    "many activities": (HEAD + "".join(f"{i // 5},step {i},2024-01-01\n" for i in range(20_000)), 20_000, 0),
}


@pytest.mark.parametrize(("content", "events", "rejected"), USABLE.values(), ids=USABLE)
def test_what_can_be_used_is_used_and_the_rest_counted(tmp_path, content, events, rejected):
    """Neither the figures nor the report fall over a log with next to nothing in it."""
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    assert run("import", tmp_path / "x.csv", "-o", tmp_path / "store").exit_code == 0
    mined = run("mine", tmp_path / "store", "--json", "-")
    assert mined.exit_code == 0, mined.stderr
    found = json.loads(mined.stdout)
    assert found["rejected_rows"] == rejected
    if events is not None:
        assert found["events"] == events
    assert run("waits", tmp_path / "store", "--json", "-").exit_code == 0
    assert run("report", tmp_path / "store", "--html", tmp_path / "r.html").exit_code == 0
    assert "<script" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_duplicate_rows_are_told(tmp_path):
    (tmp_path / "x.csv").write_text(HEAD + "1,a,2024-01-01\n1,a,2024-01-01\n1,b,2024-01-02\n")
    found = json.loads(run("mine", tmp_path / "x.csv", "--json", "-").stdout)
    assert (found["events"], found["duplicate_rows"]) == (2, 1)


@pytest.mark.parametrize("text", ["lacks=a", "sort=a"], ids=["leaves nothing", "is none"])
def test_a_filter_that_cannot_be_is_refused(tmp_path, text):
    (tmp_path / "x.csv").write_text(HEAD + "1,a,2024-01-01\n")
    result = run("mine", tmp_path / "x.csv", "--json", "-", "--filter", text)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
