"""The scope of a screen: one log, the filters of the address, and what they leave of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, urlencode

from kehu.web.insight.queries import computed

if TYPE_CHECKING:
    from kehu.analysis.log import EventLog, Selection
    from kehu.analysis.log.filters import Filter

Result = TypeVar("Result")

VIEW_KEYS = ("colour", "detail")
"""Settings of the map that travel with the filters in the address."""


@dataclass(frozen=True)
class Scope:
    """A log under filters. ``base`` is the address below which its screens stand.

    ``zone``, ``end`` are what the owner said of the log since its import, where anything.
    """

    store: Path
    name: str
    base: str
    query: str = ""
    zone: str | None = None
    end: str | None = None
    unmasked: bool = False
    secret: str = ""

    @cached_property
    def log(self) -> EventLog:
        """The opened log with its owner's settings."""
        log = computed.opened(self.store)
        changes = {name: value for name, value in (("zone", self.zone), ("end_activity", self.end)) if value}
        return log.with_header(**changes) if changes else log

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
        return computed.kept(self.store, ("select", self.zone, to_query(chosen)), lambda: select(self.log, chosen))

    def kept(self, what: Hashable, compute: Callable[[], Result]) -> Result:
        """A result for this log under these filters, computed once."""
        return computed.kept(self.store, (what, self.zone, self.end, self.filter_query), compute)

    def kept_of_log(self, what: Hashable, compute: Callable[[], Result]) -> Result:
        """A result for the whole log, whatever the filters, computed once."""
        return computed.kept(self.store, (what, self.zone, self.end), compute)

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
        view = urlencode([(key, value) for key, value in parse_qsl(self.query) if key in VIEW_KEYS])
        return "?" + "&".join(part for part in (rest, view) if part)
