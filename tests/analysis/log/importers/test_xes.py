"""XES files become logs; hostile and broken ones a sentence."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.eventlog import EventLog
from kehu.analysis.log.importers import xes
from kehu.analysis.log.reading import import_log, read_log
from kehu.analysis.log.staging import ImportOptions

EVENT = '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="{}"/>{}</event>'
NOON = "2024-05-01T12:00:00Z"


def event(activity: str = "A", time: str = NOON, more: str = "") -> str:
    """One event's element."""
    return EVENT.format(activity, time, more)


def trace(name: str, *events: str) -> str:
    """One trace's element."""
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}</trace>'


@pytest.fixture
def log_of(tmp_path: Path):
    """Write a body (or a whole text) as a file and read it."""

    def read(body: str | bytes, *, options: ImportOptions = ImportOptions(), before: str = "") -> EventLog:
        path = tmp_path / "log.xes"
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<log>{body}</log>' if isinstance(body, str) else body
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_log(path, options)

    return read


def variants(log: EventLog) -> int:
    """Number of distinct sequences of activities."""
    bounds = zip(log.case_offsets, log.case_offsets[1:], strict=False)
    return len({log.activity[a:b].tobytes() for a, b in bounds})


@pytest.mark.parametrize(
    ("name", "events", "cases", "different"),
    [
        ("01_running-example", 42, 6, 6),
        ("08_receipt", 8_577, 1_434, 116),
        ("helpdesk", 21_348, 4_580, 226),
        ("BPI_Challenge_2012", 262_200, 13_087, 4_366),
    ],
)
def test_public_logs_count_as_published(data, name, events, cases, different):
    """Events, cases and variants of four published logs."""
    log = read_log(data(f"raw/{name}.xes.gz"), ImportOptions(lifecycle="raw"))
    assert (log.events, log.cases, variants(log)) == (events, cases, different)


def test_xes_and_parquet_of_the_same_log_are_equal(data):
    """The file of the researchers and the table made of it give the same arrays."""
    ours = read_log(data("raw/08_receipt.xes.gz"))
    theirs = read_log(data("receipt.parquet"))
    assert ours.activities == theirs.activities
    assert ours.case_ids.to_pylist() == theirs.case_ids.to_pylist()
    for name in ("case_offsets", "activity", "end", "resource"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert ours.case_attribute("channel").to_pylist()[:2] == ["Internet", "Internet"]
    assert ours.has_department


def test_offsets_are_counted_in(log_of):
    """12:00 at +02:00 is 10:00 UTC; parts of a second are kept."""
    log = log_of(trace("1", event(time="2024-05-01T12:00:00.123456+02:00")))
    assert log.end[0] == np.datetime64("2024-05-01T10:00:00.123456").astype("datetime64[us]").astype(np.int64)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00Z",
        "2024-05-01t10:00:00.0000000z",
        "2024-05-01 15:30:00+05:30",
        "2024-05-01T10:00:00+0000",
        "2024-05-01T02:00:00-08",
    ],
)
def test_ways_to_write_a_time(log_of, text):
    """All of these are 10:00 UTC."""
    assert log_of(trace("1", event(time=text))).end[0] == 1_714_557_600_000_000


@pytest.mark.parametrize(
    "text", ["", "now", "2024-02-30T10:00:00Z", "2024-05-01T25:00:00Z", "2024-05-01T10:00:00+99:00", "2024-05-01T1"]
)
def test_a_time_that_is_none_rejects_its_event_only(log_of, tmp_path, text):
    """The other event is read; the bad one is counted, with its text."""
    log = log_of(trace("1", event("bad", time=text), event("good")))
    assert log.activities == ("good",)
    assert log.header.rejected == 1
    import_log(tmp_path / "log.xes", tmp_path / "store")
    assert f"1,timestamp,{text}," in (tmp_path / "store/rejects.csv").read_text().replace('""', "")


@pytest.mark.parametrize("year", [1583, 1900, 1970, 2000, 2024, 2100])
def test_days_are_those_of_the_calendar(log_of, year):
    """Leap days, and the days before 1970, agree with numpy's calendar."""
    for day in ("01-01", "02-28", "03-01", "12-31"):
        log = log_of(trace("1", event(time=f"{year}-{day}T00:00:00Z")))
        assert log.end[0] == np.datetime64(f"{year}-{day}", "us").astype(np.int64)


