"""From a table to ``staged``: good rows go on, bad ones become rejects with row and column, exact repeats go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.dates import has_offset_sql, utc_sql
from kehu.analysis.log.direct import direct_from
from kehu.analysis.log.staging import ImportOptions, Staged, Staging, quoted
from kehu.analysis.log.tables import Plan, Table, number_sql, plan_table
from kehu.analysis.log.wide import stage_cases

_NEEDED = ("case_id", "activity", "timestamp")
_OPTION = {"case_id": "--case", "activity": "--activity", "timestamp": "--timestamp"}
_NAMES = {"case_id": Sentence("case id"), "activity": Sentence("activity"), "timestamp": Sentence("time")}


_EMPTY = {
    "case_id": Sentence("the case id is empty"),
    "activity": Sentence("the activity is empty"),
    "timestamp": Sentence("the time is empty"),
}


def stage_table(staging: Staging, table: Table, options: ImportOptions) -> Staged:
    """Lay a table out as ``staged``.

    Raises InputError where a needed column is missing, some times carry a zone and some do not, or no row is usable.
    """
    plan = plan_table(staging, table, options)
    if not plan.guess.wide:
        _require(plan)
    plan = with_numbers(staging, with_zones(staging, plan))
    plan, duplicates = without_duplicates(staging, plan)
    if plan.guess.wide:
        return replace(stage_cases(staging, plan), duplicates=duplicates, options=plan.options)
    if plan.table.path is not None:
        staging.direct = direct_from(plan.table.path, plan.guess.roles, plan.options.zone)
    bad = staging.direct is None and _reject_bad_rows(staging, plan)
    _adopt(staging, plan, bad=bad)
    return Staged(roles=plan.guess.roles, notes=_notes(plan), duplicates=duplicates, options=plan.options)


def _require(plan: Plan) -> None:
    for role in _NEEDED:
        if role not in plan.guess.roles:
            raise InputError(
                Sentence("has no column that could be the %(role)s", role=_NAMES[role]),
                where=Sentence("%(file)s, row %(row)d", file=plan.table.file, row=max(1, plan.table.first - 1)),
                remedy=Sentence(
                    "Name it with %(option)s; columns: %(names)s",
                    option=_OPTION[role],
                    names=", ".join(plan.table.names[:30]),
                ),
            )


def with_zones(staging: Staging, plan: Plan) -> Plan:
    """The plan with the share of times that carry an offset known for the whole file.

    Raises InputError where some do and some do not, unless a zone is named for the others.
    """
    dates = dict(plan.dates)
    for column, format_ in plan.dates.items():
        if plan.kind(column) != "VARCHAR" or format_.numeric:
            continue
        local = utc_sql(replace(format_, offset="none"), quoted(column), None)
        carries = has_offset_sql(quoted(column))
        first, carrying, bare = staging.connection.execute(
            f"""SELECT min(n) FILTER (NOT c), count(*) FILTER (c), count(*) FILTER (NOT c) FROM (
                SELECT {plan.table.number} AS n, {carries} AS c, {local} IS NOT NULL AS readable
                FROM {plan.table.relation} WHERE {quoted(column)} IS NOT NULL) WHERE c OR readable"""
        ).fetchall()[0]
        if carrying and bare and plan.options.zone is None:
            raise InputError(
                Sentence("the time has no zone while others in the column have one"),
                where=Sentence(
                    "%(file)s, row %(row)d, column %(column)r",
                    file=plan.table.file,
                    row=plan.table.row(first),
                    column=column,
                ),
                remedy=Sentence("Name the zone of times that carry none (--timezone)"),
            )
        dates[column] = replace(format_, offset="none" if not carrying else "some" if bare else "all")
    return replace(plan, dates=dates)


def with_numbers(staging: Staging, plan: Plan) -> Plan:
    """The plan with only those columns as numbers in which the whole file holds nothing else."""
    if not plan.decimals:
        return plan
    failing = ", ".join(
        f"count(*) FILTER ({plan.text(column)} IS NOT NULL AND {number_sql(column, sign)} IS NULL)"
        for column, sign in plan.decimals.items()
    )
    counts = staging.connection.execute(f"SELECT {failing} FROM {plan.table.relation}").fetchall()[0]
    kept = {column: sign for (column, sign), bad in zip(plan.decimals.items(), counts, strict=True) if not bad}
    return replace(plan, decimals=kept)


def without_duplicates(staging: Staging, plan: Plan) -> tuple[Plan, int]:
    """Drop rows equal to an earlier one in every column; with an ``event_index`` each row is an event of its own.

    Rows are told apart by a 64-bit hash first, and only those that share one are compared as they are.
    """
    if "event_index" in plan.guess.roles:
        return plan, 0
    table, connection = plan.table, staging.connection
    every = ", ".join(map(quoted, table.names))
    distinct = f"SELECT count(*), count(DISTINCT hash({every})) FROM {table.relation}"
    total, different = connection.execute(distinct).fetchall()[0]
    if total == different:
        return plan, 0
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE repeated AS
            SELECT n FROM (
                SELECT {table.number} AS n, row_number() OVER (PARTITION BY {every} ORDER BY {table.number}) AS nth
                FROM {table.relation} WHERE hash({every}) IN (
                    SELECT hash({every}) FROM {table.relation} GROUP BY 1 HAVING count(*) > 1))
            WHERE nth > 1"""
    )
    if table.path is not None:
        plan = replace(plan, table=_stored(staging, table))
    connection.execute(f"DELETE FROM raw WHERE {plan.table.number} IN (FROM repeated)")
    count = connection.execute("SELECT count(*) FROM repeated").fetchall()[0][0]
    return plan, int(count)


