"""All writes to people."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kehu.web.ledger.actions import record
from kehu.web.ledger.events import Change
from kehu.web.people import events, rules
from kehu.web.people.models import FailedSignIn, Person

_RIGHTS = ("is_active", "is_administrator", "may_unmask")


@transaction.atomic
def make_local_owner(*, name: str = "Owner") -> Person:
    """Make, once, the owner of a local single-user installation; the same one is returned ever after."""
    person, made = Person.objects.get_or_create(
        is_local=True,
        defaults={
            "login": "owner",
            "name": name,
            "password": make_password(None),
            "is_administrator": True,
            "may_unmask": True,
        },
    )
    if made:
        added = events.PersonAdded(person=person.reference, name=person.name, login=person.login)
        record(added, stream=events.STREAM, cause="system")
    return person


@transaction.atomic
def create_first_owner(*, login: str, name: str, password: str) -> Person:
    """Make the first administrator of a production server of a production server; refused once anyone is there."""
    if Person.objects.exists():
        raise PermissionDenied
    return _add(login=login, name=name, password=password, is_administrator=True, may_unmask=True)


@transaction.atomic
def add_person(*, acting_person: Person, login: str, name: str, password: str) -> Person:
    """Give somebody an account."""
    if not rules.may_manage_people(acting_person):
        raise PermissionDenied
    return _add(login=login, name=name, password=password, acting_person=acting_person)


@transaction.atomic
def choose_password(*, acting_person: Person, login: str, name: str, password: str) -> Person:
    """Choose one's own sign-in name and password. For the local owner this ends the sign-in without one."""
    person = Person.objects.select_for_update().get(pk=acting_person.pk)
    person.login, person.name = login.strip().casefold(), name
    person.set_password(password)
    person.save(update_fields=["login", "name", "password"])
    record(events.PasswordSet(person=person.reference), stream=events.STREAM, actor=person.reference)
    return person


@transaction.atomic
def change_rights(
    *, acting_person: Person, person: Person, is_active: bool, is_administrator: bool, may_unmask: bool
) -> None:
    """Say what somebody may do. Nobody takes their own administration away, so that one administrator remains."""
    if not rules.may_manage_people(acting_person) or (acting_person.pk == person.pk and not is_administrator):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    old = {name: getattr(person, name) for name in _RIGHTS}
    person.is_active, person.is_administrator, person.may_unmask = is_active, is_administrator, may_unmask
    person.save(update_fields=list(_RIGHTS))
    changes = {name: Change(old[name], getattr(person, name)) for name in _RIGHTS}
    event = events.RightsChanged(person=person.reference, **changes)
    record(event, stream=events.STREAM, actor=acting_person.reference)


@transaction.atomic
def note_sign_in(*, person: Person) -> None:
    """Write down that somebody signed in."""
    record(events.PersonSignedIn(person=person.reference), stream=events.STREAM, actor=person.reference)


@transaction.atomic
def note_failed_sign_in(*, who: str, where: str) -> None:
    """Count a wrong password; what is older than the window is forgotten."""
    now = timezone.now()
    FailedSignIn.objects.filter(at__lt=now - rules.SIGN_IN_WINDOW).delete()
    FailedSignIn.objects.create(who=who, where=where, at=now)


def _add(
    *,
    login: str,
    name: str,
    password: str,
    is_administrator: bool = False,
    may_unmask: bool = False,
    acting_person: Person | None = None,
) -> Person:
    person = Person(login=login.strip().casefold(), name=name, is_administrator=is_administrator, may_unmask=may_unmask)
    person.set_password(password)
    person.save(force_insert=True)
    record(
        events.PersonAdded(person=person.reference, name=name, login=person.login),
        stream=events.STREAM,
        actor=acting_person.reference if acting_person else None,
        cause="person" if acting_person else "system",
    )
    return person
