"""What happens to people here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kehu.web.ledger.events import Change, LedgerEvent, Reference

STREAM = "people"


@dataclass(frozen=True, kw_only=True)
class PersonAdded(LedgerEvent):
    """Somebody got an account."""

    KIND = "people.PersonAdded"
    SENTENCE = _("%(name)s was added")
    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "person", "login": "person"}
    person: Reference
    name: str
    login: str


@dataclass(frozen=True, kw_only=True)
class PersonSignedIn(LedgerEvent):
    """Somebody signed in with a password."""

    KIND = "people.PersonSignedIn"
    SENTENCE = _("Signed in")
    person: Reference


@dataclass(frozen=True, kw_only=True)
class PasswordSet(LedgerEvent):
    """Somebody chose a password."""

    KIND = "people.PasswordSet"
    SENTENCE = _("Chose a password")
    person: Reference


@dataclass(frozen=True, kw_only=True)
class RightsChanged(LedgerEvent):
    """Somebody may do more, or less, than before."""

    KIND = "people.RightsChanged"
    SENTENCE = _("Rights were changed")
    person: Reference
    is_active: Change
    is_administrator: Change
    may_unmask: Change
