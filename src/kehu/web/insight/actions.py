"""All writes to imported logs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from kehu.analysis.errors import kept
from kehu.web.insight import events, rules
from kehu.web.insight.models import ImportedLog, Unmasking
from kehu.web.insight.queries import logs, reports
from kehu.web.insight.queries.reports import ReportFiles
from kehu.web.ledger import actions as ledger
from kehu.web.ledger.events import Change, LedgerEvent
from kehu.web.people.models import Person

_JOBS = "kehu.web.insight.jobs"
_SAMPLE_NAMES = {"en": "Sample company", "zh": "示例公司", "ru": "Компания-пример"}
_UNPRINTABLE = dict.fromkeys(range(32), "_") | {ord(sign): "_" for sign in '/\\:*?"<>|\x7f'}


@transaction.atomic
def add_upload(*, acting_person: Person, upload: UploadedFile[Any]) -> ImportedLog:
    """Keep an uploaded file in a folder of its own, to be given roles next."""
    name = plain_file_name(upload.name or "")
    log = ImportedLog(owner=acting_person, name=Path(name).stem[:150] or name, file_name=name, size=upload.size or 0)
    log.source.parent.mkdir(parents=True, mode=0o700)
    try:
        _keep(upload, log.source)
        log.save(force_insert=True)
        _record(log, _added(log), acting_person)
    except BaseException:
        shutil.rmtree(log.folder, ignore_errors=True)
        raise
    return log


@transaction.atomic
def add_server_path(*, acting_person: Person, path: Path) -> ImportedLog:
    """Take a file, or an event store, where it lies on the server."""
    if not rules.may_read_server_paths(acting_person):
        raise PermissionDenied
    size = path.stat().st_size if path.is_file() else 0
    log = ImportedLog.objects.create(
        owner=acting_person, name=path.stem[:150], file_name=path.name[:150], source_path=str(path), size=size
    )
    _record(log, _added(log), acting_person)
    return log


@transaction.atomic
def add_samples(*, owner: Person) -> list[ImportedLog]:
    """Make the sample company's logs, one in each language, in the background; first in the machine's own."""
    made = []
    for language, name in sorted(_SAMPLE_NAMES.items(), key=lambda item: item[0] != _machine_language()):
        log = ImportedLog.objects.create(
            owner=owner,
            name=name,
            sample_language=language,
            visibility=ImportedLog.Visibility.EVERYONE,
            state=ImportedLog.State.IMPORTING,
        )
        _record(log, _added(log), None)
        ledger.start_job(f"{_JOBS}.make_sample", about=log.reference, log_id=log.public_id)
        made.append(log)
    return made


@transaction.atomic
def start_import(
    *, acting_person: Person, log: ImportedLog, name: str, options: dict[str, Any], columns: Sequence[str] = ()
) -> ImportedLog:
    """Give the columns their roles and import in the background; a log that is being imported is left alone.

    The roles are remembered for the owner's next file with the same ``columns``.
    """
    log = _own(acting_person, log)
    if logs.is_importing(log) or log.is_sample:
        return log
    if columns:
        _remember(log, columns, options)
    log.name, log.options, log.problem = name[:150], options, ""
    log.state = ImportedLog.State.IMPORTING
    log.save(update_fields=["name", "options", "problem", "state"])
    started = events.ImportStarted(
        log=log.reference, zone=options.get("zone") or "", lifecycle=options.get("lifecycle") or ""
    )
    _record(log, started, acting_person)
    ledger.start_job(
        f"{_JOBS}.import_log", about=log.reference, started_by=acting_person.reference, log_id=log.public_id
    )
    return log


@transaction.atomic
def finish_import(
    *, log: ImportedLog, counts: dict[str, int], first_at: datetime | None, last_at: datetime | None
) -> None:
    """The store is written: the log can be looked at."""
    log.state, log.imported_at, log.problem = ImportedLog.State.READY, timezone.now(), ""
    log.events, log.cases = counts["events"], counts["cases"]
    log.activities, log.rejected = counts["activities"], counts["rejected"]
    log.first_at, log.last_at = first_at, last_at
    changed = ["state", "imported_at", "problem", "events", "cases", "activities", "rejected", "first_at", "last_at"]
    log.save(update_fields=changed)
    imported = events.LogImported(log=log.reference, events=log.events, cases=log.cases, rejected=log.rejected)
    ledger.record(imported, stream=events.stream_of(log.reference), cause="system")


@transaction.atomic
def fail_import(*, log: ImportedLog, problem: str) -> None:
    """Nothing could be read; ``problem`` is one sentence for the owner, kept with its parts."""
    log.state, log.problem = ImportedLog.State.FAILED, kept(problem)
    log.save(update_fields=["state", "problem"])
    ledger.record(events.ImportFailed(log=log.reference), stream=events.stream_of(log.reference), cause="system")


@transaction.atomic
def cancel_import(*, acting_person: Person, log: ImportedLog) -> None:
    """Stop an import; the file stays and can be imported again."""
    log = _own(acting_person, log)
    ledger.cancel_jobs_about(log.reference)
    if log.state == ImportedLog.State.IMPORTING and not log.is_sample:
        log.state = ImportedLog.State.UPLOADED
        log.save(update_fields=["state"])


@transaction.atomic
def change_log(*, acting_person: Person, log: ImportedLog, name: str, visibility: str) -> None:
    """Rename a log and say who may see it."""
    log = _own(acting_person, log)
    before = log.visibility
    log.name, log.visibility = name[:150], visibility
    log.save(update_fields=["name", "visibility"])
    if before != visibility:
        _record(log, events.LogShared(log=log.reference, visibility=Change(before, visibility)), acting_person)


@transaction.atomic
def change_reading(*, acting_person: Person, log: ImportedLog, zone: str, end_activity: str) -> None:
    """Say in which zone business time is counted and which step ends a case for the customer; empty: as it was read."""
    log = _own(acting_person, log)
    if (log.zone, log.end_activity) == (zone, end_activity):
        return
    changed = events.ReadingChanged(
        log=log.reference, zone=Change(log.zone, zone), end_activity=Change(log.end_activity, end_activity)
    )
    log.zone, log.end_activity = zone, end_activity
    log.save(update_fields=["zone", "end_activity"])
    _record(log, changed, acting_person)


@transaction.atomic
def start_report(*, acting_person: Person, log: ImportedLog, report: ReportFiles, query: str, language: str) -> None:
    """Make a report in the background, unless it is there or being made; people stand in it under pseudonyms."""
    if not rules.may_see(acting_person, log):
        raise PermissionDenied
    job = reports.job_of(report)
    if report.kinds or (job is not None and not job.is_over):
        return
    report.path("problem").unlink(missing_ok=True)
    ledger.start_job(
        f"{_JOBS}.make_report",
        about=report.reference,
        started_by=acting_person.reference,
        log_id=log.public_id,
        key=report.key,
        query=query,
        language=language,
    )


@transaction.atomic
def delete_log(*, acting_person: Person, log: ImportedLog) -> None:
    """Put a log away; after a week its files go."""
    log = _own(acting_person, log)
    if log.deleted_at is not None:
        return
    log.deleted_at = timezone.now()
    log.save(update_fields=["deleted_at"])
    ledger.cancel_jobs_about(log.reference)
    _record(log, events.LogDeleted(log=log.reference), acting_person)
    ledger.start_job(
        f"{_JOBS}.erase_deleted",
        about=log.reference,
        due_at=log.deleted_at + rules.UNDO_FOR,
        log_id=log.public_id,
    )


def discard_unreadable(*, acting_person: Person, log: ImportedLog) -> None:
    """Throw away a file that turned out, at once, to be no log."""
    with transaction.atomic():
        log = _own(acting_person, log)
        if log.state != ImportedLog.State.UPLOADED:
            raise PermissionDenied
        log.deleted_at = timezone.now()
        log.save(update_fields=["deleted_at"])
    erase_log(acting_person=acting_person, log=log)


@transaction.atomic
def restore_log(*, acting_person: Person, log: ImportedLog) -> None:
    """Bring a deleted log back."""
    log = _own(acting_person, log)
    if log.deleted_at is not None:
        log.deleted_at = None
        if log.state == ImportedLog.State.IMPORTING and not log.is_sample:
            log.state = ImportedLog.State.UPLOADED
        log.save(update_fields=["deleted_at", "state"])
        ledger.cancel_jobs_about(log.reference)
        _record(log, events.LogRestored(log=log.reference), acting_person)


def erase_log(*, acting_person: Person | None, log: ImportedLog) -> None:
    """Erase a deleted log for good: the row first, then the files, so that no row points at files that are gone."""
    with transaction.atomic():
        if acting_person is not None:
            log = _own(acting_person, log)
        if log.deleted_at is None:
            raise PermissionDenied
        _record(log, events.LogErased(log=log.reference), acting_person)
        folder = log.folder
        log.delete()
    shutil.rmtree(folder, ignore_errors=True)


@transaction.atomic
def unmask(*, acting_person: Person, log: ImportedLog, reason: str) -> None:
    """Show this person the names of a log for a quarter of an hour; the reason goes to the ledger."""
    if not rules.may_unmask(acting_person, log) or not reason.strip():
        raise PermissionDenied
    until = timezone.now() + rules.UNMASKED_FOR
    Unmasking.objects.update_or_create(log=log, person=acting_person, defaults={"until": until})
    minutes = int(rules.UNMASKED_FOR.total_seconds() // 60)
    event = events.NamesUnmasked(
        log=log.reference, person=acting_person.reference, reason=reason.strip()[:300], minutes=minutes
    )
    _record(log, event, acting_person)


@transaction.atomic
def mask(*, acting_person: Person, log: ImportedLog) -> None:
    """Hide the names again."""
    if Unmasking.objects.filter(log=log, person=acting_person).delete()[0]:
        _record(log, events.NamesMasked(log=log.reference, person=acting_person.reference), acting_person)


def _machine_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return spoken[:2] if spoken[:2] in _SAMPLE_NAMES else "en"


def plain_file_name(name: str) -> str:
    """A file's name as it can stand in a folder: no path, no signs a file system or a shell reads."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].translate(_UNPRINTABLE).strip(" .")
    while len(last.encode()) > 140:
        stem, dot, suffix = last.rpartition(".")
        last = (stem or suffix)[:-1] + (dot + suffix if stem else "")
    return last or "upload"


