"""Tables of tickets as Freshdesk, Jira and osTicket export them: one row a ticket, or (Jira) one row a change.

Names of columns after the vendors' public documentation. A row of a ticket holds only the times at which it was
created, answered and resolved: the events are derived from these, and marked so. Subjects and texts are not taken over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.dates import DateFormat, format_named, guess_format, utc_sql
from kehu.analysis.log.dialect import decoded, guess_dialect
from kehu.analysis.log.importers.csv import CsvImporter, first_record
from kehu.analysis.log.roles import MISSING
from kehu.analysis.log.staging import ImportOptions, Staged, Staging, literal, quoted
from kehu.analysis.log.tables import Table

_SAMPLE = 2_000
_JIRA_TIME = re.compile(r"\d{1,2}/[A-Za-z]{3}/(?P<year>\d{2})?\d{2} \d{1,2}:\d{2} [AaPp][Mm]$")
"""Jira's own form in English, 05/Jan/24 9:30 AM, whose day may have one digit."""


@dataclass(frozen=True)
class Desk:
    """How one product names its columns (lower case); several names for one thing are tried in their order.

    ``sure`` are the columns by which its export is told from any other table; ``times`` the columns of times with the
    step each stands for, in the order they follow each other at the same instant.
    """

    name: str
    sure: tuple[frozenset[str], ...]
    case: tuple[str, ...]
    times: tuple[tuple[str, str], ...]
    resource: tuple[str, ...]
    department: tuple[str, ...]
    attributes: tuple[str, ...]


FRESHDESK = Desk(
    name="freshdesk",
    sure=(
        frozenset({"ticket id", "created time", "resolved time"}),
        frozenset({"ticket id", "created time", "initial response time"}),
    ),
    case=("ticket id",),
    times=(
        ("created time", "Created"),
        ("initial response time", "First reply"),
        ("resolved time", "Resolved"),
        ("closed time", "Closed"),
    ),
    resource=("agent",),
    department=("group",),
    attributes=("status", "priority", "source", "type", "product", "resolution status", "first response status"),
)
OSTICKET = Desk(
    name="osticket",
    sure=(
        frozenset({"ticket number", "help topic"}),
        frozenset({"ticket number", "current status"}),
        frozenset({"ticket number", "agent assigned"}),
    ),
    case=("ticket number",),
    times=(
        ("date created", "Created"),
        ("date", "Created"),
        ("create date", "Created"),
        ("reopen date", "Reopened"),
        ("reopened", "Reopened"),
        ("closed date", "Closed"),
        ("date closed", "Closed"),
        ("close date", "Closed"),
    ),
    resource=("agent assigned", "assigned to"),
    department=("department", "team assigned"),
    attributes=("help topic", "priority", "source", "current status", "sla plan", "overdue"),
)
JIRA = Desk(
    name="jira",
    sure=(frozenset({"issue key", "created", "status"}), frozenset({"issue key", "issue id", "created"})),
    case=("issue key",),
    times=(("created", "Created"), ("resolved", "Resolved")),
    resource=("assignee",),
    department=("component/s", "components", "project name", "project key"),
    attributes=("issue type", "status", "priority", "resolution", "project key"),
)
JIRA_HISTORY = frozenset({"issue_id", "changelog_id", "field", "to_string", "created_date"})
"""Columns of the issue history in Jira's data pipeline."""


_REASONS = {"no case": Sentence("no case"), "no time that can be read": Sentence("no time that can be read")}
CASES = ("ticket id", "ticket number", "issue key", "issue_id")
"""What the products call a case."""


class DeskImporter:
    """The CSV export of one product."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def name(self) -> str:
        """The product."""
        return self.desk.name

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its columns' names."""
        if not CsvImporter().recognises(path, head):
            return False
        dialect = guess_dialect(head)
        names = {cell.strip().lower() for cell in first_record(decoded(head, dialect.encoding), dialect)}
        if self.desk is JIRA and names >= JIRA_HISTORY:
            return True
        return any(names >= sure for sure in self.desk.sure)

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """Lay the times of each ticket, or the changes of each issue, out as events. Raises InputError."""
        export = _Export(CsvImporter().open_table(path, staging, options), self.desk, staging, options)
        staged = export.history() if export.columns.keys() >= JIRA_HISTORY else export.tickets()
        options.progress("read", 1.0)
        return staged


def _jira_form(value: str) -> DateFormat | None:
    found = _JIRA_TIME.match(value)
    return format_named(f"%d/%b/{'%Y' if found['year'] else '%y'} %I:%M %p") if found else None