def test_times_without_offset_need_a_zone(log_of):
    """They are read as UTC and this is said; with a zone they are put in UTC."""
    text = trace("1", event(time="2024-05-01T12:00:00"))
    assert "name the zone" in log_of(text).header.notes[0]
    placed = log_of(text, options=ImportOptions(zone="Europe/Berlin"))
    assert placed.end[0] == np.datetime64("2024-05-01T10:00:00", "us").astype(np.int64)


def test_attributes_keep_their_kind(log_of):
    """int, float, boolean, date and text; of events and of cases."""
    more = (
        '<int key="n" value="7"/><float key="x" value="1.5"/><boolean key="ok" value="true"/>'
        '<date key="due" value="2024-05-02T00:00:00Z"/><string key="s" value="Gr&#252;n &amp; &quot;blau&quot;"/>'
        '<list key="l"><values><string key="in" value="hidden"/></values></list>'
    )
    text = trace("1", event(more=more)).replace("<event>", '<int key="amount" value="3"/><event>', 1)
    log = log_of(text)
    assert log.event_attribute_names == ("n", "x", "ok", "due", "s")
    values = [log.event_attribute(name).to_pylist()[0] for name in ("n", "x", "ok", "s")]
    assert values == [7, 1.5, "true", 'Grün & "blau"']
    assert str(log.event_attribute("due").type) == "timestamp[us]"
    assert log.case_attribute("amount").to_pylist() == [3]


def test_standard_extensions_fill_the_roles(log_of):
    """Resource, group and transition; a start and a completion are one event."""
    more = '<string key="org:resource" value="ann"/><string key="org:group" value="desk"/>'
    start = event(more=more + '<string key="lifecycle:transition" value="START"/>')
    end = event(time="2024-05-01T13:00:00Z", more=more + '<string key="lifecycle:transition" value="Complete"/>')
    log = log_of(trace("1", start, end))
    assert (log.events, log.resources, log.departments) == (1, ("ann",), ("desk",))
    assert log.end[0] - log.start[0] == 3_600_000_000


def test_keys_that_differ_only_in_case_are_kept_apart(log_of):
    """Names of columns must not collide, nor with our own."""
    more = '<string key="Team" value="a"/><string key="team" value="b"/><string key="start" value="c"/>'
    more += '<string key="row" value="d"/>'
    assert log_of(trace("1", event(more=more))).event_attribute_names == ("Team", "team_2", "start", "row_2")


def test_a_role_can_be_named(log_of):
    """``--department section`` takes the attribute of that name; an unknown one is refused with those there are."""
    text = trace("1", event(more='<string key="section" value="north"/>'))
    assert log_of(text, options=ImportOptions(roles={"department": "section"})).departments == ("north",)
    with pytest.raises(InputError, match="There are: concept:name, section"):
        log_of(text, options=ImportOptions(roles={"department": "nothing"}))


def test_traces_without_a_name_are_numbered(log_of):
    """And the reader is told so."""
    log = log_of(f"<trace>{event()}</trace><trace>{event()}</trace>")
    assert log.case_ids.to_pylist() == ["trace 1", "trace 2"]
    assert "have no name" in log.header.notes[0]


def test_comments_prefixes_quotes_and_empty_elements_are_read(log_of):
    """What XML allows around the data does no harm."""
    text = (
        "<?xml version='1.0'?><!-- <trace> --><x:log xmlns:x='urn:x'><x:trace/><![CDATA[</log>]]>"
        "<x:trace><x:string value='1' key='concept:name'/><x:event>"
        "<x:string key = 'concept:name'\n value = 'a > b'></x:string>"
        f"<x:date key='time:timestamp' value='{NOON}'/></x:event><x:event/></x:trace></x:log>\n<!-- end -->"
    )
    log = log_of(text.encode())
    assert log.activities == ("a > b",)
    assert log.header.rejected == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030", "iso-8859-1"])
