"""Tables of any kind of file as one DuckDB relation, what their columns show, and the plan to read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.dates import (
    INSTANT,
    NATIVE,
    DateFormat,
    format_named,
    guess_format,
    named_for,
    other_order,
    utc_sql,
)
from kehu.analysis.log.dialect import guess_decimal
from kehu.analysis.log.eventlog import Int64Array
from kehu.analysis.log.remembered import recall
from kehu.analysis.log.roles import MISSING, Guess, Seen, guess_roles, is_time_name
from kehu.analysis.log.staging import Importer, ImportOptions, Staging, literal, quoted

SAMPLE_ROWS = 2_000
"""How many rows the roles and forms are guessed from."""


@dataclass(frozen=True)
class Table:
    """Rows of a file as a DuckDB relation.

    ``relation`` is its FROM clause, ``number`` an SQL expression counting its rows from 0 and ``first`` the number a
    person gives the first of them (2 below a header). ``skipped`` are the numbers (as a person counts) of the rows the
    reader could not part into columns; ``typed`` says that the file has types and nulls of its own, ``path`` is
    the file where its columns can be read without SQL.
    """

    file: str
    relation: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    number: str
    first: int
    skipped: tuple[int, ...] = ()
    typed: bool = False
    path: Path | None = None
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def rows(self, numbers: Int64Array) -> Int64Array:
        """The numbers a person gives rows, of their places (from 0) among those that the reader could part."""
        if not self.skipped:
            return numbers + self.first
        # The i-th skipped row (from 0) pushes on every later row; before it stand its number - first - i others.
        skipped = np.asarray(self.skipped, np.int64)
        before = skipped - self.first - np.arange(len(skipped))
        return numbers + self.first + np.searchsorted(before, numbers, side="right")

    def row(self, number: int) -> int:
        """The number a person gives one row."""
        return int(self.rows(np.asarray([number], np.int64))[0])


@runtime_checkable
class TableImporter(Importer, Protocol):
    """An importer whose source is one table, so that its columns can be shown and their roles corrected."""

    def open_table(self, path: Path, staging: Staging, options: ImportOptions, *, rows: int | None = None) -> Table:
        """The file's table, or its first ``rows``. Raises InputError."""


@dataclass(frozen=True)
class Plan:
    """How a table will be read: the roles, the form of each time column and the decimal sign of each number column.

    ``options`` are those given, filled up with what was remembered.
    """

    table: Table
    seen: tuple[Seen, ...]
    guess: Guess
    dates: dict[str, DateFormat]
    decimals: dict[str, str]
    options: ImportOptions

    def kind(self, column: str) -> str:
        """The SQL type of a column."""
        return self.table.types[self.table.names.index(column)]

    def text(self, column: str) -> str:
        """SQL of a column as a trimmed text, null where nothing is there."""
        kind = self.kind(column)
        if kind == "VARCHAR":
            trimmed = f"trim({quoted(column)})"
            if self.table.typed and column in (self.guess.roles.get("case_id"), self.guess.roles.get("activity")):
                return f"nullif({trimmed}, '')"  # a typed file has nulls of its own
            return f"CASE WHEN {trimmed} IN ({', '.join(map(literal, MISSING))}) THEN NULL ELSE {trimmed} END"
        if kind in {"DOUBLE", "FLOAT"}:  # an id that was read as a number: 17.0 is 17
            return f"regexp_replace({quoted(column)}::VARCHAR, '\\.0$', '')"
        return f"{quoted(column)}::VARCHAR"

    def instant(self, column: str) -> str:
        """SQL of a time column as a TIMESTAMP in UTC."""
        return utc_sql(self.dates[column], quoted(column), self.options.zone)

    def attribute(self, column: str) -> str:
        """SQL of a column that plays no role: a number where all its values are, else a text."""
        sign = self.decimals.get(column)
        if not sign:
            return self.text(column) if self.kind(column) == "VARCHAR" and not self.table.typed else quoted(column)
        return number_sql(column, sign)


def number_sql(column: str, sign: str) -> str:
    """SQL of a text column as a number; null where it is none. The sign ``i`` stands for whole numbers."""
    if sign == "i":
        return f"try_cast({quoted(column)} AS BIGINT)"
    text = f"replace({quoted(column)}, ',', '.')" if sign == "," else quoted(column)
    return f"try_cast({text} AS DOUBLE)"