def _remember(log: ImportedLog, columns: Sequence[str], options: dict[str, Any]) -> None:
    from kehu.analysis.log.remembered import remember  # noqa: PLC0415 - a process stays small until it is needed
    from kehu.analysis.log.staging import ImportOptions  # noqa: PLC0415

    chosen = {name: value for name, value in options.items() if value}
    remember(columns, ImportOptions(**chosen, remembered=log.remembered))


def _keep(upload: UploadedFile[Any], target: Path) -> None:
    """Move the file where it was streamed to; copy where it lies elsewhere."""
    at = getattr(upload, "temporary_file_path", None)
    if at is not None:
        shutil.move(at(), target)
    else:
        with target.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
    target.chmod(0o600)


def _own(person: Person, log: ImportedLog) -> ImportedLog:
    """The row, locked, of a log this person may change."""
    log = ImportedLog.objects.select_for_update().get(pk=log.pk)
    if not rules.may_change(person, log):
        raise PermissionDenied
    return log


def _added(log: ImportedLog) -> events.LogAdded:
    return events.LogAdded(log=log.reference, owner=log.owner.reference, name=log.name, size=log.size)


def _record(log: ImportedLog, event: LedgerEvent, person: Person | None) -> None:
    ledger.record(
        event,
        stream=events.stream_of(log.reference),
        actor=person.reference if person else None,
        cause="person" if person else "system",
    )
