"""People under numbers: the same person has the same number throughout a report, and it says nothing of them."""

from __future__ import annotations

from hashlib import blake2b

from kehu.analysis.log import EventLog
from kehu.analysis.reports.language import Words


def pseudonyms(log: EventLog, t: Words) -> dict[str, str]:
    """Name → «Person 7». The order is that of a hash salted with the log's own case ids, not of names or of work."""
    salt = blake2b(str(log.case_ids[0]).encode(), digest_size=16).digest()
    order = sorted(log.resources, key=lambda name: blake2b(name.encode(), key=salt, digest_size=8).digest())
    firm = "\u00a0"
    return {name: t("Person %(number)s", number=i + 1).replace(" ", firm) for i, name in enumerate(order)}
