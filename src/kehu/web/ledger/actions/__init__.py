"""All writes to the ledger and to its jobs."""

from kehu.web.ledger.actions.recording import Cause, erase_person, record
from kehu.web.ledger.actions.running import (
    cancel_job,
    cancel_jobs_about,
    claim_job,
    enqueue_job,
    extend_lease,
    finish_job,
    give_up_dead_jobs,
    once,
    put_back_job,
    report_progress,
    start_job,
)

__all__ = [
    "Cause",
    "cancel_job",
    "cancel_jobs_about",
    "claim_job",
    "enqueue_job",
    "erase_person",
    "extend_lease",
    "finish_job",
    "give_up_dead_jobs",
    "once",
    "put_back_job",
    "record",
    "report_progress",
    "start_job",
]
