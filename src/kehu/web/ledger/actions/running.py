"""The life of a job: enqueued in the transaction that caused it, claimed for a lease, finished once.

Every claim raises ``attempts``; that number is the fencing token. Whatever a worker writes about a job is conditional
on it, so that a worker which lost its lease (it hung, the machine slept) can no longer change anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from kehu.web.ledger.events import Reference
from kehu.web.ledger.models import Effect, Job

_NEVER_BACK = Q(attempts__gte=F("most_attempts"))


@dataclass(frozen=True)
class Claim:
    """A job this worker may run, and the token of the claim."""

    job: Job
    attempt: int


def start_job(
    path: str,
    *,
    about: Reference,
    started_by: Reference | None = None,
    due_at: datetime | None = None,
    **arguments: Any,
) -> str:
    """Enqueue the task at a dotted path, in the current transaction, at once or for later; the job's public id.

    By path, since a room's jobs stand above its actions. ``about`` is the object whose page shows the progress.
    """
    result = import_string(path).using(run_after=due_at).enqueue(**arguments)
    Job.objects.filter(public_id=result.id).update(
        about_kind=about.kind,
        about_id=about.public_id,
        started_by=started_by.public_id if started_by else "",
    )
    return str(result.id)


def enqueue_job(
    *, path: str, args: list[Any], kwargs: dict[str, Any], queue: str, priority: int, due_at: datetime | None
) -> Job:
    """Write the job's row; the transaction it stands in decides whether there is one."""
    now = timezone.now()
    return Job.objects.create(
        path=path, args=args, kwargs=kwargs, queue=queue, priority=priority, due_at=due_at or now, enqueued_at=now
    )


def claim_job(*, worker: str, queue: str = "default") -> Claim | None:
    """Take the next job that is due, or whose worker went silent; None where there is none.

    A conditional update decides between workers that saw the same row; the loser looks again.
    """
    while True:
        now = timezone.now()
        free = Q(status=Job.Status.READY, due_at__lte=now) | Q(status=Job.Status.RUNNING, lease_until__lt=now)
        candidates = Job.objects.filter(free, queue=queue).exclude(_NEVER_BACK).exclude(cancel_requested=True)
        job = candidates.order_by("-priority", "due_at", "pk").first()
        if job is None:
            return None
        attempt = job.attempts + 1
        taken = Job.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts).update(
            status=Job.Status.RUNNING,
            attempts=attempt,
            lease_until=now + _lease(),
            started_at=job.started_at or now,
            last_attempted_at=now,
            workers=[*job.workers, worker],
        )
        if taken:
            job.refresh_from_db()
            return Claim(job, attempt)


def give_up_dead_jobs() -> int:
    """Close what nobody will run again: jobs whose worker died too often, or died while they were being cancelled."""
    now = timezone.now()
    silent = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now)
    cancelled = silent.filter(cancel_requested=True).update(status=Job.Status.CANCELLED, finished_at=now)
    error = [{"class": "kehu.web.ledger.jobs.WorkerDied", "traceback": "The worker died at every attempt."}]
    dead = silent.filter(_NEVER_BACK).update(status=Job.Status.FAILED, finished_at=now, errors=error)
    return cancelled + dead


def extend_lease(claim: Claim) -> bool:
    """Keep the job for another lease; False where it was lost to another worker."""
    return bool(_held(claim).update(lease_until=timezone.now() + _lease()))


def report_progress(claim: Claim, *, what: str, share: float) -> bool:
    """Say what is being done and which share of it is; False where the job was lost or is to be cancelled."""
    share = min(1.0, max(0.0, share))
    held = _held(claim).filter(cancel_requested=False)
    return bool(held.update(what=what[:200], share=share, lease_until=timezone.now() + _lease()))


def finish_job(claim: Claim, *, status: str, returned: Any = None, error: dict[str, str] | None = None) -> bool:
    """Write how the job ended; False where it was lost, and another worker's word counts."""
    errors = [*claim.job.errors, error] if error else claim.job.errors
    changes: dict[str, Any] = {"status": status, "finished_at": timezone.now(), "errors": errors}
    if status == Job.Status.SUCCESSFUL:
        changes |= {"share": 1.0, "returned": returned}
    return bool(_held(claim).update(**changes))


def put_back_job(claim: Claim, *, error: dict[str, str] | None = None) -> bool:
    """Let the job be tried again: after an error in 5 s, 10 s, 20 s …, at once where the worker was asked to stop."""
    if error is None:
        workers = claim.job.workers[:-1]
        return bool(_held(claim).update(status=Job.Status.READY, attempts=claim.attempt - 1, workers=workers))
    due_at = timezone.now() + timedelta(seconds=5 * 2 ** (claim.attempt - 1))
    return bool(_held(claim).update(status=Job.Status.READY, due_at=due_at, errors=[*claim.job.errors, error]))


def cancel_job(public_id: str) -> None:
    """Stop a job: at once where it waits, at its next sign of progress where it runs."""
    waiting = Job.objects.filter(public_id=public_id, status=Job.Status.READY)
    waiting.update(status=Job.Status.CANCELLED, finished_at=timezone.now(), cancel_requested=True)
    Job.objects.filter(public_id=public_id, status=Job.Status.RUNNING).update(cancel_requested=True)


def cancel_jobs_about(about: Reference) -> None:
    """Stop every job about an object that is not over."""
    for public_id in Job.objects.filter(
        about_kind=about.kind, about_id=about.public_id, status__in=[Job.Status.READY, Job.Status.RUNNING]
    ).values_list("public_id", flat=True):
        cancel_job(public_id)


@contextmanager
def once(key: str) -> Iterator[bool]:
    """A transaction whose effect happens once, however often the job runs: True the first time, then False.

    The key is written with the effect, so both are there or neither. Two workers at once: the second waits for the
    first at the unique key and then sees that it was done.
    """
    with transaction.atomic():
        yield Effect.objects.get_or_create(key=key)[1]


def _held(claim: Claim) -> Any:
    return Job.objects.filter(pk=claim.job.pk, attempts=claim.attempt, status=Job.Status.RUNNING)


def _lease() -> timedelta:
    return timedelta(seconds=settings.KEHU_JOB_LEASE_SECONDS)
