"""Roles of columns and forms of dates are guessed from names and values, shown, correctable and remembered."""

from dataclasses import replace

import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.preview import preview
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.remembered import remember
from kehu.analysis.log.staging import ImportOptions

HEADERS = {
    "en": "Ticket ID,Activity,Timestamp,Agent,Team",
    "xes": "case:concept:name,concept:name,time:timestamp,org:resource,org:group",
    "zh": "工单编号,环节,处理时间,处理人,班组",
    "ru": "Номер обращения,Действие,Время события,Исполнитель,Подразделение",
}
ROWS = "T1,open,2024-01-05 10:00,Ann,Desk\nT1,close,2024-01-06 10:00,Bob,Lab\nT2,open,2024-01-07 10:00,Ann,Desk\n"


def written(tmp_path, text, name="log.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_names_in_every_language_say_their_roles(tmp_path, header):
    """English, XES, Chinese and Russian headers are all understood."""
    found = preview(written(tmp_path, f"{header}\n{ROWS}"))
    expected = dict(zip(("case_id", "activity", "timestamp", "resource", "department"), header.split(","), strict=True))
    assert found.roles == expected
    assert {column.why for column in found.columns} == {"name"}


def test_values_say_the_roles_where_names_say_nothing(tmp_path):
    """The column that repeats a few words is the activity, the one of keys the case."""
    rows = "".join(f"K-{i // 3},{'abc'[i % 3]},2024-01-{i + 1:02} 10:00\n" for i in range(12))
    found = preview(written(tmp_path, f"x1,x2,x3\n{rows}"))
    assert found.roles == {"case_id": "x1", "activity": "x2", "timestamp": "x3"}
    assert {column.why for column in found.columns} == {"values"}


def test_a_choice_goes_before_the_guess(tmp_path):
    path = written(tmp_path, f"{HEADERS['en']}\n{ROWS}")
    found = preview(path, ImportOptions(roles={"activity": "Team", "department": ""}))
    assert (found.roles["activity"], "department" in found.roles) == ("Team", False)


def test_an_unknown_column_is_refused_by_name(tmp_path):
    path = written(tmp_path, f"{HEADERS['en']}\n{ROWS}")
    with pytest.raises(InputError, match="no column 'Nope' to be the activity"):
        preview(path, ImportOptions(roles={"activity": "Nope"}))


def test_a_correction_is_remembered_for_the_next_file_with_the_same_headers(tmp_path):
    """What was chosen for January's file holds for February's, whatever the order of its columns."""
    january = preview(written(tmp_path, f"{HEADERS['en']}\n{ROWS}"))
    options = ImportOptions(roles={"activity": "Team"}, zone="Asia/Shanghai", remembered=tmp_path / "kept")
    remember([column.name for column in january.columns], options)
    february = written(
        tmp_path, f"Team,Ticket ID,Timestamp,Activity,Agent\n{'D,T1,2024-02-01 10:00,x,A' + chr(10)}", "feb.csv"
    )
    found = preview(february, ImportOptions(remembered=tmp_path / "kept"))
    assert (found.roles["activity"], found.needs_zone) == ("Team", False)
    assert read_log(february, ImportOptions(remembered=tmp_path / "kept")).activities == ("D",)


def test_a_damaged_memory_is_no_memory(tmp_path):
    path = written(tmp_path, f"{HEADERS['en']}\n{ROWS}")
    options = ImportOptions(roles={"activity": "Team"}, remembered=tmp_path / "kept")
    remember(HEADERS["en"].split(","), options)
    next((tmp_path / "kept").iterdir()).write_text("{")
    assert preview(path, replace(options, roles={})).roles["activity"] == "Activity"
