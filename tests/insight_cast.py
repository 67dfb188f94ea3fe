"""What tests of imported logs share."""

from __future__ import annotations

from kehu.web.ledger.jobs.worker import Worker

ROLES = {"case_id": "case_id", "activity": "activity", "timestamp": "timestamp", "resource": "resource"}


def run_jobs() -> None:
    """Run what is due, in this process."""
    worker = Worker()
    while worker.run_one():
        pass
