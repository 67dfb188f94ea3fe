"""The built front end: which files the page must load, read from the manifest that the build wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BUILT = Path(__file__).resolve().parents[1] / "static" / "built"
_ENTRY = "src/main.ts"


@dataclass(frozen=True)
class Assets:
    """Paths below ``STATIC_URL``: the style sheets and the script of every page."""

    styles: tuple[str, ...]
    script: str


def assets() -> Assets:
    """The files of the entry. Without a build the page stands in plain HTML, which is better than an error."""
    manifest = BUILT / "manifest.json"
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except OSError:
        return Assets(styles=(), script="")


@lru_cache(maxsize=2)
def _read(manifest: Path, _changed: int) -> Assets:
    entry = json.loads(manifest.read_text(encoding="utf-8"))[_ENTRY]
    return Assets(
        styles=tuple(f"built/{name}" for name in entry.get("css", ())),
        script=f"built/{entry['file']}",
    )
