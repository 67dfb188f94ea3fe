"""Staging: where an importer lays out its rows, and the rows it could not use, before they become a log.

The contract between importers and the encoder is one DuckDB relation named ``staged`` (a view where DuckDB reads the
file itself, a table where the importer parses it) with the columns of ``STAGED_COLUMNS``; every other column is an
attribute, a *case* attribute where its name begins with ``case:``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from kehu.analysis.errors import Sentence

Progress = Callable[[str, float], None]
"""Told what is being done and which share of it (0-1) is done."""

ROLES = ("case_id", "activity", "timestamp", "start_timestamp", "resource", "department", "lifecycle", "event_index")
"""The roles a source's columns can play; a log of the same column names needs no options."""

STAGED_COLUMNS = {
    "case_id": "VARCHAR",  # never null or empty
    "activity": "VARCHAR",  # never null or empty
    "timestamp": "TIMESTAMP",  # completion, UTC without zone, microseconds; never null
    "start_timestamp": "TIMESTAMP",
    "resource": "VARCHAR",
    "department": "VARCHAR",
    "lifecycle": "VARCHAR",  # the source's transition in lower case: schedule, start, suspend, resume, complete …
    "source_order": "BIGINT",  # event_index where the source has one, else the row's number; never null
    "row": "BIGINT",  # where to find it in the source: line, row or element number, from 1
    "inferred": "BOOLEAN",  # true: no system recorded this event, the importer derived it
}


