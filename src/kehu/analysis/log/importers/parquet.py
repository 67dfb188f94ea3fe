"""Parquet files with one row an event, or one row a case; DuckDB reads them in place."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.staged_rows import stage_table
from kehu.analysis.log.staging import ImportOptions, Staged, Staging, literal, quoted
from kehu.analysis.log.tables import Table


class ParquetImporter:
    """Rows of a Parquet file."""

    name = "parquet"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the file's magic bytes, or by a name that claims to be Parquet."""
        return head[:4] == b"PAR1" or path.suffix.lower() in {".parquet", ".pq"}

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """A view over the file; nothing is copied unless it holds repeated rows."""
        try:
            return stage_table(staging, self.open_table(path, staging, options), options)
        except duckdb.Error as error:
            raise _unreadable(path, error) from error

    def open_table(self, path: Path, staging: Staging, options: ImportOptions, *, rows: int | None = None) -> Table:
        """The file as a relation, its first ``rows`` for a preview; nested columns are left out and named."""
        try:
            described = staging.connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})"
            ).fetchall()
            total = _rows(staging, path)
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        if total == 0:
            raise InputError(Sentence("holds no rows"), where=path.name, remedy=Sentence("Export it again"))
        flat = {str(row[0]): str(row[1]) for row in described if not _nested(str(row[1]))}
        nested = [str(row[0]) for row in described if str(row[0]) not in flat]
        listed = ", ".join(quoted(name) for name in flat)
        limit = "" if rows is None else f" LIMIT {rows}"
        relation = (
            f"(SELECT {listed}, file_row_number FROM read_parquet({literal(str(path))}, file_row_number=true){limit})"
        )
        return Table(
            file=path.name,
            relation=relation,
            names=tuple(flat),
            types=tuple(flat.values()),
            number="file_row_number",
            first=1,
            typed=True,
            path=path,
            notes=tuple(
                Sentence("Column %(name)r holds lists or records and was left out", name=name) for name in nested
            ),
        )


def _rows(staging: Staging, path: Path) -> int:
    found = staging.connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(path))})").fetchall()
    return int(found[0][0])


def _nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB"))


def _unreadable(path: Path, error: Exception) -> InputError:
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return InputError(
                Sentence("is named Parquet but is none"), where=path.name, remedy=Sentence("Export it again")
            )
    reason = str(error).split("\n", 1)[0][:160].rstrip(".")
    return InputError(
        Sentence("is no readable Parquet file (%(reason)s)", reason=reason),
        where=path.name,
        remedy=Sentence("Export it again"),
    )
