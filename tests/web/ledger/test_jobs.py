from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus

from kehu.web.ledger import actions, queries
from kehu.web.ledger.jobs import JobContext, JobInterrupted, job
from kehu.web.ledger.jobs.worker import Worker
from kehu.web.ledger.models import Effect, Job

pytestmark = pytest.mark.django_db


@job
def add(context: JobContext, left: int, right: int) -> int:
    context.progress("Adding", 0.5)
    return left + right


@job
def fail(context: JobContext) -> None:
    raise ValueError("no luck")


@job
def be_cancelled(context: JobContext) -> None:
    actions.cancel_job(context.public_id)
    context.progress("Going on", 0.5)


@job
def lose_lease(context: JobContext) -> None:
    """Another worker takes the job while this one hangs."""
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.claim_job(worker="other") is not None
    with pytest.raises(JobInterrupted):
        context.progress("Still here", 0.5)


def test_a_job_runs_and_returns_by_the_django_tasks_interface():
    result = add.enqueue(left=2, right=3)
    assert result.status == TaskResultStatus.READY
    assert Worker().run_one()
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 5, 1)
    assert queries.job(result.id).share == 1


def test_a_job_is_enqueued_only_if_its_cause_happened():
    def change_mind():
        with transaction.atomic():
            add.enqueue(left=1, right=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_mind()
    assert not Worker().run_one()


def test_a_failure_is_tried_again_later_and_at_last_given_up():
    result = fail.enqueue()
    for attempt in range(1, 6):
        assert Worker().run_one(), attempt
        assert not Worker().run_one(), "not before its time"
        Job.objects.update(due_at=timezone.now())
    result.refresh()
    assert (result.status, result.attempts, len(result.errors)) == (TaskResultStatus.FAILED, 5, 5)
    assert "no luck" in result.errors[0].traceback


def test_a_silent_workers_job_is_taken_over():
    add.enqueue(left=1, right=1)
    silent = actions.claim_job(worker="silent")
    assert actions.claim_job(worker="other") is None, "its lease still runs"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    other = actions.claim_job(worker="other")
    assert (other.job.pk, other.attempt) == (silent.job.pk, 2)
    assert not actions.extend_lease(silent), "who lost its lease can change nothing any more"
    assert not actions.finish_job(silent, status=Job.Status.SUCCESSFUL)
    assert actions.extend_lease(other)


def test_who_lost_the_lease_stops():
    lose_lease.enqueue()
    Worker().run_one()
    assert Job.objects.get().status == Job.Status.RUNNING, "the other worker has it"


def test_a_job_that_kills_every_worker_is_given_up():
    """Else it would kill workers for ever."""
    add.enqueue(left=1, right=1)
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.update(status=Job.Status.RUNNING, attempts=5, lease_until=past)
    assert not Worker().run_one()
    assert Job.objects.get().status == Job.Status.FAILED


def test_a_cancelled_job_stops_at_its_next_sign_of_progress():
    be_cancelled.enqueue()
    Worker().run_one()
    assert Job.objects.get().status == Job.Status.CANCELLED


def test_an_effect_happens_once():
    happened = []
    for _ in range(2):
        with actions.once("ring") as first:
            if first:
                happened.append(1)
    assert happened == [1]


def test_an_effect_that_failed_may_happen_again():
    """Mark and effect are in one transaction: both or neither."""

    def ring_and_break():
        with actions.once("ring"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ring_and_break()
    assert not Effect.objects.exists()