def test_encodings(log_of, encoding):
    """The mark, or what the file declares, decides."""
    word = "Größe" if encoding == "iso-8859-1" else "投诉"
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?><log>{trace("1", event(word))}</log>'
    assert log_of(text.encode(encoding)).activities == (word,)


def test_pieces_of_any_size_give_the_same_log(log_of, monkeypatch):
    """Cutting the file elsewhere, also inside a trace, changes nothing."""
    text = "".join(trace(f"c{i}", *(event(f"A{i % 7}") for _ in range(i % 5))) for i in range(60))
    whole = log_of(text)
    for size in (1, 7, 100, 1000):
        monkeypatch.setattr(xes, "_PIECE", max(size, 60))
        parts = log_of(text)
        assert parts.case_ids.to_pylist() == whole.case_ids.to_pylist()
        assert np.array_equal(parts.activity, whole.activity)
        assert np.array_equal(parts.case_offsets, whole.case_offsets)


def test_a_million_distinct_texts_are_kept_apart(log_of):
    """The table of texts grows while it is filled (a hundred thousand here)."""
    text = "".join(trace(str(i), event(f"act {i}")) for i in range(100_000))
    log = log_of(text)
    assert len(log.activities) == log.cases == 100_000


BOMB = "<!DOCTYPE log [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
FETCH = "<!DOCTYPE log [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize("declared", [BOMB, FETCH, "<!DOCTYPE log SYSTEM 'http://127.0.0.1/x.dtd'>"])
def test_a_document_type_is_refused(log_of, declared):
    """No entity is declared, so none can be expanded or fetched."""
    with pytest.raises(InputError, match=r"log\.xes, line 2: declares a document type"):
        log_of(trace("1", event("&b;")), before=declared)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (trace("1", event("&b;")), "uses an entity that is not defined"),
        ("<string key='a' value='b'>" * 100_000, "nests elements more than 64 deep"),
        (trace("1", event()) + "\n</trace>", "line 3: goes on after|line 3: closes an element"),
        ("<trace><event></trace></event>", "closes an element that is not open"),
        ("<trace><event key=a/></trace>", "no well-formed XML"),
        ("<trace><event key='<'/></trace>", "no well-formed XML"),
        ("", "holds no event"),
        ("".join(f'<trace><int key="k{i}" value="1"/></trace>' for i in range(5000)), "names of attributes"),
    ],
)
def test_broken_files_get_a_sentence(log_of, text, said):
    """One sentence, with the line where there is one."""
    with pytest.raises(InputError, match=said):
        log_of(text)


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (b"<html><body>Sign in</body></html>", "does not begin with the element log"),
        (b'{"events": []}', "is no XES file"),
        (b"<?xml version='1.0' encoding='klingon'?><log/>", "klingon, which is not known"),
        (b"<log><trace>", "cut off before the end"),
        (b"<log></log><log></log>", "goes on after the end"),
        (b"<log>" + trace("1", event()).replace("A", "\xff").encode("latin-1") + b"</log>", "not in UTF-8"),
    ],
)
def test_files_that_are_no_xes_get_a_sentence(log_of, whole, said):
    """Whatever bears the name .xes."""
    with pytest.raises(InputError, match=said):
        log_of(whole)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_gzip_is_refused_and_leaves_nothing(tmp_path, share):
    """Nothing half imported: the store is not there."""
    text = "<log>" + "".join(trace(str(i), event(f"A{i * 7919}")) for i in range(20_000)) + "</log>"
    packed = gzip.compress(text.encode())
    (tmp_path / "cut.xes.gz").write_bytes(packed[: int(len(packed) * share)])
    with pytest.raises(InputError, match="damaged gzip"):
        import_log(tmp_path / "cut.xes.gz", tmp_path / "store")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.xes.gz"]


def test_one_endless_element_is_refused(log_of, monkeypatch):
    """The size of one trace or element is bounded, and with it the memory."""
    monkeypatch.setattr(xes, "_LARGEST", 1 << 20)
    monkeypatch.setattr(xes, "_PIECE", 1 << 16)
    with pytest.raises(InputError, match="of more than 1 MB"):
        log_of(trace("1", event("x" * (2 << 20))))
