"""Files of service desks, shaped after their vendors' public documentation (see README.md)."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import timedelta
from pathlib import Path

from .shape import BEGIN, VendorFile


def iso(hours: float) -> str:
    """A time so many hours after the beginning, as an API writes it."""
    return (BEGIN + timedelta(hours=hours)).isoformat() + "Z"


def change(field: str, value: object, before: object = None) -> dict[str, object]:
    """A change of a ticket's field, or its first value."""
    if before is None:
        return {"type": "Create", "field_name": field, "value": value}
    return {"type": "Change", "field_name": field, "value": value, "previous_value": before}


def zendesk_audits(ticket: int, *, bad: bool) -> list[dict[str, object]]:
    """Five updates of one ticket; the bad one has no time that can be read."""
    comment = {"type": "Comment", "body": "Добрый день, 您好", "public": True}
    updates = [
        (0, 900, [change("status", "new"), change("group_id", 30), comment]),
        (1, -1, [change("assignee_id", 11, "")]),
        (2, 11, [comment, change("status", "pending", "open")]),
        (5, 11, [change("group_id", 31, 30)]),
        (9, 11, [change("status", "solved", "pending")]),
    ]
    audits = [
        {"id": ticket * 10 + i, "ticket_id": ticket, "created_at": iso(hour), "author_id": who, "events": events}
        for i, (hour, who, events) in enumerate(updates)
    ]
    if bad:
        note = {"type": "Comment", "body": "?", "public": False}
        audits.append({"id": 0, "ticket_id": ticket, "created_at": "later", "author_id": 11, "events": [note]})
    return audits


def make_zendesk(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """Tickets, users, groups and audits in one text."""
    tickets = [
        {"id": i + 1, "created_at": iso(0), "status": "solved", "requester_id": 900, "via": {"channel": "web"}}
        for i in range(cases)
    ]
    whole = {
        "tickets": tickets,
        "users": [{"id": 11, "name": "Борис", "role": "agent"}, {"id": 900, "name": "客户", "role": "end-user"}],
        "groups": [{"id": 30, "name": "Desk"}, {"id": 31, "name": "Склад"}],
        "audits": [audit for i in range(cases) for audit in zendesk_audits(i + 1, bad=bad and i == 0)],
    }
    path = folder / "zendesk.json"
    data = json.dumps(whole, ensure_ascii=False).encode("utf-8" if encoding == "gzip" else encoding)
    path.write_bytes(gzip.compress(data) if encoding == "gzip" else data)
    return path


def make_ocel(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """OCEL 2.0 in JSON: tickets and the one customer of all."""
    steps = ("Открыто", "处理中", "=1+1")
    objects = [{"id": f"T{i}", "type": "ticket", "attributes": []} for i in range(cases)]
    events = [
        {
            "id": f"{step}-{i}",
            "type": step,
            "time": iso(place),
            "attributes": [{"name": "resource", "value": "Ann"}],
            "relationships": [{"objectId": f"T{i}", "qualifier": "of"}, {"objectId": "C", "qualifier": "for"}],
        }
        for i in range(cases)
        for place, step in enumerate(steps)
    ]
    if bad:
        events.insert(1, {**events[0], "time": "soon"})
    kinds = [{"name": name, "attributes": []} for name in ("ticket", "customer")]
    types = [{"name": step, "attributes": [{"name": "resource", "type": "string"}]} for step in steps]
    whole = {
        "objectTypes": kinds,
        "eventTypes": types,
        "objects": [*objects, {"id": "C", "type": "customer", "attributes": []}],
        "events": events,
    }
    path = folder / "log.json"
    path.write_bytes(json.dumps(whole, ensure_ascii=False).encode(encoding))
    return path


def table(path: Path, header: list[str], rows: list[list[str]], encoding: str) -> Path:
    """A table of commas, packed where the encoding is gzip."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    data = text.getvalue().encode("utf-8" if encoding == "gzip" else encoding)
    path.write_bytes(gzip.compress(data) if encoding == "gzip" else data)
    return path


def clock(case: int, hours: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time of a case as a desk writes it."""
    return (BEGIN + timedelta(hours=hours, minutes=case % 50)).strftime(form)


def make_freshdesk(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """The export of all tickets."""
    header = ["Ticket ID", "Subject", "Status", "Priority", "Agent", "Group", "Created time", "Due by Time"]
    header += ["Resolved time", "Closed time", "Last update time", "Initial response time"]
    rows = [
        [
            str(i + 1),
            "Где, 订单?",
            "Closed",
            "Low",
            "Борис",
            "Склад",
            clock(i, 0),
            clock(i, 99),
            clock(i, 8),
            clock(i, 20),
            clock(i, 30),
            clock(i, 1),
        ]
        for i in range(cases)
    ]
    if bad:
        rows.insert(1, ["", *rows[0][1:]])
    return table(folder / f"freshdesk.{encoding}.csv", header, rows, encoding)


def make_jira(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """The export of a search, with day/month/year and noon."""
    header = ["Summary", "Issue key", "Issue id", "Issue Type", "Status", "Project key", "Assignee"]
    header += ["Created", "Updated", "Resolved", "Component/s"]
    form = "%d/%b/%y %I:%M %p"
    rows = [
        [
            "订单, где?",
            f"HELP-{i + 1}",
            str(i),
            "Bug",
            "Done",
            "HELP",
            "Борис",
            clock(i, 0, form),
            clock(i, 30, form),
            clock(i, 8, form),
            "Склад",
        ]
        for i in range(cases)
    ]
    if bad:
        rows.insert(1, [rows[0][0], "", *rows[0][2:]])
    return table(folder / f"jira.{encoding}.csv", header, rows, encoding)


def make_osticket(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """The export of a queue."""
    header = ["Ticket Number", "Date Created", "Subject", "From", "Priority", "Department", "Help Topic", "Source"]
    header += ["Current Status", "Last Updated", "Closed Date", "Agent Assigned"]
    rows = [
        [
            f"{i + 1:06}",
            clock(i, 0),
            "订单, где?",
            "Ann",
            "Normal",
            "Склад",
            "Delivery",
            "Email",
            "Closed",
            clock(i, 30),
            clock(i, 8),
            "Борис",
        ]
        for i in range(cases)
    ]
    if bad:
        rows.insert(1, ["", *rows[0][1:]])
    return table(folder / f"osticket.{encoding}.csv", header, rows, encoding)


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gzip")
DESK_FILES = (
    VendorFile(
        "zendesk",
        make_zendesk,
        activities=("Created", "Assigned", "Public reply", "Status: pending", "Group changed", "Status: solved"),
        encodings=("utf-8", "utf-8-sig", "gzip"),
        bad_row=6,
        bad_column="timestamp",
        many=5_000,
    ),
    VendorFile(
        "ocel",
        make_ocel,
        activities=("Открыто", "处理中", "=1+1"),
        encodings=("utf-8", "utf-8-sig"),
        bad_row=2,
        bad_column="timestamp",
        many=10_000,
    ),
    VendorFile(
        "freshdesk",
        make_freshdesk,
        activities=("Created", "First reply", "Resolved", "Closed"),
        encodings=ENCODINGS,
        bad_row=3,
        bad_column="Ticket ID",
    ),
    VendorFile(
        "jira",
        make_jira,
        activities=("Created", "Resolved"),
        encodings=ENCODINGS,
        bad_row=3,
        bad_column="Issue key",
    ),
    VendorFile(
        "osticket",
        make_osticket,
        activities=("Created", "Closed"),
        encodings=ENCODINGS,
        bad_row=3,
        bad_column="Ticket Number",
    ),
)
