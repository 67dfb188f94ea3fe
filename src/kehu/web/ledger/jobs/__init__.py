"""Background work by the django-tasks interface, on our own tables.

A room's job is a function under ``task``; its first argument is the ``JobContext``. It may run twice: whatever must
happen once stands in ``with context.once("name") as first: if first: …``.
"""

from django_tasks import task

from kehu.web.ledger.jobs.context import JobCancelled, JobContext, JobInterrupted, JobLost, WorkerDied, WorkerStopping

__all__ = ["JobCancelled", "JobContext", "JobInterrupted", "JobLost", "WorkerDied", "WorkerStopping", "task"]
