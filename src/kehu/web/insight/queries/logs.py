"""All reads of imported logs: which there are, who sees them, what they hold."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.analysis.errors import as_sentence
from kehu.web.insight import rules
from kehu.web.insight.models import ImportedLog
from kehu.web.ledger import queries as ledger_queries
from kehu.web.people.models import Person

if TYPE_CHECKING:
    from kehu.analysis.log.eventlog import EventLog
    from kehu.web.ledger.models import Job


def visible_to(person: Person | AnonymousUser) -> QuerySet[ImportedLog]:
    """The logs this person may see. Every screen starts here; ``rules.may_see`` says the same of one log."""
    if not isinstance(person, Person) or not person.is_active:
        return ImportedLog.objects.none()
    shared = Q(owner=person) | Q(visibility=ImportedLog.Visibility.EVERYONE)
    return ImportedLog.objects.filter(shared, deleted_at=None).order_by("-created_at", "-pk")


def deleted_of(person: Person) -> QuerySet[ImportedLog]:
    """This person's deleted logs that can still be brought back."""
    since = timezone.now() - rules.UNDO_FOR
    return ImportedLog.objects.filter(owner=person, deleted_at__gt=since).order_by("-deleted_at")


def visible_log(person: Person | AnonymousUser, public_id: str) -> ImportedLog | None:
    """One log, or nothing where there is none or it is not for this person's eyes."""
    return visible_to(person).filter(public_id=public_id).select_related("owner").first()


def own_log(person: Person | AnonymousUser, public_id: str) -> ImportedLog | None:
    """One log of this person's own, deleted or not."""
    if not isinstance(person, Person) or not person.is_active:
        return None
    return ImportedLog.objects.filter(owner=person, public_id=public_id).select_related("owner").first()


def any_log(public_id: str) -> ImportedLog | None:
    """One log whatever the rights; for jobs."""
    return ImportedLog.objects.filter(public_id=public_id).select_related("owner").first()


def nothing_there_yet() -> bool:
    """Whether no log was ever made here, so that the samples are due."""
    return not ImportedLog.objects.exists()


def listed_for(person: Person | AnonymousUser, language: str) -> QuerySet[ImportedLog]:
    """The logs of the list: all visible ones, of the samples only that in the reader's language."""
    return visible_to(person).filter(Q(sample_language="") | Q(sample_language=sample_language(language)))


def log_to_begin_with(person: Person | AnonymousUser, language: str) -> ImportedLog | None:
    """What the first page shows: one's newest log that is ready, else the sample in one's language."""
    logs = listed_for(person, language)
    own = logs.filter(sample_language="", state=ImportedLog.State.READY).first()
    return own or logs.exclude(sample_language="").first()


def sample_language(language: str) -> str:
    """The sample company speaks zh, ru and en."""
    return language[:2] if language[:2] in {"zh", "ru"} else "en"


def import_job(log: ImportedLog) -> Job | None:
    """The job that imports the log, or did last."""
    return ledger_queries.latest_job_about(log.reference)


def event_log(log: ImportedLog) -> EventLog:
    """The log's events, memory-mapped; the last few stay open. Raises InputError where the store cannot be read."""
    return _opened(log.store, written_at(log))


def written_at(log: ImportedLog) -> int:
    """What tells a store from the one written later in its place: the time of its header, in nanoseconds."""
    header = log.store / "header.json"
    return header.stat().st_mtime_ns if header.is_file() else 0


@lru_cache(maxsize=8)
def _opened(store: Path, _written: int) -> EventLog:
    from kehu.analysis.log.store import open_store  # noqa: PLC0415 - a process stays small until its first analysis

    return open_store(store)


def is_due_for_erasure(log: ImportedLog) -> bool:
    """Whether a deleted log's time to be brought back is over."""
    return log.deleted_at is not None and log.deleted_at <= timezone.now() - rules.UNDO_FOR


def is_importing(log: ImportedLog) -> bool:
    """Whether an import is under way; one whose job came to nothing is not."""
    job = import_job(log)
    return log.state == ImportedLog.State.IMPORTING and job is not None and not job.is_over


def problem_of(log: ImportedLog, job: Job | None) -> str:
    """Why there is nothing to look at: the import's own sentence, or that its job came to nothing; else empty."""
    if log.state == ImportedLog.State.FAILED:
        return as_sentence(log.problem)
    if job is None or (job.is_over and job.status != "SUCCESSFUL"):
        return _("The import was interrupted again and again. Try it once more, or with a smaller file.")
    return ""
