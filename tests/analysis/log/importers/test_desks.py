"""What is special to the files of service desks, beside the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.reading import importer_for, read_log
from kehu.analysis.log.staging import ImportOptions

from .desk_files import iso, make_freshdesk, make_jira, make_osticket, make_zendesk, table, zendesk_audits


def told(log) -> list[tuple[str, str | None, str | None]]:
    """Activity, resource and department of every event."""
    return [
        (
            log.activities[log.activity[i]],
            None if log.resource[i] < 0 else log.resources[log.resource[i]],
            None if log.department[i] < 0 else log.departments[log.department[i]],
        )
        for i in range(log.events)
    ]


@pytest.mark.spec("K15")
def test_zendesk_tells_who_has_the_ticket(tmp_path):
    """A rule's assignment is the assignee's, groups follow the changes; without the audits one event would be left."""
    assert told(read_log(make_zendesk(tmp_path, 1, "utf-8", bad=False))) == [
        ("Created", None, "Desk"),
        ("Assigned", "Борис", "Desk"),
        ("Public reply", "Борис", "Desk"),
        ("Status: pending", "Борис", "Desk"),
        ("Group changed", "Борис", "Склад"),
        ("Status: solved", "Борис", "Склад"),
    ]


def test_zendesk_takes_no_text_over(tmp_path):
    """Bodies of comments stay where they are; the channel is an attribute of the case."""
    log = read_log(make_zendesk(tmp_path, 2, "utf-8", bad=False))
    assert log.event_attribute_names == ()
    assert log.case_attribute("channel").to_pylist() == ["web", "web"]


def test_zendesk_recorded_events_are_not_inferred(tmp_path):
    """With an audit of the creation nothing has to be derived."""
    assert read_log(make_zendesk(tmp_path, 1, "utf-8", bad=False)).header.inferred == ()


def test_zendesk_tickets_without_audits_are_inferred(tmp_path):
    """One ticket a line, as the account's export writes it: two events from its times, and this is said."""
    ticket = {
        "id": 7,
        "created_at": iso(0),
        "requester_id": 1,
        "assignee": {"name": "Ann"},
        "metric_set": {"solved_at": iso(2)},
    }
    path = tmp_path / "tickets.json"
    path.write_text(json.dumps(ticket) + "\n" + json.dumps({**ticket, "id": 8}) + "\n")
    log = read_log(path)
    assert (log.cases, log.activities) == (2, ("Created", "Solved"))
    assert log.header.inferred == ("Created", "Solved")
    assert told(log)[1] == ("Solved", "Ann", None)


def test_zendesk_pages_of_audits_alone(tmp_path):
    """The answer of the API without any ticket."""
    path = tmp_path / "audits.json"
    path.write_text(json.dumps({"audits": zendesk_audits(5, bad=False), "count": 5, "next_page": None}))
    assert read_log(path).events == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"tickets": [', "no valid JSON"),
        ('{"tickets": 3}', "no export of Zendesk"),
        ('{"tickets": []}', "holds no ticket"),
        ('{"id": 1, "requester_id": 2}\n{"id": \n', "line 2: is no valid JSON"),
        ('{"audits": ' + "[" * 100_000, "no valid JSON"),
    ],
)
def test_zendesk_broken_files_get_a_sentence(tmp_path, text, said):
    """Wrong JSON of every kind."""
    (tmp_path / "broken.json").write_text(text)
    with pytest.raises(InputError, match=said):
        read_log(tmp_path / "broken.json")


@pytest.mark.spec("K15")
@pytest.mark.parametrize(
    ("make", "name", "derived"),
    [
        (make_freshdesk, "freshdesk", ("Created", "First reply", "Resolved", "Closed")),
        (make_jira, "jira", ("Created", "Resolved")),
        (make_osticket, "osticket", ("Created", "Closed")),
    ],
)
def test_events_derived_from_a_table_are_labelled(tmp_path, make, name, derived):
    """Every event of a table of tickets is inferred, with the people of the export and no text; a note says so."""
    log = read_log(make(tmp_path, 1, "utf-8", bad=False))
    assert log.header.importer == name
    assert log.header.inferred == derived
    assert "holds no history" in " ".join(log.header.notes)
    assert told(log)[0] == ("Created", None, None)
    assert told(log)[-1] == (derived[-1], "Борис", "Склад")
    assert not {"Subject", "Summary"} & set(log.case_attribute_names)


def test_times_of_jira_are_day_month_year(tmp_path):
    """05/Jan/24 9:30 AM, eight hours until it is resolved."""
    log = read_log(make_jira(tmp_path, 1, "utf-8", bad=False))
    assert log.end[0] == 1_704_447_000_000_000
    assert log.end[1] - log.end[0] == 8 * 3_600_000_000


def test_times_of_a_desk_are_of_the_zone_that_is_named(tmp_path):
    """Nine thirty in Shanghai is half past one in UTC."""
    log = read_log(make_freshdesk(tmp_path, 1, "utf-8", bad=False), ImportOptions(zone="Asia/Shanghai"))
    assert log.end[0] == 1_704_447_000_000_000 - 8 * 3_600_000_000


def test_an_open_ticket_has_only_the_times_it_has(tmp_path):
    """An empty time has not come yet and is no reject; one that cannot be read is."""
    header = ["Ticket ID", "Created time", "Resolved time", "Closed time", "Agent", "Group"]
    rows = [
        ["1", "2024-01-05 09:30:00", "", "", "Ann", "Desk"],
        ["2", "2024-01-05 09:30:00", "2024-01-05 10:30:00", "never", "Ann", "Desk"],
        ["3", "2024-01-05 09:30:00", "2024-01-05 10:30:00", "2024-01-06 10:30:00", "Ann", "Desk"],
        *[[str(i), "2024-01-05 09:30:00", "", "2024-01-06 10:30:00", "Ann", "Desk"] for i in range(4, 12)],
    ]
    log = read_log(table(tmp_path / "t.csv", header, rows, "utf-8"))
    assert log.events == 1 + 2 + 3 + 16
    assert log.header.rejected == 1


def test_the_history_of_jira_is_recorded_not_inferred(tmp_path):
    """Changes of status and assignee from the data pipeline; other fields are left out."""
    header = [
        "issue_id",
        "changelog_id",
        "author_id",
        "created_date",
        "field_type",
        "field",
        "from_string",
        "to_string",
    ]
    rows = [
        ["10", "1", "ann", "2024-01-05T09:30:00Z", "jira", "status", "To Do", "In Progress"],
        ["10", "2", "ann", "2024-01-05T10:30:00Z", "jira", "assignee", "", "Борис"],
        ["10", "3", "ann", "2024-01-05T10:40:00Z", "jira", "description", "a", "b"],
        ["10", "4", "bob", "2024-01-05T11:30:00Z", "jira", "status", "In Progress", "Done"],
    ]
    log = read_log(table(tmp_path / "issue_history.csv", header, rows, "utf-8"))
    assert told(log) == [
        ("Status: In Progress", "ann", None),
        ("Assigned", "Борис", None),
        ("Status: Done", "bob", None),
    ]
    assert log.header.inferred == ()


def test_a_plain_table_is_not_taken_for_a_desk(tmp_path: Path):
    """The columns decide: an event table of any other desk stays a table."""
    path = table(tmp_path / "x.csv", ["case_id", "activity", "timestamp"], [["1", "A", "2024-01-05"]] * 3, "utf-8")
    assert importer_for(path).name == "csv"