def plan_table(staging: Staging, table: Table, options: ImportOptions) -> Plan:
    """Guess roles and forms from the first rows; what the options say, or was remembered for these headers, stays.

    Raises InputError where the options name a column, role or format that is none.
    """
    options = recall(table.names, options)
    _check_zone(options.zone)
    if not staging.connection.execute(f"SELECT 1 FROM {table.relation} LIMIT 1").fetchall():
        raise _without_rows(staging, table)
    seen = tuple(_see(staging, table, options))
    guess = guess_roles(seen, options.roles, layout=options.layout, file=table.file)
    wanted = set(guess.milestones) | {guess.roles[r] for r in ("timestamp", "start_timestamp") if r in guess.roles}
    dates = _formats(staging, table, seen, wanted, options)
    taken = wanted | set(guess.roles.values())
    decimals = {c.name: sign for c in seen if c.name not in taken and (sign := _decimal(table, c, options))}
    return Plan(table, seen, guess, dates, decimals, options)


def _check_zone(zone: str | None) -> None:
    try:
        if zone is not None:
            ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise InputError(
            Sentence("%(zone)r is no time zone", zone=str(zone)),
            remedy=Sentence("Use a name such as Europe/Moscow or Asia/Shanghai"),
        ) from error


def _without_rows(staging: Staging, table: Table) -> InputError:
    rejects = staging.connection.execute('SELECT "row", reason FROM rejects ORDER BY "row" LIMIT 1').fetchall()
    if rejects:
        return InputError(
            staging.reason(rejects[0][1]),
            where=Sentence("%(file)s, row %(row)d", file=table.file, row=rejects[0][0]),
            remedy=Sentence("No row could be read"),
        )
    return InputError(Sentence("holds no rows below its header"), where=table.file, remedy=Sentence("Export it again"))


def _see(staging: Staging, table: Table, options: ImportOptions) -> Iterable[Seen]:
    named = format_named(options.date_format) if options.date_format else None
    columns = ", ".join(f"{quoted(name)}::VARCHAR" for name in table.names)
    rows = staging.connection.execute(f"SELECT {columns} FROM {table.relation} LIMIT {SAMPLE_ROWS}").fetchall()
    for place, (name, kind) in enumerate(zip(table.names, table.types, strict=True)):
        values = tuple(
            "" if row[place] is None or row[place].strip() in MISSING else row[place].strip() for row in rows
        )
        found = _native(kind) or guess_format(values)
        if found is None and named is not None and (is_time_name(name) or name in options.roles.values()):
            found = named
        yield Seen(name, values, found)


def _native(kind: str) -> DateFormat | None:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return INSTANT
    return NATIVE if kind.startswith("TIMESTAMP") or kind == "DATE" else None


def _decimal(table: Table, column: Seen, options: ImportOptions) -> str:
    if table.types[table.names.index(column.name)] != "VARCHAR":
        return ""
    sign = guess_decimal(column.filled)
    if sign and all(value.lstrip("+-").isdigit() for value in column.filled):
        # A leading zero or a long run of digits makes it a name, not a quantity.
        return "" if any(len(v) > 1 and (v[0] == "0" or len(v) > 18) for v in column.filled) else "i"
    return options.decimal or sign if sign else ""


def _formats(
    staging: Staging, table: Table, seen: Iterable[Seen], wanted: set[str], options: ImportOptions
) -> dict[str, DateFormat]:
    formats = {}
    for column in seen:
        if column.name not in wanted:
            continue
        found = named_for(column.dates, options.date_format) if options.date_format else column.dates
        if found is None:
            example = column.filled[0][:40] if column.filled else ""
            raise InputError(
                Sentence("cannot be read as a time (%(example)r)", example=example),
                where=Sentence(
                    "%(file)s, row %(row)d, column %(column)r", file=table.file, row=table.first, column=column.name
                ),
                remedy=Sentence("Name its form with --date-format, or another column with --timestamp"),
            )
        formats[column.name] = _settled(staging, table, column.name, found) if found.ambiguous else found
    return _agreeing(formats)


def _settled(staging: Staging, table: Table, column: str, format_: DateFormat) -> DateFormat:
    """The order of day and month by the whole file, where the sample left it open."""
    other = other_order(format_)
    counts = staging.connection.execute(
        f"SELECT count({utc_sql(format_, quoted(column), None)}), count({utc_sql(other, quoted(column), None)})"
        f" FROM {table.relation}"
    ).fetchall()[0]
    if counts[0] == counts[1]:
        return format_
    return replace(format_, ambiguous=False) if counts[0] > counts[1] else other


def _agreeing(formats: dict[str, DateFormat]) -> dict[str, DateFormat]:
    """One file writes its dates one way: a column that is sure of day and month speaks for those that are not."""
    sure = {f.style for f in formats.values() if f.style in {"dmy", "mdy"} and not f.ambiguous}
    if len(sure) != 1:
        return formats
    style = sure.pop()
    return {
        name: f if not f.ambiguous else replace(f, ambiguous=False) if f.style == style else other_order(f)
        for name, f in formats.items()
    }
