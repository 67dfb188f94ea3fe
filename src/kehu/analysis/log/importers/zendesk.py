"""Zendesk: tickets with their audits, as the API and the JSON export write them.

Fields after Zendesk's developer documentation, "Ticket Audits" and "Ticket Audit events reference". Texts of messages
and subjects are not taken over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.importers.bytestream import pieces
from kehu.analysis.log.importers.ocel_files import load_json
from kehu.analysis.log.importers.rows import Rows
from kehu.analysis.log.staging import ImportOptions, Staged, Staging

_OF_CASE = ("priority", "type", "status")
_LONGEST = 64 << 20
_METRICS = {"initially_assigned_at": "Assigned", "solved_at": "Solved"}


class ZendeskImporter:
    """Changes of status, of assignee and of group, and comments, of Zendesk's tickets."""

    name = "zendesk"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the names of fields only Zendesk has."""
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["} or b'"ocel:' in head:
            return False
        return any(
            word in head for word in (b'"audits"', b'"tickets"', b'"requester_id"', b'"ticket_id"', b'"author_id"')
        )

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """Lay audits out as events. Raises InputError where the file is no JSON or holds no ticket."""
        rows = Rows(options.zone)
        try:
            _Desk(path, rows).read()
        except (AttributeError, TypeError, KeyError) as error:
            raise InputError(
                Sentence("is no export of Zendesk tickets"), where=path.name, remedy=Sentence("Export it again")
            ) from error
        if not len(rows):
            raise InputError(
                Sentence("holds no ticket"), where=path.name, remedy=Sentence("Export tickets with their audits")
            )
        options.progress("read", 1.0)
        notes: list[str] = []
        if rows.inferred:
            notes.append(
                Sentence(
                    "Derived from times of the ticket, not recorded as events: %(steps)s.",
                    steps=", ".join(rows.inferred),
                )
            )
        roles = {"case_id": "ticket_id", "timestamp": "created_at", "resource": "author_id", "department": "group_id"}
        return Staged(roles=roles, inferred=tuple(rows.inferred), notes=(*notes, *rows.stage(staging)))


class _Desk:
    """People, groups and tickets of one file."""

    def __init__(self, path: Path, rows: Rows) -> None:
        self.path, self.rows = path, rows
        self.people: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.customers: set[str] = set()
        self.count = 0

    def read(self) -> None:
        """Add every ticket's events to the rows."""
        audits: dict[str, list[dict[str, Any]]] = {}
        tickets: dict[str, dict[str, Any]] = {}
        for part in _parts(self.path):
            self._learn(part)
            for audit in part.get("audits", ()) if "tickets" in part or "id" not in part else ():
                audits.setdefault(str(audit.get("ticket_id") or ""), []).append(audit)
            for ticket in part.get("tickets", [part] if "id" in part else []):
                tickets[str(ticket.get("id") or "")] = ticket
        for name in dict.fromkeys([*tickets, *audits]):
            ticket = tickets.get(name, {})
            self._ticket(name, ticket, [*(ticket.get("audits") or ()), *audits.get(name, ())])

    def _learn(self, part: Mapping[str, Any]) -> None:
        for user in part.get("users") or ():
            self.people[str(user["id"])] = str(user.get("name") or user["id"])
            if user.get("role") == "end-user":
                self.customers.add(str(user["id"]))
        for group in part.get("groups") or ():
            self.groups[str(group["id"])] = str(group.get("name") or group["id"])

    def _ticket(self, name: str, ticket: dict[str, Any], audits: list[dict[str, Any]]) -> None:
        of_case = {f"case:{key}": ticket.get(key) for key in _OF_CASE}
        of_case["case:channel"] = (ticket.get("via") or {}).get("channel")
        teller = _Teller(self, name, ticket, of_case)
        for audit in sorted(audits, key=lambda audit: str(audit.get("created_at") or "")):
            self.count += 1
            teller.audit(audit, self.count)
        if not teller.created:
            self.count += not audits
            teller.derived(self.count)

    def named(self, value: object, names: Mapping[str, str]) -> str | None:
        """The name of a person or group given as its id or as a record."""
        if isinstance(value, Mapping):
            return str(value.get("name") or value.get("id") or "") or None
        return None if value in {None, "", -1, "-1"} else names.get(str(value), str(value))


