"""All writes to the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from kehu.web.ledger import chain
from kehu.web.ledger.events import Change, LedgerEvent, Reference
from kehu.web.ledger.models import Event, EventObject, PersonalValue, Stream

Cause = Literal["person", "rule", "timer", "customer", "system"]


@transaction.atomic
def record(
    event: LedgerEvent,
    *,
    stream: str,
    actor: Reference | None = None,
    cause: Cause = "person",
) -> Event:
    """Append an event to its stream, in the transaction of the change it tells of.

    Locks the stream's head (one case or one room, never all), so that numbers and hashes form one chain.
    """
    values = event.values()
    salts = {name: secrets.token_hex(32) for name in event.PERSONAL}
    head = _locked_head(stream)
    objects = [(name, value) for name, value in values.items() if isinstance(value, Reference)]
    row = Event(
        stream=stream,
        number=head.number + 1,
        kind=event.KIND,
        at=timezone.now(),
        cause=cause,
        actor_kind=actor.kind if actor else "",
        actor_id=actor.public_id if actor else "",
        facts=_facts(event, values),
        old={name: value.old for name, value in _changes(event, values)},
        new={name: value.new for name, value in _changes(event, values)},
        commitments={name: chain.commitment(_plain(values[name]), salt) for name, salt in salts.items()},
        previous_hash=head.hash,
    )
    row.hash = chain.row_hash(row, [(role, item.kind, item.public_id) for role, item in objects])
    row.save(force_insert=True)
    EventObject.objects.bulk_create(
        EventObject(event=row, role=role, kind=item.kind, public_id=item.public_id) for role, item in objects
    )
    PersonalValue.objects.bulk_create(_personal(row, event, values, salts))
    head.number, head.hash = row.number, row.hash
    head.save(update_fields=["number", "hash"])
    return row


@transaction.atomic
def erase_person(subject: Reference) -> int:
    """Erase the personal values of one person, with their salts; the chains stay whole. Returns how many went."""
    return PersonalValue.objects.filter(subject_kind=subject.kind, subject_id=subject.public_id).delete()[0]


def _locked_head(stream: str) -> Stream:
    Stream.objects.bulk_create([Stream(name=stream)], ignore_conflicts=True)
    return Stream.objects.select_for_update().get(name=stream)


def _plain(value: Any) -> Any:
    return {"old": value.old, "new": value.new} if isinstance(value, Change) else value


def _facts(event: LedgerEvent, values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if name not in event.PERSONAL and not isinstance(value, Reference | Change)
    }


def _changes(event: LedgerEvent, values: dict[str, Any]) -> list[tuple[str, Change]]:
    return [(name, v) for name, v in values.items() if isinstance(v, Change) and name not in event.PERSONAL]


def _personal(row: Event, event: LedgerEvent, values: dict[str, Any], salts: dict[str, str]) -> Iterable[PersonalValue]:
    for name, owner in event.PERSONAL.items():
        subject: Reference = values[owner]
        yield PersonalValue(
            event=row,
            field=name,
            subject_kind=subject.kind,
            subject_id=subject.public_id,
            value=_plain(values[name]),
            salt=salts[name],
        )
