"""What happens to imported logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kehu.web.ledger.events import Change, LedgerEvent, Reference


def stream_of(log: Reference) -> str:
    """Every log has a chain of its own."""
    return f"log:{log.public_id}"


@dataclass(frozen=True, kw_only=True)
class LogAdded(LedgerEvent):
    """A file was handed in, or a sample was begun."""

    KIND = "insight.LogAdded"
    SENTENCE = _("The log “%(name)s” was added")
    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "owner"}
    log: Reference
    owner: Reference
    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(LedgerEvent):
    """The columns got their roles and the import began."""

    KIND = "insight.ImportStarted"
    SENTENCE = _("The import began")
    log: Reference
    zone: str
    lifecycle: str


@dataclass(frozen=True, kw_only=True)
class LogImported(LedgerEvent):
    """The log can be looked at."""

    KIND = "insight.LogImported"
    SENTENCE = _("Imported: %(events)s events of %(cases)s cases, %(rejected)s rows left out")
    log: Reference
    events: int
    cases: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class ImportFailed(LedgerEvent):
    """Nothing could be read."""

    KIND = "insight.ImportFailed"
    SENTENCE = _("The import failed")
    log: Reference


@dataclass(frozen=True, kw_only=True)
class LogShared(LedgerEvent):
    """Others may see the log, or no longer."""

    KIND = "insight.LogShared"
    SENTENCE = _("Who may see the log was changed to “%(visibility)s”")
    log: Reference
    visibility: Change


@dataclass(frozen=True, kw_only=True)
class ReadingChanged(LedgerEvent):
    """The owner said in which zone business time is counted, or which step ends a case for the customer."""

    KIND = "insight.ReadingChanged"
    SENTENCE = _("Time zone and end of a case were set to “%(zone)s” and “%(end_activity)s”")
    log: Reference
    zone: Change
    end_activity: Change


@dataclass(frozen=True, kw_only=True)
class LogDeleted(LedgerEvent):
    """The log was put away; it can be brought back for a while."""

    KIND = "insight.LogDeleted"
    SENTENCE = _("The log was deleted")
    log: Reference


@dataclass(frozen=True, kw_only=True)
class LogRestored(LedgerEvent):
    """The log was brought back."""

    KIND = "insight.LogRestored"
    SENTENCE = _("The log was brought back")
    log: Reference


@dataclass(frozen=True, kw_only=True)
class LogErased(LedgerEvent):
    """The log and its files are gone for good."""

    KIND = "insight.LogErased"
    SENTENCE = _("The log was erased for good")
    log: Reference


@dataclass(frozen=True, kw_only=True)
class NamesUnmasked(LedgerEvent):
    """Somebody asked to see the names behind the pseudonyms, and said why."""

    KIND = "insight.NamesUnmasked"
    SENTENCE = _("The names behind the pseudonyms were shown for %(minutes)s minutes: %(reason)s")
    log: Reference
    person: Reference
    reason: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class NamesMasked(LedgerEvent):
    """The names were put away again."""

    KIND = "insight.NamesMasked"
    SENTENCE = _("The names were hidden again")
    log: Reference
    person: Reference