def no_progress(_what: str, _share: float) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class ImportOptions:
    """What the user said about a source; everything left out is guessed and the guess is shown.

    ``roles`` maps a role (of ``ROLES``) to the source's column; ``zone`` is the IANA zone of times that carry none;
    ``lifecycle`` is ``pair`` (one event per piece of work, start and end paired), ``complete`` or ``raw``;
    ``object_type`` the OCEL object type that plays the case. For tables: ``encoding``, ``delimiter``, ``decimal``,
    ``date_format`` (``dd.mm.yyyy``, ``excel``, ``epoch_ms`` … or a strptime pattern), ``sheet`` of a workbook and
    ``layout`` (``events``: a row is an event; ``wide``: a row is a case with several time columns). A role mapped to
    an empty column is played by none. ``remembered`` is the folder in which corrections are kept by the file's headers.
    ``importer`` is the name of the importer to use, where the file would be taken for something else.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    lifecycle: str = "pair"
    object_type: str | None = None
    end_activity: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    date_format: str | None = None
    sheet: str | None = None
    layout: str | None = None
    remembered: Path | None = None
    importer: str | None = None
    progress: Progress = no_progress


@dataclass(frozen=True)
class Staged:
    """What an importer found beside the rows.

    The roles it used, what it inferred, sentences for the reader, and how many rows it dropped because an earlier one
    was equal; ``options`` where it filled up those it was given with what was remembered.
    """

    roles: Mapping[str, str]
    inferred: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    duplicates: int = 0
    options: ImportOptions | None = None


class Direct(Protocol):
    """Another way to the needed columns of ``staged``."""

    @property
    def rows(self) -> int:
        """Number of rows of ``staged``."""

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """Columns ``case_id, activity, resource, department, lifecycle, start, end, source_order``; times are int64."""


class Staging:
    """A DuckDB database on disk, for one import; ``folder`` is temporary and removed by whoever made it.

    ``direct`` is set where the needed columns of ``staged`` can be read faster than through SQL, with the same rows.
    """

    def __init__(self, folder: Path, *, memory: str = "1GB", threads: int = 2) -> None:
        self.folder = folder
        self._reasons: dict[str, str] = {}
        self.direct: Direct | None = None
        self.connection = duckdb.connect(str(folder / "staging.duckdb"))
        self.connection.execute(
            f"SET memory_limit='{memory}'; SET threads={threads}; SET enable_progress_bar=false; SET TimeZone='UTC'"
        )
        self.connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
        self.connection.execute('CREATE TABLE rejects ("row" BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR)')

    def create_table(self, attributes: Mapping[str, str] | None = None) -> None:
        """Create ``staged`` as an empty table: the contract's columns and the attributes (name → SQL type)."""
        columns = {**STAGED_COLUMNS, **(attributes or {})}
        declared = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self.connection.execute(f"CREATE TABLE staged ({declared})")

    def adopt(self, relation: str, columns: Mapping[str, str], attributes: Iterable[str] = ()) -> None:
        """Create ``staged`` as a view of ``relation`` (any FROM clause).

        ``columns`` maps a staged column to its SQL expression, ``attributes`` are taken under their own names. What is
        not given is null; ``source_order`` and ``row`` are the row's number unless given.
        """
        number = "row_number() OVER ()"
        defaults = {"source_order": columns.get("event_index", number), "row": number, "inferred": "false"}
        parts = [
            f"({columns.get(name, defaults.get(name, 'NULL'))})::{kind} AS {name}"
            for name, kind in STAGED_COLUMNS.items()
        ]
        parts += [quoted(name) for name in attributes]
        self.connection.execute(f"CREATE VIEW staged AS SELECT {', '.join(parts)} FROM {relation}")

    def adopt_expressions(
        self, relation: str, columns: Mapping[str, str], attributes: Mapping[str, str], *, where: str = ""
    ) -> None:
        """Create ``staged`` as a view, as ``adopt`` does, with an SQL expression for every attribute and a filter."""
        parts = [f"({columns.get(name, 'NULL')})::{kind} AS {name}" for name, kind in STAGED_COLUMNS.items()]
        parts += [f"{expression} AS {quoted(name)}" for name, expression in attributes.items()]
        clause = f" WHERE {where}" if where else ""
        self.connection.execute(f"CREATE VIEW staged AS SELECT {', '.join(parts)} FROM {relation}{clause}")

    def adopt_table(self, table: pa.Table) -> None:
        """Create ``staged`` from an Arrow table whose columns are named by their roles; the others are attributes."""
        self.connection.register("handed_in", table)
        known = {name: quoted(name) for name in table.column_names if name in ROLES}
        self.adopt("handed_in", known, [name for name in table.column_names if name not in ROLES])

    def reject(self, row: int, column: str, value: str, reason: str) -> None:
        """Keep a row that cannot be used, with the column and the reason; it is counted and can be downloaded."""
        self.connection.execute("INSERT INTO rejects VALUES (?, ?, ?, ?)", [row, column, value[:200], str(reason)])
        self.know_reasons([reason])

    def reject_all(self, rows: Sequence[tuple[int, str, str, str]]) -> None:
        """Keep many rows that cannot be used at once: (row, column, value, reason) of each."""
        if not rows:
            return
        numbers, columns, values, reasons = zip(*rows, strict=True)
        self.know_reasons(reasons)
        found = pa.table({"row": pa.array(numbers, pa.int64()), "column": columns, "value": values, "reason": reasons})
        self.connection.register("found", found)
        self.connection.execute("INSERT INTO rejects FROM found")
        self.connection.unregister("found")

    def know_reasons(self, reasons: Iterable[str]) -> None:
        """Remember the parts of the sentences among the reasons, of which the database keeps the English only."""
        self._reasons.update((str(reason), reason) for reason in set(reasons) if isinstance(reason, Sentence))

    def reason(self, text: object) -> str:
        """A reason as it was given, with its parts where it was a sentence."""
        return self._reasons.get(str(text), str(text))

    @property
    def rejected(self) -> int:
        """How many rows were kept out."""
        return int(self.connection.execute("SELECT count(*) FROM rejects").fetchall()[0][0])

    def close(self) -> None:
        """Close the database; the folder may then be removed."""
        self.connection.close()


class Importer(Protocol):
    """One kind of source. A new one is one file in ``importers/`` and one line in its tuple."""

    @property
    def name(self) -> str:
        """Short name, as ``--format`` takes it and the header keeps it."""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file is of this kind; ``head`` is its first 64 kB, unpacked where it is gzip."""

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """Lay the rows out as ``staged``. Raises InputError where nothing can be read at all."""


def quoted(name: str) -> str:
    """An SQL identifier, whatever the source called its column."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
