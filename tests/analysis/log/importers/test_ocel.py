"""Object-centric logs become cases of one type."""

from __future__ import annotations

import gzip
import json
import sqlite3

import numpy as np
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.reading import import_log, read_log
from kehu.analysis.log.staging import ImportOptions

EVENTS = [
    ("order", "2024-01-05T09:00:00Z", ["o1", "i1", "i2"]),
    ("pick", "2024-01-05T10:00:00Z", ["i1"]),
    ("pick", "2024-01-05T11:00:00Z", ["i2"]),
    ("pay", "2024-01-05T12:00:00+02:00", ["o1"]),
]
TYPES = {"o1": "order", "i1": "item", "i2": "item"}


@pytest.fixture
def source(tmp_path):
    """A hand-made log of OCEL 1.0: one order of two items."""
    whole = {
        "ocel:events": {
            str(i): {"ocel:activity": a, "ocel:timestamp": t, "ocel:omap": o, "ocel:vmap": {"user": "ann", "n": i}}
            for i, (a, t, o) in enumerate(EVENTS)
        },
        "ocel:objects": {name: {"ocel:type": kind, "ocel:ovmap": {"weight": 2}} for name, kind in TYPES.items()},
    }
    path = tmp_path / "log.jsonocel"
    path.write_text(json.dumps(whole))
    return path


def steps(log) -> dict[str, list[str]]:
    """Activities of every case."""
    bounds = zip(log.case_offsets, log.case_offsets[1:], strict=False)
    names = [[log.activities[code] for code in log.activity[a:b]] for a, b in bounds]
    return dict(zip(log.case_ids.to_pylist(), names, strict=True))


def test_the_chosen_type_plays_the_case(source):
    """An order is paid at 10:00 UTC, between its picks, which are events of its items only."""
    assert steps(read_log(source, ImportOptions(object_type="order"))) == {"o1": ["order", "pay"]}


def test_an_event_of_several_objects_is_in_each_case(source):
    """And the notes count the copies and what was left out."""
    log = read_log(source, ImportOptions(object_type="item"))
    assert steps(log) == {"i1": ["order", "pick"], "i2": ["order", "pick"]}
    notes = " ".join(log.header.notes)
    assert "1 events concern several objects" in notes
    assert "1 rows more than events" in notes
    assert "1 events concern no object of this type" in notes


def test_a_guessed_type_is_said_with_the_others(source):
    """Both types have two events of exactly one object; there is only one order, which would make one case of all."""
    log = read_log(source)
    assert log.header.notes[0].startswith("A case is an object of type 'item'. It was guessed")
    assert "item (2), order (1)" in log.header.notes[0]


def test_attributes_and_people_come_along(source):
    """The user is the resource; the object's values are the case's."""
    log = read_log(source, ImportOptions(object_type="order"))
    assert log.resources == ("ann",)
    assert log.event_attribute("n").to_pylist() == [0, 3]
    assert log.case_attribute("weight").to_pylist() == [2]


def test_an_unknown_type_is_refused_with_those_there_are(source):
    """One sentence, no store."""
    with pytest.raises(InputError, match=r"no object of type 'van'. Object types: item \(2\), order \(1\)"):
        import_log(source, source.parent / "store", ImportOptions(object_type="van"))
    assert not (source.parent / "store").exists()


@pytest.mark.parametrize("ending", ["jsonocel", "xmlocel", "sqlite"])
def test_three_ways_to_write_the_same_log_agree(data, ending):
    """The example of OCEL 2.0 in JSON, XML and SQLite: 13 events, 9 of them of the three invoices."""
    log = read_log(data(f"raw/ocel20_example.{ending}.gz"), ImportOptions(object_type="Invoice"))
    assert (log.events, log.cases) == (9, 3)
    assert steps(log) == steps(read_log(data("raw/ocel20_example.jsonocel.gz"), ImportOptions(object_type="Invoice")))
    assert log.case_attribute("is_blocked").to_pylist()[:2] == ["No", "No"]


def test_both_files_of_version_1_agree(data):
    """JSON and XML of the same 23 events, as orders."""
    ours, theirs = (read_log(data(f"raw/example_log.{kind}ocel.gz")) for kind in ("json", "xml"))
    assert steps(ours) == steps(theirs)
    assert np.array_equal(ours.end, theirs.end)


def test_the_recruiting_log_is_read(data):
    """6,607 events of 916 applications."""
    log = read_log(data("raw/recruiting-red.jsonocel.gz"), ImportOptions(object_type="applications"))
    assert (log.events, log.cases) == (6_607, 916)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonocel", b'{"ocel:events": {', "no valid JSON"),
        ("a.jsonocel", b'{"ocel:events": {"1": {}}}', "'ocel:objects' is missing"),
        ("a.jsonocel", b'{"ocel:events": [], "ocel:objects": []}', "parts are not as the standard says"),
        ("a.json", b'{"objectTypes": [], "events": [], "objects": []}', "holds no event"),
        ("a.xmlocel", b"<log><events><event>", "no well-formed XML"),
        ("a.sqlite", b"SQLite format 3\x00" + bytes(100), "no readable OCEL database"),
        ("a.jsonocel", gzip.compress(b'{"ocel:events": {}}' * 1000, mtime=0)[:40], "damaged gzip"),
        (
            "a.xmlocel",
            b'<!DOCTYPE log [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><log><event id="&b;"/></log>',
            "declares a document type",
        ),
        (
            "a.xmlocel",
            b'<!DOCTYPE log [<!ENTITY b SYSTEM "file:///etc/passwd">]><log><event><string key="id"/>&b;</event></log>',
            "declares a document type",
        ),
    ],
)
def test_broken_and_hostile_files_get_a_sentence(tmp_path, name, text, said):
    """One sentence each, and nothing half imported."""
    (tmp_path / name).write_bytes(text)
    with pytest.raises(InputError, match=said):
        import_log(tmp_path / name, tmp_path / "store")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_database_without_the_tables_is_refused(tmp_path):
    """Any other SQLite file."""
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE x (y)")
    database.close()
    with pytest.raises(InputError, match="no readable OCEL database"):
        read_log(tmp_path / "other.sqlite")
