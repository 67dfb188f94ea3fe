"""The worker: claims one job after another, keeps its lease alive, writes how it ended."""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils.module_loading import import_string
from django_tasks.utils import get_module_path, normalize_json

from kehu.web.ledger import actions
from kehu.web.ledger.actions.running import Claim
from kehu.web.ledger.jobs.backend import result_of
from kehu.web.ledger.jobs.context import JobCancelled, JobContext, JobInterrupted, Pulse, WorkerStopping
from kehu.web.ledger.models import Job

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 0.5
_SWEEP_SECONDS = 10


class Worker:
    """Runs jobs until ``stop`` is called. Several may run, on several machines."""

    def __init__(self, *, alive: Callable[[], bool] = lambda: True) -> None:
        self.name = f"{platform.node()[:40]}:{os.getpid()}"
        self.stopping = threading.Event()
        self.alive = alive
        self._swept_at = float("-inf")

    def stop(self) -> None:
        """Ask to stop: the running job goes back to the queue at its next sign of progress."""
        self.stopping.set()

    def run(self) -> None:
        """Work until asked to stop, or until what started this worker is gone."""
        while not self.stopping.is_set() and self.alive():
            close_old_connections()
            try:
                busy = self.run_one()
            except DatabaseError:
                _log.exception("The database did not answer; trying again")
                connections.close_all()
                busy = False
            if not busy:
                self.stopping.wait(_IDLE_SECONDS)

    def run_one(self) -> bool:
        """Run the next job; False where there was none."""
        claim = actions.claim_job(worker=self.name)
        if claim is None:
            self._sweep()
            return False
        pulse = Pulse(stopping=self.stopping)
        with _heartbeat(claim, pulse):
            _run(claim, pulse)
        return True

    def _sweep(self) -> None:
        """Close dead jobs, now and then: it writes, and an idle worker should not stand in the way of others."""
        if time.monotonic() - self._swept_at > _SWEEP_SECONDS:
            actions.give_up_dead_jobs()
            self._swept_at = time.monotonic()


def _run(claim: Claim, pulse: Pulse) -> None:
    try:
        task = import_string(claim.job.path)
        context = JobContext(task_result=result_of(claim.job, task), claim=claim, pulse=pulse)
        arguments = [context, *claim.job.args] if task.takes_context else claim.job.args
        returned = normalize_json(task.call(*arguments, **claim.job.kwargs))
    except WorkerStopping:
        actions.put_back_job(claim)
    except JobCancelled as interrupted:
        actions.finish_job(claim, status=Job.Status.CANCELLED, error=_described(interrupted))
    except JobInterrupted:
        _log.warning("Job %s was lost to another worker", claim.job.public_id)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is written to its row
        _log.exception("Job %s (%s) failed at attempt %d", claim.job.public_id, claim.job.path, claim.attempt)
        _failed(claim, error)
    else:
        actions.finish_job(claim, status=Job.Status.SUCCESSFUL, returned=returned)


def _failed(claim: Claim, error: Exception) -> None:
    if claim.attempt < claim.job.most_attempts:
        actions.put_back_job(claim, error=_described(error))
    else:
        actions.finish_job(claim, status=Job.Status.FAILED, error=_described(error))


def _described(error: BaseException) -> dict[str, str]:
    return {"class": get_module_path(type(error)), "traceback": "".join(traceback.format_exception(error))[-8000:]}


@contextmanager
def _heartbeat(claim: Claim, pulse: Pulse) -> Iterator[None]:
    """Keep the lease alive from a thread of its own, since a job may be silent in one long computation."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(settings.KEHU_JOB_LEASE_SECONDS / 3):
            try:
                if not actions.extend_lease(claim):
                    pulse.lost.set()
                    break
            except DatabaseError:
                _log.exception("A heartbeat did not get through")
        connections.close_all()

    thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
