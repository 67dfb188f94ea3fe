"""The three ways to write an object-centric log (ocel-standard.org, 1.0 and 2.0), read into the same events."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lxml import etree

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.importers.bytestream import open_unpacked

MAX_BYTES = 1 << 30
"""Unpacked size of a source that must be held in memory as a whole."""

Objects = dict[str, tuple[str, dict[str, Any]]]
"""Object id → (type, attributes with their last values)."""


@dataclass(frozen=True)
class Event:
    """One event with the ids of the objects it concerns."""

    activity: str
    time: object
    objects: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


def load_json(path: Path) -> Any:
    """A JSON text, plain or gzip. Raises InputError where it is damaged or larger than can be held."""
    try:
        with open_unpacked(path) as file:
            data = file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            Sentence("is a damaged gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
        ) from error
    if len(data) > MAX_BYTES:
        raise InputError(
            Sentence("is larger than %(size)d GB", size=MAX_BYTES >> 30),
            where=path.name,
            remedy=Sentence("Export a shorter period"),
        )
    try:
        return json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except json.JSONDecodeError as error:
        place = f"{path.name}, line {error.lineno}, column {error.colno}"
        raise InputError(Sentence("is no valid JSON"), where=place, remedy=Sentence("Export it again")) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(Sentence("is no valid JSON"), where=path.name, remedy=Sentence("Export it again")) from error


def read_json(path: Path) -> tuple[list[Event], Objects]:
    """Events and objects of ``.jsonocel`` or of the JSON of OCEL 2.0."""
    whole = load_json(path)
    try:
        if "ocel:events" in whole:
            return list(map(_event_1, whole["ocel:events"].values())), {
                name: (str(found["ocel:type"]), dict(found.get("ocel:ovmap") or {}))
                for name, found in whole["ocel:objects"].items()
            }
        objects = {
            str(found["id"]): (str(found["type"]), {a["name"]: a["value"] for a in found.get("attributes") or ()})
            for found in whole["objects"]
        }
        return list(map(_event_2, whole["events"])), objects
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            Sentence("is no OCEL: %(lack)s", lack=_lacking(error)), where=path.name, remedy=Sentence("Export it again")
        ) from error


def _lacking(error: Exception) -> str:
    if isinstance(error, KeyError):
        return Sentence("%(name)r is missing", name=str(error.args[0]))
    return Sentence("its parts are not as the standard says")


def _event_1(event: dict[str, Any]) -> Event:
    objects = tuple(map(str, event.get("ocel:omap") or ()))
    return Event(event.get("ocel:activity", ""), event.get("ocel:timestamp"), objects, event.get("ocel:vmap") or {})


def _event_2(event: dict[str, Any]) -> Event:
    return Event(
        event.get("type", ""),
        event.get("time"),
        tuple(str(found["objectId"]) for found in event.get("relationships") or ()),
        {found["name"]: found["value"] for found in event.get("attributes") or ()},
    )


def read_xml(path: Path) -> tuple[list[Event], Objects]:
    """Events and objects of ``.xmlocel`` or of the XML of OCEL 2.0; no entity is read, nothing is fetched."""
    events: list[Event] = []
    objects: Objects = {}
    try:
        with open_unpacked(path) as file:
            for element in _elements(file, path):
                if element.tag == "event":
                    events.append(_xml_event(element))
                elif name := _xml_id(element):
                    objects[name] = (_xml_of(element, "type"), _xml_values(element, "ovmap"))
                element.clear()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            Sentence("is a damaged gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
        ) from error
    except etree.XMLSyntaxError as error:
        place = f"{path.name}, line {error.lineno}"
        raise InputError(
            Sentence("is no well-formed XML, or is cut off"), where=place, remedy=Sentence("Export it again")
        ) from error
    return events, objects


def _elements(file: IO[bytes], path: Path) -> Iterator[etree._Element]:
    """Whole events and objects; relations to objects inside them bear other names in OCEL 2.0 (relationship)."""
    parser = etree.iterparse(
        file, events=("end",), tag=("event", "object"), resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in parser:
        if element.getroottree().docinfo.doctype:
            raise InputError(
                Sentence("declares a document type, which a log has no need of and which can hide an attack"),
                where=path.name,
                remedy=Sentence("Export it again"),
            )
        yield element


def _xml_event(element: etree._Element) -> Event:
    listed = element.find("list[@key='omap']")
    if listed is not None:
        objects = tuple(found.get("value", "") for found in listed)
        return Event(_xml_of(element, "activity"), _xml_of(element, "timestamp"), objects, _xml_values(element, "vmap"))
    related = element.findall("objects/*")
    named = tuple(found.get("object-id") or found.get("objectId") or "" for found in related)
    return Event(element.get("type", ""), element.get("time"), named, _xml_values(element, "vmap"))


def _xml_id(element: etree._Element) -> str:
    return element.get("id") or _xml_of(element, "id")


def _xml_of(element: etree._Element, key: str) -> str:
    found = element.find(f"*[@key='{key}']")
    return element.get(key, "") if found is None else found.get("value", "")


def _xml_values(element: etree._Element, key: str) -> dict[str, Any]:
    listed = element.find(f"list[@key='{key}']")
    if listed is not None:
        return {found.get("key", ""): found.get("value") for found in listed}
    return {found.get("name", ""): found.text for found in element.findall("attributes/attribute")}


def read_sqlite(path: Path, folder: Path) -> tuple[list[Event], Objects]:
    """Events and objects of the SQLite of OCEL 2.0, opened to be read only, without views or functions of its own."""
    plain = _plain(path, folder)
    try:
        with closing(sqlite3.connect(f"{plain.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 << 20)
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA query_only=ON")
            return _sqlite_parts(database)
    except sqlite3.Error as error:
        raise InputError(
            Sentence("is no readable OCEL database (%(error)s)", error=str(error)),
            where=path.name,
            remedy=Sentence("Export it again"),
        ) from error


def _plain(path: Path, folder: Path) -> Path:
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return path
    target = folder / "unpacked.sqlite"
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while piece := packed.read(1 << 20):
                out.write(piece)
                if out.tell() <= MAX_BYTES:
                    continue
                raise InputError(
                    Sentence("unpacks to more than 1 GB"), where=path.name, remedy=Sentence("Export a shorter period")
                )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            Sentence("is a damaged gzip file"), where=path.name, remedy=Sentence("Copy or export it again")
        ) from error
    return target


def _sqlite_parts(database: sqlite3.Connection) -> tuple[list[Event], Objects]:
    tables = {str(row[0]) for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    related: dict[str, list[str]] = {}
    for event, name in database.execute("SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"):
        related.setdefault(str(event), []).append(str(name))
    facts = _sqlite_facts(database, "event", tables)
    of_objects = _sqlite_facts(database, "object", tables)
    events = []
    for name, kind in database.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid"):
        values = facts.get(str(name), {})
        time = values.pop("ocel_time", None)
        events.append(Event(str(kind or ""), time, tuple(related.get(str(name), ())), values))
    objects: Objects = {}
    for name, kind in database.execute("SELECT ocel_id, ocel_type FROM object"):
        values = of_objects.get(str(name), {})
        objects[str(name)] = (str(kind), {key: value for key, value in values.items() if not key.startswith("ocel_")})
    return events, objects


def _sqlite_facts(database: sqlite3.Connection, what: str, tables: set[str]) -> dict[str, dict[str, Any]]:
    """Id → values of each type's own table; later rows of an object bring its changed values."""
    facts: dict[str, dict[str, Any]] = {}
    for (mapped,) in database.execute(f"SELECT ocel_type_map FROM {what}_map_type").fetchall():
        table = f"{what}_{mapped}"
        if table not in tables:
            continue
        rows = database.execute('SELECT * FROM "' + table.replace('"', '""') + '" ORDER BY rowid')
        names = [column[0] for column in rows.description]
        for row in rows:
            values = dict(zip(names, row, strict=True))
            known = {key: value for key, value in values.items() if value is not None and key != "ocel_id"}
            facts.setdefault(str(values.get("ocel_id")), {}).update(known)
    return facts
