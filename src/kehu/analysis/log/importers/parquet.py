"""Parquet files with one row an event; DuckDB reads them in place."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kehu.analysis.errors import InputError
from kehu.analysis.log.staging import ROLES, ImportOptions, Staged, Staging, literal, quoted


class ParquetImporter:
    """Rows of a Parquet file."""

    name = "parquet"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the file's magic bytes."""
        return head[:4] == b"PAR1"

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """A view over the file; nothing is copied."""
        relation = f"read_parquet({literal(str(path))})"
        try:
            described = staging.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        except duckdb.Error as error:
            raise InputError("is no readable Parquet file", where=path.name, remedy="Export it again") from error
        names = [str(row[0]) for row in described]
        roles = {role: role for role in ROLES if role in names} | dict(options.roles)
        staging.adopt(
            relation,
            {role: quoted(column) for role, column in roles.items()},
            [name for name in names if name not in roles.values()],
        )
        return Staged(roles=roles)
