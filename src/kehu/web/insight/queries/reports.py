"""Reports that were made of a log: where they lie, and how far the making of one is.

A report is named by all that it depends on, so that the same one is made once and a changed log has none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kehu.analysis.errors import as_sentence
from kehu.web.insight.models import ImportedLog
from kehu.web.insight.queries import logs
from kehu.web.insight.queries.scope import Scope
from kehu.web.ledger import queries as ledger_queries
from kehu.web.ledger.events import Reference

if TYPE_CHECKING:
    from kehu.web.ledger.models import Job

KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
"""What a report can be had as, and the type of such a file."""


@dataclass(frozen=True)
class ReportFiles:
    """One report: the files it consists of, whether they are there or not."""

    folder: Path
    key: str

    @property
    def reference(self) -> Reference:
        """What its job is about."""
        return Reference("report", self.key)

    def path(self, kind: str) -> Path:
        """The file of a kind."""
        return self.folder / f"{self.key}.{kind}"

    @property
    def kinds(self) -> list[str]:
        """The kinds that are there."""
        return [kind for kind in KINDS if self.path(kind).is_file()]

    @property
    def problem(self) -> str:
        """Why it could not be made: one sentence, or nothing."""
        path = self.path("problem")
        return as_sentence(path.read_text(encoding="utf-8")) if path.is_file() else ""


def report_of(scope: Scope, language: str) -> ReportFiles:
    """The report of this part of a log in a language. Raises InputError where a filter cannot be understood."""
    log = scope.record
    parts = (log.public_id, log.name, log.zone, log.end_activity, scope.filter_query, language, logs.written_at(log))
    key = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
    return files_of(log, key)


def files_of(log: ImportedLog, key: str) -> ReportFiles:
    """The files of a report by its key."""
    return ReportFiles(log.folder / "reports", key)


def job_of(report: ReportFiles) -> Job | None:
    """The job that makes the report, or did last."""
    return ledger_queries.latest_job_about(report.reference)
