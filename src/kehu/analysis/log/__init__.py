"""The event log: column store, importers, filters."""

from kehu.analysis.log.eventlog import EVERYTHING, NO_TIME, NOBODY, EventLog, Header, Selection

__all__ = ["EVERYTHING", "NOBODY", "NO_TIME", "EventLog", "Header", "Selection"]
