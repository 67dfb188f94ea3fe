"""Object-centric logs (OCEL 1.0 and 2.0; JSON, XML and SQLite), flattened by the object type that plays the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.importers.ocel_files import Event, read_json, read_sqlite, read_xml
from kehu.analysis.log.importers.rows import Rows
from kehu.analysis.log.staging import ImportOptions, Staged, Staging

_NAMES = {
    "resource": ("org:resource", "resource", "user", "agent", "performer"),
    "department": ("org:group", "group", "department", "team"),
    "lifecycle": ("lifecycle:transition", "lifecycle"),
}
_SUFFIXES = (".jsonocel", ".xmlocel", ".ocel", ".sqlite", ".sqlite3")


@dataclass(frozen=True)
class _Kind:
    """How the objects of one type stand to the events."""

    objects: int = 0
    single: int = 0


class OcelImporter:
    """Events of an object-centric log, as cases of one object type."""

    name = "ocel"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its name, or by the words only such a log begins with."""
        if path.name.lower().removesuffix(".gz").endswith(_SUFFIXES) or head.startswith(b"SQLite format 3"):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if start == b"{":
            return b'"ocel:' in head or b'"objectTypes"' in head or b'"eventTypes"' in head
        return start == b"<" and (b"<object-types" in head or b"ocel:" in head)

    def stage(self, path: Path, staging: Staging, options: ImportOptions) -> Staged:
        """Flatten the log. Raises InputError where it is damaged or has no object of the wanted type."""
        log = _read(path, staging)
        if not log.events:
            raise InputError(Sentence("holds no event"), where=path.name, remedy=Sentence("Export it again"))
        kinds = _kinds(log)
        chosen = _chosen(kinds, options.object_type, path)
        rows = Rows(options.zone)
        roles = _roles(log, options)
        notes = _flatten(log, chosen, roles, rows)
        if not len(rows):
            raise InputError(
                Sentence("has no event with an object of type %(kind)r", kind=chosen),
                where=path.name,
                remedy=_listed(kinds),
            )
        options.progress("read", 1.0)
        types = _listed(kinds)
        if options.object_type:
            told = Sentence("A case is an object of type %(kind)r. %(types)s.", kind=chosen, types=types)
        else:
            told = Sentence(
                "A case is an object of type %(kind)r. It was guessed: name another with --object-type. %(types)s.",
                kind=chosen,
                types=types,
            )
        return Staged(roles={"case_id": chosen, **roles}, notes=(told, *notes, *rows.stage(staging)))


@dataclass(frozen=True)
class _Log:
    events: list[Event]
    objects: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def typed(self, event: Event, kind: str) -> list[str]:
        """The objects of a type an event names, each once."""
        return [name for name in dict.fromkeys(event.objects) if self.objects.get(name, ("",))[0] == kind]


def _read(path: Path, staging: Staging) -> _Log:
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"\x1f\x8b"):
        start = _unpacked_start(path)
    if start.startswith(b"SQLite format 3"):
        return _Log(*read_sqlite(path, staging.folder))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _Log(*read_xml(path))
    return _Log(*read_json(path))


def _unpacked_start(path: Path) -> bytes:
    import gzip  # noqa: PLC0415 - only here

    with gzip.open(path) as packed:
        return packed.read(16)


def _kinds(log: _Log) -> dict[str, _Kind]:
    objects = Counter(kind for kind, _ in log.objects.values())
    single: Counter[str] = Counter()
    for event in log.events:
        named = Counter(log.objects[name][0] for name in dict.fromkeys(event.objects) if name in log.objects)
        single.update(kind for kind, times in named.items() if times == 1)
    return {kind: _Kind(objects[kind], single[kind]) for kind in sorted(objects)}


def _chosen(kinds: Mapping[str, _Kind], wanted: str | None, path: Path) -> str:
    """The wanted type, else one with several objects of which most events have exactly one; the finer of equals."""
    if not kinds:
        raise InputError(Sentence("holds no object"), where=path.name, remedy=Sentence("Export it again"))
    if wanted is None:
        return max(kinds, key=lambda kind: (kinds[kind].objects > 1, kinds[kind].single, kinds[kind].objects))
    if wanted not in kinds:
        raise InputError(
            Sentence("has no object of type %(wanted)r", wanted=wanted), where=path.name, remedy=_listed(kinds)
        )
    return wanted


def _listed(kinds: Mapping[str, _Kind]) -> str:
    return Sentence(
        "Object types: %(types)s", types=", ".join(f"{kind} ({found.objects})" for kind, found in kinds.items())
    )


def _roles(log: _Log, options: ImportOptions) -> dict[str, str]:
    """Role → attribute of the events: as the user says, else the usual names."""
    known = {name for event in log.events for name in event.attributes}
    roles = {role: next((n for n in names if n in known), "") for role, names in _NAMES.items()}
    given = {role: name for role, name in options.roles.items() if role in _NAMES}
    for role, name in given.items():
        if name and name not in known:
            there = ", ".join(sorted(known)[:30])
            raise InputError(
                Sentence("no event has the attribute %(name)r named for %(role)s", name=name, role=role),
                remedy=Sentence("There are: %(names)s", names=there),
            )
    return {role: name for role, name in (roles | given).items() if name}


def _flatten(log: _Log, chosen: str, roles: Mapping[str, str], rows: Rows) -> list[str]:
    """Add each event once for each of its objects of the type; returns what was left out or repeated."""
    without = shared = copies = 0
    for number, event in enumerate(log.events, 1):
        cases = log.typed(event, chosen)
        without += not cases
        shared += len(cases) > 1
        copies += max(0, len(cases) - 1)
        known = {role: _text(event.attributes.get(name)) for role, name in roles.items()}
        transition = str(known.pop("lifecycle", None) or "").lower() or None
        others = {name: value for name, value in event.attributes.items() if name not in roles.values()}
        for case in cases:
            of_case = {f"case:{name}": value for name, value in log.objects[case][1].items()}
            rows.add(
                case,
                event.activity,
                event.time,
                row=number,
                attributes=others | of_case,
                resource=known.get("resource"),
                department=known.get("department"),
                lifecycle=transition,
            )
    notes: list[str] = []
    if shared:
        notes.append(
            Sentence(
                "%(count)s events concern several objects of this type and stand in each of their cases "
                "(%(copies)s rows more than events).",
                count=shared,
                copies=copies,
            )
        )
    if without:
        notes.append(Sentence("%(count)s events concern no object of this type and were left out.", count=without))
    return notes


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
