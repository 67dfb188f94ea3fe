"""What a running job is handed: its progress, and effects that happen once."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django_tasks import TaskContext, TaskResult

from kehu.web.ledger import actions, queries
from kehu.web.ledger.actions.running import Claim

_BETWEEN_REPORTS = 0.4
"""Seconds: a page polls about every second, more writes would tell nobody anything."""


class JobInterrupted(BaseException):
    """The job must stop here. No Exception, so that no handler of errors swallows it on its way to the worker."""


class JobCancelled(JobInterrupted):
    """Somebody cancelled it."""


class JobLost(JobInterrupted):
    """Its lease ran out and another worker has it."""


class WorkerStopping(JobInterrupted):
    """The worker was asked to stop; the job goes back to the queue."""


class WorkerDied(Exception):
    """The worker died at every attempt: the job itself may be what kills it."""


@dataclass
class Pulse:
    """What the worker's threads know of the running job."""

    stopping: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    reported_at: float = 0.0
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class JobContext(TaskContext):
    """The running job."""

    task_result: TaskResult[Any]
    claim: Claim
    pulse: Pulse

    @property
    def public_id(self) -> str:
        """The job's id."""
        return self.claim.job.public_id

    def progress(self, what: str, share: float) -> None:
        """Say what is being done and which share of the whole (0-1) is done; call it often, outside transactions.

        Raises JobInterrupted where the job must stop: it was cancelled, lost, or the worker stops.
        """
        if self.pulse.lost.is_set():
            raise JobLost
        if self.pulse.stopping.is_set():
            raise WorkerStopping
        now = time.monotonic()
        if what == self.pulse.said and now - self.pulse.reported_at < _BETWEEN_REPORTS:
            return
        self.pulse.said, self.pulse.reported_at = what, now
        if not actions.report_progress(self.claim, what=what, share=share):
            row = queries.job(self.public_id)
            raise JobCancelled if row is not None and row.cancel_requested else JobLost

    def once(self, effect: str) -> AbstractContextManager[bool]:
        """A transaction for an effect of this job: True the first time, False where it has happened already."""
        return actions.once(f"{self.public_id}:{effect}")
