"""What the people of a log are called before a reader: stable pseudonyms, or names once unmasked."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.web.insight import rules
from kehu.web.insight.models import ImportedLog, Unmasking
from kehu.web.insight.queries import logs
from kehu.web.people.models import Person

if TYPE_CHECKING:
    from kehu.analysis.log.eventlog import EventLog


@dataclass(frozen=True)
class Names:
    """How the people of a log are called before one reader.

    ``people[code]`` is the name to show for ``EventLog.resources[code]``: a stable pseudonym, or the name where
    ``unmasked``. ``hidden_departments`` are the codes of departments with fewer people than may be judged as a group:
    leave them out of figures about people (workload, say), not out of the flow between departments.
    """

    people: tuple[str, ...]
    hidden_departments: frozenset[int]
    unmasked: bool

    def person(self, code: int) -> str:
        """The name to show for one resource; a dash for nobody."""
        return self.people[code] if code >= 0 else "—"


def names_for(person: Person | AnonymousUser, log: ImportedLog) -> Names:
    """The names this person sees in a log: pseudonyms, unless the person unmasked them a short while ago."""
    events = logs.event_log(log)
    if is_unmasked(person, log):
        return Names(events.resources, frozenset(), unmasked=True)
    codes = _codes(events.resources, log.pseudonym_salt)
    people = tuple(_("Person %(code)s") % {"code": codes[name]} for name in events.resources)
    return Names(people, _hidden(log, events), unmasked=False)


def is_unmasked(person: Person | AnonymousUser, log: ImportedLog) -> bool:
    """Whether this person sees the names of this log now."""
    if not isinstance(person, Person) or not rules.may_unmask(person, log):
        return False
    return Unmasking.objects.filter(log=log, person=person, until__gt=timezone.now()).exists()


def pseudonyms(names: Sequence[str], salt: str) -> Mapping[str, str]:
    """A short code for every name, the same in every import of the log, and of no use outside it.

    From a keyed hash, so that nobody can try names against it; longer only where two names would share a code.
    """
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        digest = b32encode(hmac.new(salt.encode(), name.encode(), hashlib.sha256).digest()).decode("ascii")
        code = next(digest[:length] for length in range(4, len(digest) + 1) if digest[:length] not in taken)
        given[name] = code
        taken.add(code)
    return given


def small_departments(events: EventLog) -> frozenset[int]:
    """The codes of departments in which fewer than ``rules.SMALLEST_GROUP`` different people worked."""
    import numpy as np  # noqa: PLC0415 - a process stays small until its first analysis

    known = (events.department >= 0) & (events.resource >= 0)
    pairs = np.unique(np.stack([events.department[known], events.resource[known]]), axis=1)
    people = np.bincount(pairs[0], minlength=len(events.departments))
    return frozenset(int(code) for code in np.flatnonzero(people < rules.SMALLEST_GROUP))


@lru_cache(maxsize=16)
def _codes(names: tuple[str, ...], salt: str) -> Mapping[str, str]:
    return pseudonyms(names, salt)


_KNOWN_HIDDEN: dict[tuple[str, int], frozenset[int]] = {}


def _hidden(log: ImportedLog, events: EventLog) -> frozenset[int]:
    """Counted once a store; the few numbers of a log may stay."""
    key = (log.public_id, logs.written_at(log))
    if key not in _KNOWN_HIDDEN:
        _KNOWN_HIDDEN[key] = small_departments(events)
    return _KNOWN_HIDDEN[key]