class _Export:
    """One file's table, and the SQL of its columns."""

    def __init__(self, table: Table, desk: Desk, staging: Staging, options: ImportOptions) -> None:
        self.table, self.desk, self.staging, self.options = table, desk, staging, options
        self.columns = {name.lower(): name for name in table.names}

    def tickets(self) -> Staged:
        """Each filled time of a ticket as a derived event; people and group are those at the time of the export."""
        case = self._needed(self.desk.case)
        known: dict[str, str] = {}
        for column, activity in self.desk.times:
            if column in self.columns and activity not in known:
                known[activity] = self.columns[column]
        if "Created" not in known:
            raise InputError(
                Sentence("has no time of creation"), where=self.table.file, remedy=Sentence("Export this column too")
            )
        who, team = self._first(self.desk.resource), self._first(self.desk.department)
        others = [self.columns[name] for name in self.desk.attributes if name in self.columns]
        parts = []
        for place, (activity, column) in enumerate(known.items()):
            first = activity == "Created"
            attributes = "".join(f", {self._text(name)} AS {quoted('case:' + name)}" for name in others)
            parts.append(
                f"""SELECT {self.table.number} * {len(known)} + {place} AS source_order, {self._row()} AS "row",
                    {self._text(case)} AS case_id, {literal(activity)} AS activity,
                    {self._instant(column)} AS "timestamp",
                    {"NULL" if first else self._text(who)} AS resource,
                    {"NULL" if first else self._text(team)} AS department, true AS inferred,
                    {self._text(column)} AS seen, {literal(column)} AS seen_in{attributes} FROM {self.table.relation}"""
            )
        created = literal(known["Created"])
        self._lay_out(parts, [f"case:{name}" for name in others], wanted=f"seen IS NOT NULL OR seen_in = {created}")
        roles = {"case_id": case, "timestamp": known["Created"], "resource": who, "department": team}
        derived = ", ".join(f"{activity} ← {column!r}" for activity, column in known.items())
        notes = (
            Sentence(
                "The export holds no history: events were derived from the tickets' times (%(steps)s).", steps=derived
            ),
            Sentence("People and groups are those a ticket had when it was exported."),
        )
        return Staged(
            roles={role: name for role, name in roles.items() if name},
            inferred=tuple(known),
            notes=(*self.table.notes, *notes),
        )

    def history(self) -> Staged:
        """Changes of status and of assignee as Jira recorded them."""
        author = self._first(("author_name", "author_key", "author_id"))
        kind = f"lower({quoted(self.columns['field'])})"
        to = self._text(self.columns["to_string"])
        part = f"""SELECT {self.table.number} AS source_order, {self._row()} AS "row",
            {self._text(self.columns["issue_id"])} AS case_id,
            CASE {kind} WHEN 'status' THEN 'Status: ' || {to}
                ELSE CASE WHEN {to} IS NULL THEN 'Unassigned' ELSE 'Assigned' END END AS activity,
            {self._instant(self.columns["created_date"])} AS "timestamp",
            CASE WHEN {kind} = 'assignee' AND {to} IS NOT NULL THEN {to} ELSE {self._text(author)} END AS resource,
            NULL AS department, false AS inferred, {self._text(self.columns["created_date"])} AS seen,
            'created_date' AS seen_in FROM {self.table.relation} WHERE {kind} IN ('status', 'assignee')"""
        self._lay_out([part], [], wanted="true")
        roles = {"case_id": "issue_id", "activity": "to_string", "timestamp": "created_date", "resource": author}
        note = Sentence("Changes of status and of assignee were read; other fields were left out.")
        return Staged(roles={role: name for role, name in roles.items() if name}, notes=(*self.table.notes, note))

    def _lay_out(self, parts: Sequence[str], attributes: Sequence[str], *, wanted: str) -> None:
        """Make the table of events, keep the bad rows aside and adopt the rest."""
        connection = self.staging.connection
        connection.execute(f"CREATE TABLE told AS SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE {wanted}")
        bad = 'case_id IS NULL OR activity IS NULL OR "timestamp" IS NULL'
        found = connection.execute(
            f"""SELECT DISTINCT "row", CASE WHEN case_id IS NULL THEN {literal(self._needed(CASES))} ELSE seen_in END,
                CASE WHEN case_id IS NULL THEN '' ELSE coalesce(seen, '') END,
                CASE WHEN case_id IS NULL THEN 'no case' ELSE 'no time that can be read' END
                FROM told WHERE {bad} ORDER BY ALL"""
        ).fetchall()
        self.staging.reject_all(
            [(int(row), str(column), str(value)[:200], _REASONS[str(why)]) for row, column, value, why in found]
        )
        known = ("source_order", "row", "case_id", "activity", "timestamp", "resource", "department", "inferred")
        self.staging.adopt(
            f"(SELECT * FROM told WHERE NOT ({bad}))", {name: quoted(name) for name in known}, attributes
        )

    def _row(self) -> str:
        """The row's number as a person counts, those the reader rejected left out of the count."""
        return f"({self.table.number} + {self.table.first})"

    def _text(self, column: str) -> str:
        if not column:
            return "NULL::VARCHAR"
        trimmed = f"trim({quoted(column)})"
        return f"CASE WHEN {trimmed} IN ({', '.join(map(literal, MISSING))}) THEN NULL ELSE {trimmed} END"

    def _instant(self, column: str) -> str:
        rows = self.staging.connection.execute(
            f"SELECT {self._text(column)} AS t FROM {self.table.relation} WHERE t IS NOT NULL LIMIT {_SAMPLE}"
        ).fetchall()
        values = [str(value) for (value,) in rows]
        form = _jira_form(values[0]) if values else None
        form = form or guess_format(values)
        return "NULL::TIMESTAMP" if form is None else f"({utc_sql(form, quoted(column), self.options.zone)})"

    def _first(self, names: Sequence[str]) -> str:
        return next((self.columns[name] for name in names if name in self.columns), "")

    def _needed(self, names: Sequence[str]) -> str:
        found = self._first(names)
        if not found:
            raise InputError(
                Sentence("has no column %(column)r", column=names[0]),
                where=self.table.file,
                remedy=Sentence("Export this column too"),
            )
        return found


DESKS: Mapping[str, Desk] = {desk.name: desk for desk in (FRESHDESK, JIRA, OSTICKET)}
"""The products whose tables are known."""
