"""SOURCE and the options that say how to read it, shared by every command that takes one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kehu.analysis.log import EventLog, Selection
    from kehu.analysis.log.staging import ImportOptions

_COLUMNS = "Which column is what"
_READING = "How to read it"


class Engine(StrEnum):
    """Where kernels are carried out: on threads here, or on a Spark cluster."""

    THREADS = "threads"
    SPARK = "spark"


EngineOption = Annotated[Engine, typer.Option("--engine", help="Where to work it out: here, or on a cluster.")]
MasterOption = Annotated[
    str | None, typer.Option("--master", metavar="URL", help="The Spark cluster's master, spark://HOST:PORT.")
]


@dataclass(frozen=True)
class Source:
    """A file or a store, and what the user said about it: ``reading`` holds fields of ``ImportOptions``."""

    path: Path
    roles: dict[str, str] = field(default_factory=dict)
    reading: dict[str, str] = field(default_factory=dict)
    filters: tuple[str, ...] = ()

    def options(self, progress: Any) -> ImportOptions:
        """The same as the importers take it."""
        from kehu.analysis.log.staging import ImportOptions

        return ImportOptions(roles=self.roles, progress=progress, **self.reading)  # type: ignore[arg-type]

    def read(self, progress: Any) -> EventLog:
        """Open the store or read the file. Raises InputError."""
        from kehu.analysis.log.reading import read_log

        return read_log(self.path, self.options(progress))

    @contextmanager
    def opened(self, progress: Any, engine: Engine, master: str | None) -> Iterator[EventLog]:
        """The log, in memory or in shards on the cluster at ``master``. Raises InputError."""
        from kehu.analysis.errors import InputError, Sentence
        from kehu.analysis.mining.spark import log_on_spark

        if engine is Engine.THREADS:
            yield self.read(progress)
        elif master is None:
            raise InputError(
                Sentence("Spark needs the address of its master"),
                remedy=Sentence("Give it with --master spark://HOST:PORT"),
            )
        else:
            with log_on_spark(self.path, self.options(progress), master=master) as log:
                yield log

    def selection(self, log: EventLog) -> Selection:
        """The part of the log that ``--filter`` leaves. Raises InputError."""
        from kehu.analysis.errors import InputError, Sentence
        from kehu.analysis.log.filters import Filter, from_query, select

        chosen: list[Filter] = []
        for text in self.filters:
            if not (found := from_query(text)):
                raise InputError(
                    Sentence("there is no filter %(text)r", text=text),
                    remedy=Sentence("See docs/reference/commands.md"),
                )
            chosen += found
        return select(log, chosen)


SourceArgument = Annotated[Path, typer.Argument(metavar="SOURCE", help="A log in any supported format, or a store.")]


def _column(flag: str, what: str) -> Any:
    return Annotated[str | None, typer.Option(flag, metavar="COLUMN", help=what, rich_help_panel=_COLUMNS)]


_ROLES = {
    "case_id": _column("--case", "The case's number."),
    "activity": _column("--activity", "What was done."),
    "timestamp": _column("--timestamp", "When it was done."),
    "start_timestamp": _column("--start", "When it was begun."),
    "resource": _column("--resource", "Who did it."),
    "department": _column("--department", "Whose department."),
}


def _reading(flag: str, metavar: str, what: str) -> Any:
    return Annotated[str | None, typer.Option(flag, metavar=metavar, help=what, rich_help_panel=_READING)]


_OTHERS = {
    "zone": _reading("--timezone", "ZONE", "IANA zone of times that carry none, such as Asia/Shanghai."),
    "lifecycle": _reading("--lifecycle", "pair|complete|raw", "What to do with schedule, start and complete rows."),
    "end_activity": _reading("--end", "ACTIVITY", "The step at which the case is over for the customer."),
    "importer": _reading("--format", "NAME", "The kind of file, where the guess is wrong: csv, xlsx, parquet, xes …"),
    "object_type": _reading("--object-type", "NAME", "The object type that plays the case (OCEL)."),
    "encoding": _reading("--encoding", "NAME", "Such as utf-8, utf-16 or gb18030."),
    "delimiter": _reading("--delimiter", "CHARACTER", "What stands between two columns."),
    "decimal": _reading("--decimal", "CHARACTER", "What stands before the decimals."),
    "date_format": _reading("--date-format", "FORM", "Such as dd.mm.yyyy, or a strptime pattern."),
    "sheet": _reading("--sheet", "NAME", "Which sheet of a workbook."),
    "layout": _reading("--layout", "events|wide", "A row is an event, or a case with several times."),
}
_FILTERS = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FILTER",
        help="Look only at a part, as in the address of a screen: has=Resolve. May be given several times.",
        rich_help_panel=_READING,
    ),
]


def takes_source(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is a ``Source``, the argument SOURCE and its options."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in (_ROLES | _OTHERS | {"filters": _FILTERS}).items()
    ]
    first = inspect.Parameter("source", inspect.Parameter.KEYWORD_ONLY, annotation=SourceArgument)

    @functools.wraps(command)
    def run(**given: Any) -> None:
        roles = {role: column for role in _ROLES if (column := given.pop(role)) is not None}
        others = {name: value for name in _OTHERS if (value := given.pop(name)) is not None}
        filters = tuple(given.pop("filters") or ())
        command(Source(given.pop("source"), roles, others, filters), **given)

    mine = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    run.__signature__ = inspect.Signature([first, *mine, *added])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in [first, *mine, *added]}
    return run
