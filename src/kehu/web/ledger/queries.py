"""All reads of the ledger and its jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kehu.web.ledger import chain
from kehu.web.ledger.events import KINDS, Reference
from kehu.web.ledger.models import Event, Job, Stream


def events_about(reference: Reference) -> QuerySet[Event]:
    """What happened to an object, the latest first."""
    matching = Event.objects.filter(references__kind=reference.kind, references__public_id=reference.public_id)
    return matching.distinct().order_by("-at", "-pk").prefetch_related("references", "personal_values")


def sentence(event: Event) -> str:
    """The event as a sentence for people; what was erased says so."""
    kind = KINDS.get(event.kind)
    if kind is None:
        return event.kind
    values: dict[str, Any] = dict.fromkeys(event.commitments, _("(erased)"))
    values |= event.facts | event.new
    values |= {item.role: item.public_id for item in event.references.all()}
    values |= {item.field: item.value for item in event.personal_values.all()}
    return str(kind.SENTENCE) % values


@dataclass(frozen=True)
class Flaw:
    """A place where a stream does not hold: the event's number and what is wrong."""

    stream: str
    number: int
    what: str


def flaws(stream: str) -> Iterator[Flaw]:
    """Walk a stream's chain and name every row that was changed, removed or put in between."""
    number, before = 0, chain.FIRST
    rows = Event.objects.filter(stream=stream).order_by("number").prefetch_related("references", "personal_values")
    for row in rows.iterator(chunk_size=500):
        number += 1
        if row.number != number:
            yield Flaw(stream, number, "missing")
            number = row.number
        objects = [(item.role, item.kind, item.public_id) for item in row.references.all()]
        if row.previous_hash != before or row.hash != chain.row_hash(row, objects):
            yield Flaw(stream, row.number, "changed")
        for item in row.personal_values.all():
            if chain.commitment(item.value, item.salt) != row.commitments.get(item.field):
                yield Flaw(stream, row.number, f"personal value changed: {item.field}")
        before = row.hash
    head = Stream.objects.filter(name=stream).first()
    if head is not None and (head.number, head.hash) != (number, before):
        yield Flaw(stream, head.number, "missing")


def job(public_id: str) -> Job | None:
    """One job, or nothing."""
    return Job.objects.filter(public_id=public_id).first()


def latest_job_about(reference: Reference) -> Job | None:
    """The last job started about an object."""
    about = Job.objects.filter(about_kind=reference.kind, about_id=reference.public_id)
    return about.order_by("-enqueued_at", "-pk").first()
