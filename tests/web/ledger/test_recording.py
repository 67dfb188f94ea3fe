from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from kehu.web.ledger import actions, queries
from kehu.web.ledger.events import Change, LedgerEvent, Reference
from kehu.web.ledger.models import Event, PersonalValue, Stream

pytestmark = pytest.mark.django_db
DOOR, ANNA = Reference("door", "d1"), Reference("person", "p1")


@dataclass(frozen=True, kw_only=True)
class DoorPainted(LedgerEvent):
    KIND = "test.DoorPainted"
    SENTENCE = _("%(painter_name)s painted the door %(colour)s")
    PERSONAL: ClassVar[Mapping[str, str]] = {"painter_name": "painter"}
    door: Reference
    painter: Reference
    painter_name: str
    colour: Change


def paint(old="red", new="blue"):
    event = DoorPainted(door=DOOR, painter=ANNA, painter_name="Anna", colour=Change(old, new))
    return actions.record(event, stream="doors", actor=ANNA)


def test_an_event_says_who_what_and_from_what_to_what():
    row = paint()
    assert (row.actor_id, row.old, row.new) == ("p1", {"colour": "red"}, {"colour": "blue"})
    assert queries.sentence(Event.objects.get()) == "Anna painted the door blue"
    assert [event.pk for event in queries.events_about(DOOR)] == [row.pk]


def test_a_stream_is_numbered_without_gaps_and_holds():
    numbers = [paint().number for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert list(queries.flaws("doors")) == []


def test_no_row_can_be_changed():
    """Not even by SQL: a trigger refuses."""
    paint()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(kind="other")


def test_a_changed_row_is_named():
    """Whoever gets past the trigger breaks the chain at that row."""
    paint()
    forged = Event.objects.create(stream="doors", number=2, kind="x", at=Event.objects.get().at, hash="f" * 64)
    assert (forged.number, "changed") in {(flaw.number, flaw.what) for flaw in queries.flaws("doors")}


def test_a_cut_off_end_is_named():
    """The head of the stream knows how far it went."""
    paint()
    Stream.objects.filter(name="doors").update(number=2)
    assert [flaw.what for flaw in queries.flaws("doors")] == ["missing"]


def test_a_person_can_be_erased_and_the_chain_still_holds():
    """Value and salt go; what stays is a commitment nobody can try names against."""
    paint()
    assert "Anna" not in str(Event.objects.values().get())
    assert actions.erase_person(ANNA) == 1
    assert not PersonalValue.objects.exists()
    assert list(queries.flaws("doors")) == []
    assert queries.sentence(Event.objects.get()) == "(erased) painted the door blue"


def test_an_event_is_there_only_if_its_change_is():
    def fail_after_painting():
        with transaction.atomic():
            paint()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_painting()
    assert not Event.objects.exists()
