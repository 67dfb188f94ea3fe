"""The django-tasks backend on the ledger's tables."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from kehu.web.ledger import actions, queries
from kehu.web.ledger.models import Job

_STATUS = {
    Job.Status.READY: TaskResultStatus.READY,
    Job.Status.RUNNING: TaskResultStatus.RUNNING,
    Job.Status.SUCCESSFUL: TaskResultStatus.SUCCESSFUL,
    Job.Status.FAILED: TaskResultStatus.FAILED,
    Job.Status.CANCELLED: TaskResultStatus.FAILED,
}


class LedgerBackend(BaseTaskBackend):
    """Jobs as rows: what is enqueued in a transaction is there if, and only if, the transaction is."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Write the job."""
        self.validate_task(task)
        job = actions.enqueue_job(
            path=task.module_path,
            args=list(args),
            kwargs=dict(kwargs),
            queue=task.queue_name,
            priority=task.priority,
            due_at=task.run_after,
        )
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """How a job stands. Raises TaskResultDoesNotExist."""
        job = queries.job(result_id)
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job, import_string(job.path))


def result_of(job: Job, task: Task[Any, Any]) -> TaskResult[Any]:
    """A job's row in django-tasks' words."""
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=job.public_id,
        status=_STATUS[Job.Status(job.status)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.last_attempted_at,
        args=job.args,
        kwargs=job.kwargs,
        backend="default",
        errors=[TaskError(exception_class_path=item["class"], traceback=item["traceback"]) for item in job.errors],
        worker_ids=job.workers,
    )
    object.__setattr__(result, "_return_value", job.returned)
    return result
