"""The verbs. Each reads, calls one function of the analysis and writes; nothing is computed here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kehu.analysis.errors import Sentence
from kehu.cli.source import Engine, EngineOption, MasterOption, Source, takes_source
from kehu.cli.terminal import PoliteGroup, progress, say, write_bytes, write_json, write_text

if TYPE_CHECKING:
    from kehu.analysis.log import EventLog

app = typer.Typer(
    cls=PoliteGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Where does the customer's time go? Kehu reads the history of a service desk and shows it.",
)

StoreOption = Annotated[Path, typer.Option("-o", "--output", metavar="STORE", help="The folder to write.")]

JsonOption = Annotated[str, typer.Option("--json", metavar="OUT", help="The file to write, or - for stdout.")]


def main() -> None:
    """Entry point of the installed command."""
    app(prog_name="kehu")


@app.callback(invoke_without_command=True)
def kehu(*, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Say which Kehu this is."""
    if version:
        from kehu import __version__

        typer.echo(f"kehu {__version__}")
        raise typer.Exit


@app.command("import")
@takes_source
def import_(source: Source, output: StoreOption) -> None:
    """Read a log once and keep it as a store that opens at once."""
    from kehu.analysis.log.reading import import_log

    with progress() as report:
        log = import_log(source.path, output, source.options(report))
    _describe(log, output)


@app.command()
def sample(
    output: StoreOption,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = 1,
    cases: Annotated[int, typer.Option(help="How many cases.", min=1)] = 4000,
    lang: Annotated[str, typer.Option(help="Language of its words: en, zh or ru.")] = "en",
) -> None:
    """Make a sample company's log as a store.

    A grocery that delivers to the door, with faults planted in it.
    """
    from typing import cast

    from kehu.analysis.log.store import save_log
    from kehu.analysis.worlds import sample_log
    from kehu.analysis.worlds.words import Language

    log = sample_log(seed, cases=cases, language=cast("Language", lang))
    save_log(log, output)
    _describe(log, output)


@app.command()
@takes_source
def mine(source: Source, json: JsonOption, engine: EngineOption = Engine.THREADS, master: MasterOption = None) -> None:
    """Measure how cases flow, as JSON.

    The map, variants, durations, handovers, walls, ping-pong and rework.
    """
    from kehu.analysis.reports.figures import mine_figures

    with progress() as tell, source.opened(tell, engine, master) as log:
        found = mine_figures(log, source.selection(log), tell)
    write_json(found, json)


@app.command()
@takes_source
def waits(source: Source, json: JsonOption) -> None:
    """Measure why work waits, as JSON.

    Contention, prioritisation, unavailability, batching and extraneous time.
    """
    from kehu.analysis.reports.figures import waits_figures

    with progress() as tell:
        log = source.read(tell)
        found = waits_figures(log, source.selection(log))
    write_json(found, json)
    for item in found["impossible"]:
        say(Sentence("%(figure)s: %(reason)s.", figure=item["figure"], reason=item["reason"]))


@app.command()
@takes_source
def discover(
    source: Source,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="MODEL.bpmn", help="The file to write.")],
    noise: Annotated[float, typer.Option(help="0 keeps every way, 1 only the main one.", min=0, max=1)] = 0.2,
) -> None:
    """Find the process behind the cases and write it as BPMN 2.0."""
    from kehu.analysis.bpmn import write_process
    from kehu.analysis.mining.discovery import discover as find

    with progress() as tell:
        log = source.read(tell)
        process = find(log, noise, source.selection(log))
    write_bytes(write_process(process), output)


@app.command()
@takes_source
def conform(
    source: Source,
    model: Annotated[Path, typer.Argument(metavar="MODEL.bpmn", help="The process as it should be.")],
    json: JsonOption,
    walk: Annotated[int, typer.Option(help="So many real cases, told step by step.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="The same seed draws the same cases.")] = 1,
    exact: Annotated[bool, typer.Option("--exact", help="Add an optimal alignment of every variant.")] = False,
) -> None:
    """Measure how well cases follow a process, as JSON.

    Fitness, precision, and where they leave it, step by step.
    """
    from kehu.analysis.bpmn import read_process
    from kehu.analysis.reports.conforming import conform_figures

    with progress() as tell:
        process = read_process(model)
        log = source.read(tell)
        chosen = source.selection(log)
        found = conform_figures(log, process, chosen, walk=walk, seed=seed, model=model.name, exact=exact)
    write_json(found, json)


@app.command()
@takes_source
def report(
    source: Source,
    html: Annotated[
        str | None, typer.Option("--html", metavar="OUT", help="The page to write, or - for stdout.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="OUT", help="The PDF to write (needs kehu[pdf]).")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: en, zh or ru.")] = "en",
) -> None:
    """Write what the log says as HTML or PDF.

    Where the customer's time goes, with pictures and evidence.
    """
    from kehu.analysis.errors import InputError
    from kehu.analysis.reports.compose import compose
    from kehu.analysis.reports.gather import gather
    from kehu.analysis.reports.html import as_html
    from kehu.analysis.reports.language import words_of

    if html is None and pdf is None:
        raise InputError(Sentence("there is nothing to write"), remedy=Sentence("Name a file with --html or --pdf"))
    words = words_of(lang)
    with progress() as tell:
        log = source.read(tell)
        facts = gather(log, source.selection(log), tell)
    made = compose(facts, words)
    if html is not None:
        write_text(as_html(made), html)
    if pdf is not None:
        from kehu.analysis.reports.pdf import as_pdf

        write_bytes(as_pdf(made), pdf)


@app.command()
def warm() -> None:
    """Compile every measure once.

    The first analysis is then as quick as the second; `make run` does it for you.
    """
    from kehu.analysis.reports.warming import warm_up

    warm_up()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Start the server and show the sample company."""
    from kehu.web import commands

    commands.serve(host=host, port=port)


@app.command()
def work() -> None:
    """Run background jobs beside a server.

    Any number may run, on any machine that reaches the database.
    """
    from kehu.web import commands

    commands.work()


@app.command()
def owner(
    login: Annotated[str, typer.Option(prompt="Sign-in name", help="What the owner signs in with.")],
    name: Annotated[str, typer.Option(prompt="Name", help="The owner's name.")],
    password: Annotated[
        str, typer.Option(prompt="Password", hide_input=True, confirmation_prompt=True, envvar="KEHU_OWNER_PASSWORD")
    ],
) -> None:
    """Make a production server's first account.

    It is the administrator's.
    """
    from kehu.web import commands

    commands.owner(login=login, name=name, password=password)


def _describe(log: EventLog, store: Path) -> None:
    """What was read, what was guessed and what was left out, in plain lines on stderr."""
    say(
        Sentence(
            "%(store)s: %(events)s events of %(cases)s cases, %(activities)s activities.",
            store=str(store),
            events=log.events,
            cases=log.cases,
            activities=len(log.activities),
        )
    )
    for note in log.header.notes:
        say(note, indent=2)
    for role, column in log.header.roles.items():
        if role != column:
            say(Sentence("%(role)s is read from %(column)r", role=role, column=column), indent=2)
    if log.header.rejected:
        kept = str(store / "rejects.csv")
        say(Sentence("%(count)s rows could not be used: see %(file)s", count=log.header.rejected, file=kept), indent=2)
