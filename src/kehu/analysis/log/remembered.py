"""What a person corrected once is remembered for next month's file with the same headers.

One small JSON a set of headers, in a folder the caller names; a damaged or missing one is as if nothing was known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kehu.analysis.log.staging import ImportOptions

_KEPT = ("zone", "lifecycle", "end_activity", "date_format", "decimal", "layout")


def fingerprint(names: Sequence[str]) -> str:
    """What tells one kind of table from another: a hash of its column names, whatever their order or case."""
    plain = sorted(name.strip().casefold() for name in names)
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:24]


def remember(names: Sequence[str], options: ImportOptions) -> None:
    """Keep what the options say of a table with these columns in the folder ``options.remembered``, if one is named."""
    if options.remembered is None:
        return
    options.remembered.mkdir(parents=True, exist_ok=True)
    kept = {"roles": dict(options.roles)} | {name: getattr(options, name) for name in _KEPT}
    target = options.remembered / f"{fingerprint(names)}.json"
    aside = target.with_suffix(".partial")
    aside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    aside.replace(target)


def recall(names: Sequence[str], options: ImportOptions) -> ImportOptions:
    """The options, filled up with what was remembered for a table with these columns; what is said now comes first."""
    kept = _kept(names, options.remembered)
    if not kept:
        return options
    roles = {role: column for role, column in kept.get("roles", {}).items() if not column or column in names}
    default = ImportOptions()
    others = {name: kept[name] for name in _KEPT if name in kept and getattr(options, name) == getattr(default, name)}
    return replace(options, roles=roles | dict(options.roles), **others)


def _kept(names: Sequence[str], folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return {}
    try:
        kept = json.loads((folder / f"{fingerprint(names)}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and isinstance(kept.get("roles", {}), dict) else {}
