"""The scope of a screen: one log, the filters of the address, and what they leave of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from kehu.web.insight.models import ImportedLog
from kehu.web.insight.queries import computed, logs, names
from kehu.web.people.models import Person

if TYPE_CHECKING:
    from kehu.analysis.log import EventLog, Selection
    from kehu.analysis.log.filters import Filter

Result = TypeVar("Result")

VIEW_KEYS = ("colour", "detail", "order", "by", "a", "b", "split", "noise")
"""Settings of single screens that travel with the filters in the address."""


@dataclass(frozen=True)
class Scope:
    """A log as one reader sees it, under the filters of a query."""

    record: ImportedLog
    reader: Person | AnonymousUser
    query: str = ""

    @property
    def name(self) -> str:
        """The log's name."""
        return self.record.name

    @cached_property
    def base(self) -> str:
        """The address below which the log's screens stand."""
        return reverse("insight:log", args=[self.record.public_id])

    @cached_property
    def log(self) -> EventLog:
        """The opened log with what its owner said of it since the import."""
        said = {"zone": self.record.zone, "end_activity": self.record.end_activity}
        changes = {name: value for name, value in said.items() if value}
        # The same object for every request, since what it has once worked out stays with it.
        return self.kept_of_log("log", lambda: logs.event_log(self.record).with_header(**changes))

    @cached_property
    def names(self) -> names.Names:
        """What people are called before this reader."""
        return names.names_for(self.reader, self.record)

    @cached_property
    def setting(self) -> dict[str, str]:
        """The settings of single screens in the address."""
        return {key: value for key, value in parse_qsl(self.query) if key in VIEW_KEYS}

    @cached_property
    def page(self) -> int:
        """Which page of a long list, from 1."""
        asked = dict(parse_qsl(self.query)).get("page", "")
        return max(1, int(asked)) if asked.isdecimal() else 1

    @cached_property
    def exports(self) -> str:
        """The key of the table that is wanted as a file, which then holds every row; empty for a screen."""
        asked = dict(parse_qsl(self.query))
        return asked.get("table", "") if "format" in asked else ""

    @property
    def _what_is_said(self) -> tuple[str, ...]:
        return (self.record.zone, self.record.end_activity)

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The filters of the address. Raises InputError where one cannot be understood."""
        from kehu.analysis.log.filters import from_query  # noqa: PLC0415 # loaded with the first log

        return from_query(self.query)

    @cached_property
    def filter_query(self) -> str:
        """The filters alone, in one way of writing."""
        from kehu.analysis.log.filters import to_query  # noqa: PLC0415 # as above

        return to_query(self.filters)

    @cached_property
    def selection(self) -> Selection:
        """What the filters leave. Raises InputError where the log lacks what one names."""
        return self.selected(self.filters)

    def selected(self, filters: Iterable[Filter]) -> Selection:
        """What any filters leave of this log."""
        from kehu.analysis.log.filters import select, to_query  # noqa: PLC0415 # as above

        chosen = tuple(filters)
        return computed.kept(
            self.record.store, ("select", self.record.zone, to_query(chosen)), lambda: select(self.log, chosen)
        )

    def kept(self, what: Hashable, compute: Callable[[], Result]) -> Result:
        """A result for this log under these filters, computed once."""
        return computed.kept(self.record.store, (what, *self._what_is_said, self.filter_query), compute)

    def kept_of_log(self, what: Hashable, compute: Callable[[], Result]) -> Result:
        """A result for the whole log, whatever the filters, computed once."""
        return computed.kept(self.record.store, (what, *self._what_is_said), compute)

    def kept_of_part(self, what: Hashable, filters: Iterable[Filter], compute: Callable[[], Result]) -> Result:
        """A result for this log under any filters, computed once."""
        from kehu.analysis.log.filters import to_query  # noqa: PLC0415 # as above

        return computed.kept(self.record.store, (what, *self._what_is_said, to_query(filters)), compute)

    @cached_property
    def cases(self) -> int:
        """How many cases the filters leave."""
        mask = self.selection.cases
        return self.log.cases if mask is None else int(mask.sum())

    def link(self, screen: str, *more: Filter, **settings: str) -> str:
        """The address of a screen under these filters and some more."""
        from kehu.analysis.log.filters import to_query  # noqa: PLC0415 # as above

        parts = [to_query((*self.filters, *more)), urlencode(settings)]
        query = "&".join(part for part in parts if part)
        return f"{self.base}{screen}{'?' if query else ''}{query}"

    def without(self, unwanted: Filter) -> str:
        """The present query without one filter and without the page number."""
        from kehu.analysis.log.filters import to_query  # noqa: PLC0415 # as above

        rest = to_query([one for one in self.filters if one != unwanted])
        view = urlencode(self.setting)
        return "?" + "&".join(part for part in (rest, view) if part)
