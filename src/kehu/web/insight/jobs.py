"""Background work on logs. Each may run twice: a store is written aside and renamed, its row is changed once."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.translation import gettext_noop as _

from kehu.analysis.errors import InputError, kept
from kehu.web.insight import actions
from kehu.web.insight.models import ImportedLog
from kehu.web.insight.queries import logs, names, reports
from kehu.web.insight.queries.reports import ReportFiles
from kehu.web.ledger.jobs import JobContext, job

if TYPE_CHECKING:
    from kehu.analysis.log.eventlog import EventLog

_log = logging.getLogger(__name__)
_TRIES = 2
_REPORT_FILES = 60
"""The sentences here are translated where they are shown: a worker does not know who will read them."""


_PHASES = {
    "read": (_("Reading the rows"), 0.02, 0.6),
    "encode": (_("Putting the events in order"), 0.6, 0.98),
}
"""The phases of an import by the analysis' own names: what to tell people, and which part of the whole they are."""


@job
def import_log(context: JobContext, log_id: str) -> None:
    """Read the file into an event store."""
    log = logs.any_log(log_id)
    if log is None or log.deleted_at is not None or not _is_latest(context, log):
        return
    try:
        context.progress(_("Reading the file"), 0.01)
        events = _read(log, context)
    except InputError as error:
        _fail(context, log, error.sentence)
    except Exception:
        if context.attempt < _TRIES:
            raise
        _log.exception("Log %s could not be imported", log_id)
        _fail(context, log, _("This file could not be read. The mistake is ours and was written to the log."))
    else:
        _finish(context, log, events)
        if events.has_start:
            explain_waits.using(priority=-10).enqueue(log_id=log_id)


@job
def explain_waits(context: JobContext, log_id: str) -> None:
    """Work the causes of every wait out and keep them in the store, so that nobody who opens the screen waits."""
    from kehu.web.insight.pages.waits import explained  # noqa: PLC0415 - a process stays small until its first analysis
    from kehu.web.insight.queries.scope import Scope  # noqa: PLC0415

    log = logs.any_log(log_id)
    if log is None or not log.is_ready:
        return
    context.progress(_("Explaining the waits"), 0.1)
    explained(Scope(log, log.owner))


@job
def make_sample(context: JobContext, log_id: str) -> None:
    """Simulate the sample company and keep its log."""
    from kehu.analysis.log.store import open_store, save_log  # noqa: PLC0415 - a process stays small until its first analysis
    from kehu.analysis.worlds import sample_log  # noqa: PLC0415
    from kehu.analysis.worlds.words import Language  # noqa: PLC0415

    log = logs.any_log(log_id)
    if log is None:
        return
    context.progress(_("Simulating the sample company"), 0.1)
    made = sample_log(language=cast("Language", log.sample_language))
    context.progress(_("Writing the log"), 0.8)
    save_log(made, log.store)
    _finish(context, log, open_store(log.store))
    with context.once("warm up") as first:
        if first and log.sample_language == "en":
            warm_up.using(priority=-10).enqueue(log_id=log_id)


