"""Who may do what with a log."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from kehu.web.insight.models import ImportedLog
from kehu.web.people import rules as people_rules
from kehu.web.people.models import Person

SMALLEST_GROUP = 5
"""A figure about fewer people than this is not shown: it would be about somebody."""
UNMASKED_FOR = timedelta(minutes=15)
UNDO_FOR = timedelta(days=7)
"""How long a deleted log can be brought back."""


def may_see(person: Person | AnonymousUser, log: ImportedLog) -> bool:
    """Look at a log: its owner, or anybody signed in where the owner shares it."""
    if not isinstance(person, Person) or not person.is_active:
        return False
    return log.owner_id == person.pk or (log.visibility == ImportedLog.Visibility.EVERYONE and log.deleted_at is None)


def may_change(person: Person | AnonymousUser, log: ImportedLog) -> bool:
    """Import, share, rename or delete a log: its owner."""
    return isinstance(person, Person) and person.is_active and log.owner_id == person.pk


def may_read_server_paths(person: Person | AnonymousUser) -> bool:
    """Name a file by its path on the server: only who owns the machine, since the server reads with its own rights."""
    return bool(settings.KEHU_LOCAL) and isinstance(person, Person) and person.is_active and person.is_local


def may_unmask(person: Person | AnonymousUser, log: ImportedLog) -> bool:
    """See the names behind a log's pseudonyms; each time is written to the ledger."""
    return may_see(person, log) and people_rules.may_unmask(person)
