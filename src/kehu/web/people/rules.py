"""Who may do what to people."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser

from kehu.web.people.models import Person

SIGN_IN_WINDOW = timedelta(minutes=15)
MOST_FAILURES_HERE, MOST_FAILURES_OF_ADDRESS, MOST_FAILURES_OF_NAME = 5, 30, 50
"""Wrong passwords in the window: for one name from one address, from one address, for one name from anywhere."""


def may_manage_people(person: Person | AnonymousUser) -> bool:
    """Add people and change their rights: administrators."""
    return isinstance(person, Person) and person.is_active and person.is_administrator


def may_unmask(person: Person | AnonymousUser) -> bool:
    """See the names behind pseudonyms, which is written to the ledger each time."""
    return isinstance(person, Person) and person.is_active and person.may_unmask