class _Teller:
    """Tells the events of one ticket, keeping who has it."""

    def __init__(self, desk: _Desk, name: str, ticket: dict[str, Any], of_case: dict[str, Any]) -> None:
        self.desk, self.name, self.ticket, self.of_case = desk, name, ticket, of_case
        self.assignee: str | None = None
        self.group: str | None = None
        self.created = False

    def audit(self, audit: dict[str, Any], row: int) -> None:
        """One update of the ticket: its changes in the order of the audit, then its comment."""
        time, author = audit.get("created_at"), str(audit.get("author_id") or "")
        events = audit.get("events") or ()
        new = [event for event in events if event.get("type") == "Create"]
        for event in new:
            self._learn(event)
        if new and not self.created:
            self.created = True
            self._tell("Created", time, row, author)
        for event in events:
            if event.get("type") == "Change" and (told := self._change(event)):
                self._tell(told, time, row, self._owner(event) or author)
            elif event.get("type") == "Comment" and not new:
                self._tell(self._comment(event, author), time, row, author)

    def derived(self, row: int) -> None:
        """Events that only the ticket's own times speak of; no audit recorded them."""
        self.assignee = self.desk.named(self.ticket.get("assignee_id") or self.ticket.get("assignee"), self.desk.people)
        self.group = self.desk.named(self.ticket.get("group_id") or self.ticket.get("group"), self.desk.groups)
        if "created_at" not in self.ticket:
            return
        self._tell("Created", self.ticket["created_at"], row, self._requester(), inferred=True)
        metrics = self.ticket.get("metric_set") or {}
        for key, activity in _METRICS.items():
            if metrics.get(key):
                self._tell(activity, metrics[key], row, "", inferred=True)

    def _learn(self, event: dict[str, Any]) -> None:
        if event.get("field_name") == "assignee_id":
            self.assignee = self.desk.named(event.get("value"), self.desk.people)
        if event.get("field_name") == "group_id":
            self.group = self.desk.named(event.get("value"), self.desk.groups)

    def _change(self, event: dict[str, Any]) -> str | None:
        self._learn(event)
        value = event.get("value")
        if event.get("field_name") == "status":
            return f"Status: {value}"
        if event.get("field_name") == "assignee_id":
            return "Assigned" if value else "Unassigned"
        return "Group changed" if event.get("field_name") == "group_id" else None

    def _owner(self, event: dict[str, Any]) -> str:
        return str(event.get("value") or "") if event.get("field_name") == "assignee_id" else ""

    def _requester(self) -> str:
        return str(self.ticket.get("requester_id") or "")

    def _by_customer(self, author: str) -> bool:
        return author in self.desk.customers or author == self._requester() != ""

    def _comment(self, event: dict[str, Any], author: str) -> str:
        if self._by_customer(author):
            return "Customer comment"
        return "Internal note" if event.get("public") is False else "Public reply"

    def _tell(self, activity: str, time: object, row: int, who: str, *, inferred: bool = False) -> None:
        """Add the event; a rule's change is the assignee's, a customer is nobody of ours."""
        person = None if self._by_customer(who) else self.desk.named(who, self.desk.people) or self.assignee
        self.desk.rows.add(
            self.name,
            activity,
            time,
            row=row,
            resource=person,
            department=self.group,
            inferred=inferred,
            attributes=self.of_case,
        )


def _parts(path: Path) -> Iterator[dict[str, Any]]:
    """The file's records: the whole, its list, or one ticket a line."""
    if _by_lines(path):
        yield from _lines(path)
        return
    whole = load_json(path)
    for part in whole if isinstance(whole, list) else [whole]:
        yield {"audits": [part]} if "ticket_id" in part and "events" in part else part


def _by_lines(path: Path) -> bool:
    first = next(pieces(path, "utf-8", 1 << 20), b"").removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(first) < 2:
        return False
    try:
        return isinstance(json.loads(first[0]), dict)
    except ValueError:
        return False


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    rest, number = b"", 0
    for piece in (*pieces(path, "utf-8", 1 << 20), b"\n"):
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            raise InputError(
                Sentence("is longer than 64 MB"),
                where=Sentence("%(file)s, line %(line)d", file=path.name, line=number + 1),
                remedy=Sentence("Export it again"),
            )
        for line in whole:
            number += 1
            if not line.strip():
                continue
            try:
                part = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
            except (ValueError, RecursionError) as error:
                place = f"{path.name}, line {number}"
                raise InputError(
                    Sentence("is no valid JSON"), where=place, remedy=Sentence("Export it again")
                ) from error
            yield {"audits": [part]} if "ticket_id" in part and "events" in part else part
