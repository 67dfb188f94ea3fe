"""Background work by the django-tasks interface, on our own tables.

A room's job is a function under ``@job``; its first argument is the ``JobContext``. It may run twice: whatever must
happen once stands in ``with context.once("name") as first: if first: …``. Its actions start it by
``ledger.actions.start_job`` with its dotted path.
"""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django_tasks import task
from django_tasks.base import Task

from kehu.web.ledger.jobs.context import JobCancelled, JobContext, JobInterrupted, JobLost, WorkerDied, WorkerStopping

P = ParamSpec("P")
T = TypeVar("T")


def job(function: Callable[Concatenate[JobContext, P], T]) -> Task[P, T]:
    """Make a function of a module background work: ``function.enqueue(…)`` takes what follows the context."""
    return cast("Task[P, T]", task(takes_context=True)(cast("Any", function)))


__all__ = ["JobCancelled", "JobContext", "JobInterrupted", "JobLost", "WorkerDied", "WorkerStopping", "job"]
