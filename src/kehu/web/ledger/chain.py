"""The arithmetic of the ledger's chains: what is hashed, and how a personal value is committed to."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from kehu.web.ledger.models import Event

FIRST = "0" * 64
"""The hash before the first event of a stream."""

_HASHED = (
    "stream", "number", "kind", "cause", "actor_kind", "actor_id", "case", "step", "lifecycle", "process_version",
    "facts", "old", "new", "commitments", "previous_hash",
)  # fmt: skip


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def row_hash(event: Event, objects: list[tuple[str, str, str]]) -> str:
    """SHA-256 over everything the row says, its objects (role, kind, id) and the hash before it."""
    said = {name: getattr(event, name) for name in _HASHED}
    said["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said["objects"] = sorted(objects)
    return hashlib.sha256(canonical(said)).hexdigest()


def commitment(value: Any, salt: str) -> str:
    """HMAC-SHA-256 of a value under its salt: without the salt nobody can try out names against it."""
    return hmac.new(bytes.fromhex(salt), canonical(value), hashlib.sha256).hexdigest()