@job
def make_report(context: JobContext, log_id: str, key: str, query: str, language: str) -> None:
    """Write the report of one part of a log as HTML and, where the packages for it are installed, as PDF."""
    log = logs.any_log(log_id)
    if log is None or log.deleted_at is not None or not log.is_ready:
        return
    made = reports.files_of(log, key)
    made.folder.mkdir(exist_ok=True, mode=0o700)
    try:
        _write_report(context, log, made, query, language)
    except InputError as error:
        made.path("problem").write_text(kept(error.sentence), encoding="utf-8")
    for old in sorted(made.folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[_REPORT_FILES:]:
        old.unlink(missing_ok=True)


def _write_report(context: JobContext, log: ImportedLog, made: ReportFiles, query: str, language: str) -> None:
    from kehu.analysis.log.filters import from_query, select  # noqa: PLC0415 - a process stays small until it is needed
    from kehu.analysis.reports.compose import compose  # noqa: PLC0415
    from kehu.analysis.reports.gather import gather  # noqa: PLC0415
    from kehu.analysis.reports.html import as_html  # noqa: PLC0415
    from kehu.analysis.reports.language import words_of  # noqa: PLC0415
    from kehu.analysis.reports.pdf import as_pdf  # noqa: PLC0415

    said = {"zone": log.zone, "end_activity": log.end_activity}
    events = logs.event_log(log).with_header(source=log.name, **{name: value for name, value in said.items() if value})
    words = words_of(language)
    codes = names.pseudonyms(events.resources, log.pseudonym_salt)
    aliases = {name: words("Person %(code)s", code=code) for name, code in codes.items()}
    context.progress(_("Measuring"), 0.02)
    facts = gather(
        events,
        select(events, from_query(query)),
        lambda _phase, share: context.progress(_("Measuring"), 0.02 + 0.88 * share),
        aliases=aliases,
    )
    report = compose(facts, words)
    context.progress(_("Writing the report"), 0.92)
    with suppress(InputError):  # without the packages of kehu[pdf] there is the page alone
        _put(made.path("pdf"), as_pdf(report))
    _put(made.path("html"), as_html(report).encode())


def _put(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(content)
    aside.replace(path)


@job
def warm_up(context: JobContext, log_id: str) -> None:
    """Build every screen of the sample once, after the first start.

    The kernels are compiled at their first use ever and kept on disk; so no reader waits for the compiler.
    """
    from kehu.web.insight.queries.scope import Scope  # noqa: PLC0415 - a process stays small until its first analysis
    from kehu.web.insight.views.analysis import SCREENS  # noqa: PLC0415

    log = logs.any_log(log_id)
    if log is None or not log.is_ready:
        return
    for number, screen in enumerate(SCREENS):
        context.progress(_("Getting the screens ready"), number / len(SCREENS))
        screen.build(Scope(log, log.owner))


@job
def erase_deleted(context: JobContext, log_id: str) -> None:
    """Erase a log that was deleted and not brought back, and what an erasure that was cut short left behind."""
    del context
    log = logs.any_log(log_id)
    if log is None:
        shutil.rmtree(Path(settings.KEHU_HOME) / "logs" / log_id, ignore_errors=True)
    elif logs.is_due_for_erasure(log):
        actions.erase_log(acting_person=None, log=log)


def _read(log: ImportedLog, context: JobContext) -> EventLog:
    from kehu.analysis.log.reading import import_log as read  # noqa: PLC0415
    from kehu.analysis.log.store import is_store, open_store, save_log  # noqa: PLC0415

    log.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(log.folder)
    shutil.rmtree(log.folder / "reports", ignore_errors=True)
    if is_store(log.source):
        rejects = log.source / "rejects.csv"
        save_log(open_store(log.source), log.store, rejects=rejects if rejects.exists() else None)
        return open_store(log.store)
    return read(log.source, log.store, import_options(log, progress=_told_to_people(context)))


def _told_to_people(context: JobContext) -> Callable[[str, float], None]:
    def tell(phase: str, share: float) -> None:
        what, begin, end = _PHASES.get(phase, (phase, 0.02, 0.98))
        context.progress(what, begin + (end - begin) * share)

    return tell


def import_options(log: ImportedLog, **more: Any) -> Any:
    """The stored options as the analysis takes them, filled up with what the owner said of such files before."""
    from kehu.analysis.log.staging import ImportOptions  # noqa: PLC0415

    return ImportOptions(
        **{name: value for name, value in log.options.items() if value}, remembered=log.remembered, **more
    )


def _sweep(folder: Path) -> None:
    """Remove what an import that was killed left half written."""
    for left in folder.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)


def _is_latest(context: JobContext, log: ImportedLog) -> bool:
    job = logs.import_job(log)
    return job is not None and job.public_id == context.public_id


def _fail(context: JobContext, log: ImportedLog, problem: str) -> None:
    with context.once("ended") as first:
        if first:
            actions.fail_import(log=log, problem=problem)


def _finish(context: JobContext, log: ImportedLog, events: EventLog) -> None:
    counts = {
        "events": events.events,
        "cases": events.cases,
        "activities": len(events.activities),
        "rejected": events.header.rejected,
    }
    first_at, last_at = _span(events)
    with context.once("ended") as first:
        if first:
            actions.finish_import(log=log, counts=counts, first_at=first_at, last_at=last_at)


def _span(events: EventLog) -> tuple[datetime | None, datetime | None]:
    if not events.events:
        return None, None
    return _instant(int(events.end.min())), _instant(int(events.end.max()))


def _instant(microseconds: int) -> datetime | None:
    """None where the year is beyond what a database keeps."""
    try:
        return datetime.fromtimestamp(microseconds / 1e6, UTC)
    except (OverflowError, OSError, ValueError):
        return None
