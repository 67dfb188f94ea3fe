"""Events gathered one by one, for sources that are no table: times read, names of attributes kept, then columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.importers.columns import free_names, stage_columns
from kehu.analysis.log.staging import Staging

_COLUMNS = {
    "case_id": pa.string(),
    "activity": pa.string(),
    "timestamp": pa.timestamp("us"),
    "resource": pa.string(),
    "department": pa.string(),
    "lifecycle": pa.string(),
    "row": pa.int64(),
    "inferred": pa.bool_(),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMATS = ("%Y/%m/%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC")


class Rows:
    """Rows on their way to ``staged``; ``local`` counts the times that carried no offset."""

    def __init__(self, zone: str | None = None) -> None:
        self.zone = _zone(zone)
        self.local = 0
        self.inferred: dict[str, None] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        self._seen: list[str] = []
        self._attributes: dict[str, dict[int, Any]] = {}

    def __len__(self) -> int:
        """How many rows were gathered."""
        return len(self._seen)

    def add(
        self,
        case: str,
        activity: str,
        time: object,
        *,
        row: int,
        attributes: Mapping[str, Any] = {},
        resource: str | None = None,
        department: str | None = None,
        lifecycle: str | None = None,
        inferred: bool = False,
    ) -> None:
        """One event; ``row`` is where it stands in the source."""
        here = len(self._seen)
        values = (case, activity, self.instant(time), resource, department, lifecycle, row, inferred)
        for column, value in zip(self._columns.values(), values, strict=True):
            column.append(value)
        self._seen.append(str(time or ""))
        if inferred:
            self.inferred[activity] = None
        for name, value in attributes.items():
            if value is not None and value != "":
                self._attributes.setdefault(name, {})[here] = value

    def instant(self, time: object) -> datetime | None:
        """A time as UTC without zone, ``None`` where it is none."""
        parsed = _parsed(str(time or "").strip())
        if parsed is None:
            return None
        if parsed.tzinfo is None:
            self.local += 1
            parsed = parsed.replace(tzinfo=self.zone or UTC)
        try:
            return parsed.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return None

    def stage(self, staging: Staging) -> tuple[str, ...]:
        """Create ``staged``; returns what the reader must be told of the times."""
        columns = {name: pa.array(self._columns[name], kind) for name, kind in _COLUMNS.items()}
        columns["source_order"] = pa.array(range(len(self)), pa.int64())
        free = free_names(self._attributes)
        for name, values in self._attributes.items():
            columns[free[name]] = _column([values.get(i) for i in range(len(self))])
        stage_columns(staging, columns, seen={"timestamp": pa.array(self._seen, pa.string())})
        if not self.local:
            return ()
        if self.zone is not None:
            return (Sentence("Times without an offset were read as times of %(zone)s.", zone=self.zone.key),)
        return (Sentence("Times without an offset were read as UTC; name the zone to have them right."),)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError) as error:
        raise InputError(
            Sentence("%(name)r is no time zone", name=str(name)),
            remedy=Sentence("Name one as in Europe/Berlin or Asia/Shanghai"),
        ) from error


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for pattern in _FORMATS:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is seen to by the caller
        except ValueError:
            continue
        return found.replace(tzinfo=UTC) if pattern.endswith("UTC") else found
    return None


def _column(values: list[Any]) -> pa.Array:
    """Values of one kind as that kind, of several as texts; lists and records are texts too."""
    kinds = {type(value) for value in values if value is not None}
    for kind, wanted in (({int}, pa.int64()), ({int, float}, pa.float64()), ({bool}, pa.bool_())):
        if kinds <= kind:
            try:
                return pa.array(values, wanted)
            except (OverflowError, pa.ArrowInvalid):
                break
    return pa.array([None if value is None else str(value) for value in values], pa.string())
