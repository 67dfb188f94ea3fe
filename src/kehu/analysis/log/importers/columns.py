"""From columns an importer parsed itself to ``staged``: bad rows aside, names made free, local times put in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.staging import STAGED_COLUMNS, Staging, quoted

NEEDED = {
    "case_id": Sentence("no case"),
    "activity": Sentence("no activity"),
    "timestamp": Sentence("no time that can be read"),
}
"""What every event must have, and what is said of a row that lacks it."""
_SHOWN_REJECTS = 100_000


def stage_columns(staging: Staging, columns: Mapping[str, pa.Array], *, seen: Mapping[str, pa.Array] = {}) -> None:
    """Create ``staged`` from Arrow columns of equal length; those not in ``STAGED_COLUMNS`` are attributes.

    Rows without case, activity or time become rejects; ``seen`` holds, by column, the text of values that could not
    be read. ``row`` must be given; ``source_order`` is the row unless given.
    """
    table = pa.table(dict(columns))
    usable = _usable(table)
    if not pc.all(usable, min_count=0).as_py():
        _reject(staging, table, usable, seen)
        table = table.filter(usable)
    staging.connection.register("parsed", table)
    known = {name: quoted(name) for name in table.column_names if name in STAGED_COLUMNS}
    staging.adopt("parsed", {"source_order": "row", **known}, [n for n in table.column_names if n not in known])


def _usable(table: pa.Table) -> pa.ChunkedArray:
    """Rows that have all that is needed; an empty text is none."""
    usable = pc.is_valid(table["timestamp"])
    for name in ("case_id", "activity"):
        usable = pc.and_(usable, pc.fill_null(_filled(table[name]), fill_value=False))
    return usable


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type) and column.num_chunks == 1:
        array = column.chunk(0)
        return pa.chunked_array([pc.not_equal(array.dictionary, "").take(array.indices)])
    return pc.not_equal(column, "")


def _reject(staging: Staging, table: pa.Table, usable: pa.ChunkedArray, seen: Mapping[str, pa.Array]) -> None:
    bad = pc.invert(usable)
    missing = table.filter(bad)
    texts = {name: pa.chunked_array([values]).filter(bad) for name, values in seen.items()}
    names, reasons, values = [], [], []
    for i in range(missing.num_rows):
        name = next(name for name in NEEDED if not missing[name][i].as_py())
        names.append(name)
        reasons.append(NEEDED[name])
        values.append(str(texts[name][i].as_py() or "")[:200] if name in texts else "")
    rejects = {"row": missing["row"], "column": names, "value": values, "reason": reasons}
    staging.know_reasons(reasons)
    staging.connection.register("bad_rows", pa.table(rejects))
    staging.connection.execute("INSERT INTO rejects SELECT * FROM bad_rows")
    staging.connection.unregister("bad_rows")


def free_names(names: Iterable[str]) -> dict[str, str]:
    """Each attribute's name in ``staged``: its own, with a number where another is equal but for its case."""
    taken, free = set(STAGED_COLUMNS), {}
    for name in names:
        fresh, number = name, 1
        while fresh.lower() in taken:
            number += 1
            fresh = f"{name}_{number}"
        taken.add(fresh.lower())
        free[name] = fresh
    return free


def local_to_utc(times: pa.Array, zone: str) -> pa.Array:
    """Times on the clock of an IANA zone as UTC; an hour that occurs twice is the first. Raises InputError."""
    try:
        placed = pc.assume_timezone(times, zone, ambiguous="earliest", nonexistent="latest")
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise InputError(
            Sentence("%(zone)r is no time zone", zone=zone),
            remedy=Sentence("Name one as in Europe/Berlin or Asia/Shanghai"),
        ) from error
    return placed.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
