"""How a file would be read, before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kehu.web.insight.models import ImportedLog

if TYPE_CHECKING:
    from kehu.analysis.log.preview import Preview


def preview_of(log: ImportedLog, chosen: Mapping[str, Any]) -> Preview:
    """Columns with roles, as the owner corrected last month's file, and the first rows.

    Raises InputError where nothing can be read.
    """
    from kehu.analysis.log.preview import Preview, preview  # noqa: PLC0415 - a process stays small until it is needed
    from kehu.analysis.log.staging import ImportOptions  # noqa: PLC0415
    from kehu.analysis.log.store import is_store  # noqa: PLC0415

    if is_store(log.source):
        return Preview(file=log.source.name, importer="store")
    options = {name: value for name, value in chosen.items() if value not in ("", None)}
    return preview(log.source, ImportOptions(**options, remembered=log.remembered))


def looked_at(posted: Mapping[str, str]) -> dict[str, Any]:
    """What decides how the file is laid out; the roles of another sheet or layout are guessed anew."""
    return {name: posted[name] for name in ("sheet", "layout") if posted.get(name)}
