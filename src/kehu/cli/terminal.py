"""What the command shows while it works and when it cannot: progress, sentences, exit codes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from kehu.analysis.errors import InputError, Sentence

_LANGUAGES = ("en", "zh", "ru")
USABLE_NOT = 2
"""Exit code: what was handed in cannot be used."""
BROKEN = 1
"""Exit code: the fault is ours."""


class PoliteGroup(TyperGroup):
    """Commands whose errors are one sentence on stderr and never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; InputError exits with 2, anything unforeseen with 1 and a file that holds the details."""
        speak([*ctx._protected_args, *ctx.args])  # noqa: SLF001 what the subcommand is about to read
        try:
            return super().invoke(ctx)
        except InputError as error:
            say(error.sentence)
            raise typer.Exit(USABLE_NOT) from error
        except MemoryError as error:
            say(Sentence("There is not enough memory for this log. Filter it, or use a machine with more."))
            raise typer.Exit(BROKEN) from error
        except OSError as error:
            where = str(error.filename) if error.filename else Sentence("A file")
            say(Sentence("%(where)s: %(what)s.", where=where, what=str(error.strerror or error)))
            raise typer.Exit(BROKEN) from error
        except (KeyboardInterrupt, typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if type(error).__module__.startswith(("click", "typer")):
                raise
            say(
                Sentence(
                    "Kehu made an error of its own (%(kind)s); the details are in %(file)s.",
                    kind=type(error).__name__,
                    file=_details(),
                )
            )
            raise typer.Exit(BROKEN) from error


_speech: dict[str, str] = {"language": "en"}


def speak(arguments: Sequence[str]) -> None:
    """Choose the language of what is said: that of ``--lang`` where it is given, else that of the environment."""
    _speech["language"] = _asked(arguments) or _of_environment(os.environ)


def _asked(arguments: Sequence[str]) -> str | None:
    """The value of ``--lang`` if it is a language there is; any other is the command's to refuse."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[place + 1 : place + 2])
            return value if value in _LANGUAGES else None
    return None


def _of_environment(environment: Mapping[str, str]) -> str:
    """The language of messages as POSIX has it: the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set."""
    named = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return named[:2].lower() if named[:2].lower() in _LANGUAGES else "en"


def say(sentence: str, *, indent: int = 0) -> None:
    """One sentence to the person in the language chosen, on stderr, so that stdout stays data."""
    if _speech["language"] != "en":
        from kehu.analysis.reports.language import words_of

        sentence = words_of(_speech["language"]).said(sentence)
    typer.echo(" " * indent + sentence, err=True)


@contextmanager
def progress() -> Iterator[Any]:
    """A progress bar on stderr: yields the callback importers and kernels report to; silent where stderr is a file."""
    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what.capitalize(), total=1.0)
            bar.update(tasks[what], completed=share)

        yield report


def write_json(facts: dict[str, Any], target: str) -> None:
    """The facts as JSON to a file, or to stdout where ``target`` is ``-``. Written aside and renamed."""
    text = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    write_text(text, target)


def write_text(text: str, target: str) -> None:
    """Text to a file, or to stdout where ``target`` is ``-``; nobody ever sees half of it."""
    if target == "-":
        sys.stdout.write(text)
        return
    write_bytes(text.encode(), Path(target))


def write_bytes(content: bytes, path: Path) -> None:
    """Bytes to a file, written aside and renamed."""
    aside = path.with_name(f".{path.name}.partial")
    aside.write_bytes(content)
    aside.replace(path)


def _details() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="kehu-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name
