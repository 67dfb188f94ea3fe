"""The store: an EventLog as one folder of flat files, memory-mapped when opened.

``header.json`` (format version, counts, what is known) · ``*.npy`` (the arrays) · ``vocabulary.arrow`` and
``cases.arrow`` (names) · ``event/N.arrow``, ``case/N.arrow`` (one file an attribute) · ``rejects.csv``.
A store is written aside and renamed, so that it is whole or not there.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kehu.analysis.errors import InputError, Sentence, restored
from kehu.analysis.errors import saved as as_saved
from kehu.analysis.log.eventlog import EventLog, Header

FORMAT_VERSION = 1
_ARRAYS = ("case_offsets", "activity", "resource", "department", "start", "end")


def is_store(path: Path) -> bool:
    """Whether the path is a store's folder."""
    return (path / "header.json").is_file()


def save_log(log: EventLog, target: Path, *, rejects: Path | None = None) -> None:
    """Write a log as a store at ``target``, replacing one that is there; nothing half written is ever seen."""
    with written_aside(target) as folder:
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(log, name))
        for name in ("activities", "resources", "departments"):
            write_column(folder / f"{name}.arrow", pa.array(getattr(log, name), pa.string()))
        write_column(folder / "cases.arrow", log.case_ids)
        _save_attributes(folder / "event", log.event_attribute_names, log.event_attribute)
        _save_attributes(folder / "case", log.case_attribute_names, log.case_attribute)
        if rejects is not None:
            shutil.copyfile(rejects, folder / "rejects.csv")
        _save_header(folder, log)


def open_store(path: Path) -> EventLog:
    """Open a store; the arrays are memory-mapped, so that this takes milliseconds whatever the size.

    Raises InputError where it is no store, or one written by a newer Kehu.
    """
    saved = _read_header(path)
    arrays: dict[str, Any] = {name: np.load(path / f"{name}.npy", mmap_mode="c") for name in _ARRAYS}
    names: dict[str, Any] = {
        name: tuple(read_column(path / f"{name}.arrow").to_pylist())
        for name in ("activities", "resources", "departments")
    }
    header = {
        **saved["header"],
        "inferred": tuple(saved["header"]["inferred"]),
        "notes": tuple(map(restored, saved["header"]["notes"])),
    }
    return EventLog(
        **arrays,
        **names,
        case_ids=read_column(path / "cases.arrow"),
        header=Header(**header),
        event_attributes=_reader(path / "event", saved["event_attributes"]),
        case_attributes=_reader(path / "case", saved["case_attributes"]),
        event_attribute_names=tuple(saved["event_attributes"]),
        case_attribute_names=tuple(saved["case_attributes"]),
    )


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """A folder to write into, put in the place of ``target`` at the end, and removed where anything fails."""
    target = target.resolve()
    if target.exists() and not is_store(target):
        raise InputError(
            Sentence("is already there and is not a store"), where=str(target), remedy=Sentence("Name another folder")
        )
    folder = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.partial")
    folder.mkdir(parents=True)
    try:
        yield folder
        _replace(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_column(path: Path, column: pa.Array | pa.ChunkedArray) -> None:
    """One column as an Arrow IPC file, which opens without being read."""
    table = pa.table({"value": column})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_column(path: Path) -> pa.ChunkedArray:
    """Open a column that ``write_column`` wrote, memory-mapped."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all().column(0)


def _save_attributes(folder: Path, names: tuple[str, ...], read: Callable[[str], pa.ChunkedArray]) -> None:
    folder.mkdir()
    for number, name in enumerate(names):
        write_column(folder / f"{number}.arrow", read(name))


def _reader(folder: Path, names: list[str]) -> Callable[[str], pa.ChunkedArray]:
    return lambda name: read_column(folder / f"{names.index(name)}.arrow")


def _save_header(folder: Path, log: EventLog) -> None:
    saved = {
        "format": FORMAT_VERSION,
        "events": log.events,
        "cases": log.cases,
        "header": {**asdict(log.header), "notes": [as_saved(note) for note in log.header.notes]},
        "event_attributes": list(log.event_attribute_names),
        "case_attributes": list(log.case_attribute_names),
    }
    (folder / "header.json").write_text(json.dumps(saved, ensure_ascii=False, indent=1), encoding="utf-8")


def _read_header(path: Path) -> dict[str, Any]:
    try:
        saved: dict[str, Any] = json.loads((path / "header.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            Sentence("is no event store"), where=str(path), remedy=Sentence("Make one with `kehu import`")
        ) from error
    if saved.get("format", 0) > FORMAT_VERSION:
        raise InputError(
            Sentence(
                "was written by a newer Kehu (format %(format)d, this one reads %(known)d)",
                format=saved["format"],
                known=FORMAT_VERSION,
            ),
            where=str(path),
            remedy=Sentence("Update Kehu, or import the source again"),
        )
    return saved


def _replace(folder: Path, target: Path) -> None:
    """Put ``folder`` in the place of ``target``; the old one is moved away first, since a rename cannot cover it."""
    if target.exists():
        old = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.old")
        target.rename(old)
        folder.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        folder.rename(target)
