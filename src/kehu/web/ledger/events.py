"""What an event is: a frozen dataclass in the past tense, with its sentence for people and its personal fields."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS: dict[str, type[LedgerEvent]] = {}
"""Every kind of event by its name, filled as the rooms declare theirs."""


def new_public_id() -> str:
    """An id that can stand in an address: 26 letters and digits, 130 bits nobody can guess."""
    return base64.b32encode(secrets.token_bytes(17)).decode("ascii")[:26].lower()


@dataclass(frozen=True)
class Reference:
    """An object an event is about: its kind (``person``, ``log``) and public id. Never a foreign key."""

    kind: str
    public_id: str


@dataclass(frozen=True)
class Change:
    """A value before and after."""

    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class LedgerEvent:
    """Base of all events.

    Fields holding a ``Reference`` say what it is about, fields holding a ``Change`` what became of a value, the others
    are facts; all must be JSON. ``SENTENCE`` has named placeholders for the fields. ``PERSONAL`` maps a field whose
    value is personal to the field naming the person it belongs to: such a value is kept beside the row and can be
    erased; the row keeps a commitment only.
    """

    KIND: ClassVar[str]
    SENTENCE: ClassVar[_StrPromise]
    PERSONAL: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if KINDS.setdefault(cls.KIND, cls).__qualname__ != cls.__qualname__:
            raise TypeError(f"two events are called {cls.KIND}")

    def values(self) -> dict[str, Any]:
        """The fields by name, in the order declared."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