def _stored(staging: Staging, table: Table) -> Table:
    staging.connection.execute(f"CREATE TABLE raw AS SELECT {table.number} AS kehu_row, * FROM {table.relation}")
    return replace(table, relation="raw", number="kehu_row", path=None)


def _reject_bad_rows(staging: Staging, plan: Plan) -> bool:
    """Keep each row that lacks a case id, an activity or a readable time as a reject; whether there was any."""
    roles = plan.guess.roles
    parts = ", ".join(
        f"{plan.text(roles[role])} AS {role}, {quoted(roles[role])}::VARCHAR AS {role}_seen" for role in _NEEDED
    )
    missing = "case_id IS NULL OR activity IS NULL OR instant IS NULL"
    rows = staging.connection.execute(
        f"""SELECT n, case_id IS NULL, activity IS NULL, timestamp_seen FROM (
            SELECT {plan.table.number} AS n, {parts}, {plan.instant(roles["timestamp"])} AS instant
            FROM {plan.table.relation}) WHERE {missing} ORDER BY n"""
    ).fetchnumpy()
    numbers = np.asarray(rows["n"], np.int64)
    if not len(numbers):
        return False
    _keep_bad(staging, plan, rows, plan.table.rows(numbers))
    return True


def _keep_bad(staging: Staging, plan: Plan, rows: dict[str, np.ndarray], numbers: np.ndarray) -> None:
    names = list(rows)
    unreadable = Sentence("the time is not of the form %(form)s", form=plan.dates[plan.guess.roles["timestamp"]].shown)
    found = []
    for number, no_case, no_activity, seen in zip(numbers, *(rows[name] for name in names[1:]), strict=True):
        text = "" if seen is None or seen is np.ma.masked else str(seen)
        role = "case_id" if no_case else "activity" if no_activity else "timestamp"
        empty = role != "timestamp" or not text.strip()
        reason = _EMPTY[role] if empty else unreadable
        found.append((int(number), plan.guess.roles[role], "" if empty else text[:200], reason))
    staging.reject_all(found)


def _adopt(staging: Staging, plan: Plan, *, bad: bool) -> None:
    roles = plan.guess.roles
    columns = {
        role: plan.text(roles[role]) for role in ("case_id", "activity", "resource", "department") if role in roles
    }
    columns |= {role: plan.instant(roles[role]) for role in ("timestamp", "start_timestamp") if role in roles}
    if "lifecycle" in roles:
        columns["lifecycle"] = f"lower({plan.text(roles['lifecycle'])})"
    columns["source_order"] = columns["row"] = f"({plan.table.number} + {plan.table.first})"
    if "event_index" in roles:
        columns["source_order"] = f"coalesce(try_cast({quoted(roles['event_index'])} AS BIGINT), {columns['row']})"
    attributes = {c: plan.attribute(c) for c in plan.table.names if c not in roles.values()}
    if "event_index" in roles:
        attributes["event_index"] = quoted(roles["event_index"]) if staging.direct else columns["source_order"]
    kept = " AND ".join(f"({columns[role]}) IS NOT NULL" for role in _NEEDED) if bad else ""
    staging.adopt_expressions(plan.table.relation, columns, attributes, where=kept)


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = list(plan.table.notes)
    notes += [
        Sentence(
            "Column %(column)r: day and month could not be told apart; read as %(form)s",
            column=column,
            form=format_.shown,
        )
        for column, format_ in plan.dates.items()
        if format_.ambiguous
    ]
    return tuple(notes)
