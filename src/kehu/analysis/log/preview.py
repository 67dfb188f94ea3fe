"""What a file looks like and how it would be read, before anything is imported."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from kehu.analysis.errors import Sentence
from kehu.analysis.log.dates import DateFormat
from kehu.analysis.log.reading import importer_for
from kehu.analysis.log.remembered import fingerprint
from kehu.analysis.log.staging import ImportOptions, Staging, quoted
from kehu.analysis.log.tables import SAMPLE_ROWS, Plan, TableImporter, plan_table

_SHOWN_ROWS = 20
_SHOWN_VALUES = 5


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Its first different ``samples``, its ``role`` (empty: an attribute) and ``why`` (``name``, ``values``, ``chosen``);
    for times, ``date_format`` as people write it, whether it is ``local`` (without a zone) and whether day and month
    could not be told apart (``ambiguous``).
    """

    name: str
    samples: tuple[str, ...]
    role: str = ""
    why: str = ""
    date_format: str = ""
    local: bool = False
    ambiguous: bool = False


@dataclass(frozen=True)
class Preview:
    """A file as it would be read.

    ``layout`` is ``events`` or ``wide`` (a row is a case; its time columns have the role ``milestone``), and empty for
    a source that is no table and whose columns need no roles. ``missing`` are the roles without which nothing can be
    read; ``needs_zone`` asks for the zone of times that carry none; ``fingerprint`` names this kind of table for
    ``remembered``; ``rows`` are the first rows as texts; ``warnings`` sentences for people.
    """

    file: str
    importer: str
    layout: str = ""
    columns: tuple[Column, ...] = ()
    missing: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    needs_zone: bool = False
    fingerprint: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def roles(self) -> dict[str, str]:
        """Role → column, as guessed or chosen."""
        return {column.role: column.name for column in self.columns if column.role not in {"", "milestone"}}


def preview(path: Path | str, options: ImportOptions = ImportOptions()) -> Preview:
    """How the file would be read: columns with roles and why, forms of dates, dialect, first rows, warnings.

    Reads the first rows only. Raises InputError where the file is of no kind that can be read.
    """
    source = Path(path)
    importer = importer_for(source)
    if not isinstance(importer, TableImporter):
        return Preview(file=source.name, importer=importer.name)
    with tempfile.TemporaryDirectory(prefix="kehu-") as folder:
        staging = Staging(Path(folder))
        try:
            table = importer.open_table(source, staging, options, rows=SAMPLE_ROWS)
            plan = plan_table(staging, table, options)
            return _preview(staging, plan, importer.name)
        finally:
            staging.close()


def _preview(staging: Staging, plan: Plan, importer: str) -> Preview:
    table, columns = plan.table, _columns(plan)
    texts = ", ".join(f"coalesce({quoted(name)}::VARCHAR, '')" for name in table.names)
    rows = staging.connection.execute(f"SELECT {texts} FROM {table.relation} LIMIT {_SHOWN_ROWS}").fetchall()
    needed = ("case_id",) if plan.guess.wide else ("case_id", "activity", "timestamp")
    signs = [sign for sign in plan.decimals.values() if sign in {",", "."}]
    return Preview(
        file=table.file,
        importer=importer,
        layout="wide" if plan.guess.wide else "events",
        columns=columns,
        missing=tuple(role for role in needed if role not in plan.guess.roles),
        encoding=table.encoding,
        delimiter=table.delimiter,
        decimal="," if "," in signs else "." if signs else "",
        sheet=table.sheet,
        sheets=table.sheets,
        needs_zone=plan.options.zone is None and any(column.local for column in columns),
        fingerprint=fingerprint(table.names),
        rows=tuple(tuple(row) for row in rows),
        warnings=_warnings(plan, columns),
    )


def _columns(plan: Plan) -> tuple[Column, ...]:
    role_of = {column: role for role, column in plan.guess.roles.items()}
    role_of |= dict.fromkeys(plan.guess.milestones, "milestone")
    found = []
    for seen in plan.seen:
        role = role_of.get(seen.name, "")
        dates: DateFormat | None = plan.dates.get(seen.name)
        found.append(
            Column(
                name=seen.name,
                samples=tuple(dict.fromkeys(seen.filled))[:_SHOWN_VALUES],
                role=role,
                why=plan.guess.why.get(role, "values") if role else "",
                date_format=dates.shown if dates else "",
                local=bool(dates and dates.local),
                ambiguous=bool(dates and dates.ambiguous),
            )
        )
    return tuple(found)


def _warnings(plan: Plan, columns: tuple[Column, ...]) -> tuple[str, ...]:
    notes = list(plan.table.notes)
    notes += [
        Sentence(
            "Column %(column)r: day and month cannot be told apart; read as %(form)s", column=c.name, form=c.date_format
        )
        for c in columns
        if c.ambiguous
    ]
    mixed = [name for name, format_ in plan.dates.items() if format_.offset == "some"]
    if plan.options.zone is None:
        notes += [
            Sentence(
                "Column %(column)r: some times carry a zone and some do not; name the zone of the others", column=name
            )
            for name in mixed
        ]
    if plan.guess.wide:
        notes.append(
            Sentence("Each row is a case: its events are derived from the time columns, no system recorded them")
        )
    return tuple(notes)
