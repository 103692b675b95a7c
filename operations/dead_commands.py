"""`doukikai dead`: letters that no service could deal with."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer
from rich.progress import Progress

from operations import dead_queue
from operations.dead_queue import DeadQueue
from operations.letters import Letter, Selection
from operations.screen import AsJson, console, say_json, say_table, short
from operations.settings import Settings
from shared.settings import OperatorMistake, load

COLUMNS = ("id", "name", "queue", "error", "dead_for")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

app = typer.Typer(
    no_args_is_help=True, help="Letters that no service could deal with: see, replay, drop."
)


def duration(text: str) -> timedelta:
    """Read a duration such as 90s, 10m, 2h or 7d."""
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if found is None:
        raise typer.BadParameter("write it as 90s, 10m, 2h or 7d")
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


Ids: TypeAlias = Annotated[
    list[str] | None, typer.Argument(help="Ids, or how they begin.", show_default=False)
]
Name: TypeAlias = Annotated[
    str | None, typer.Option(help="Only messages of this name, such as JoinInvitation.")
]
Queue: TypeAlias = Annotated[
    str | None, typer.Option(help="Only what died in this queue, such as tickets.commands.")
]
OlderThan: TypeAlias = Annotated[
    timedelta | None,
    typer.Option(parser=duration, metavar="AGE", help="Only what is dead for 90s, 10m, 2h, 7d."),
]
Everything: TypeAlias = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command("list")
def list_letters(
    *, name: Name = None, queue: Queue = None, older_than: OlderThan = None, as_json: AsJson = False
) -> None:
    """List the dead letters, the oldest first, and leave all of them where they are."""
    found = asyncio.run(_find(Selection((), name, queue, older_than)))
    if as_json:
        say_json([letter.summary() for letter in found])
        return
    now = datetime.now(UTC)
    rows = [
        letter.summary() | {"dead_for": short(age) if (age := letter.age(now)) else "?"}
        for letter in found
    ]
    say_table(rows, COLUMNS, "No dead letters.")


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID")], *, as_json: AsJson = False
) -> None:
    """Show one dead letter; what is sealed in it stays so."""
    found = asyncio.run(_find(Selection([letter_id])))
    if not found:
        raise OperatorMistake(f"No dead letter's id begins with {letter_id}.")
    for letter in found:
        details = letter.summary() | {"content": letter.content()}
        if as_json:
            say_json(details)
            continue
        console().print_json(data=details, default=str, ensure_ascii=False)


@app.command()
def replay(
    ids: Ids = None,
    *,
    name: Name = None,
    queue: Queue = None,
    older_than: OlderThan = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Give dead letters back to the queues they died in, once what killed them is mended."""
    selection = _meant(Selection(ids or (), name, queue, older_than), everything=everything)
    replayed, stranded = asyncio.run(_replay(selection, is_shown=not as_json))
    if as_json:
        say_json({"replayed": [letter.id for letter in replayed], "stranded": stranded})
    else:
        typer.echo(f"Replayed: {len(replayed)}.")
    if stranded:
        raise OperatorMistake(f"No queue to go back to, so they stay: {', '.join(stranded)}.")


@app.command()
def drop(  # noqa: PLR0913 - each is an option of the command
    ids: Ids = None,
    *,
    name: Name = None,
    queue: Queue = None,
    older_than: OlderThan = None,
    everything: Everything = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete dead letters for good; asks first."""
    selection = _meant(Selection(ids or (), name, queue, older_than), everything=everything)
    if not is_sure:
        found = asyncio.run(_find(selection))
        typer.confirm(f"Delete {len(found)} dead letters for good?", abort=True, err=True)
        # Only what was asked about: more may have died meanwhile.
        selection = Selection([letter.id for letter in found] or ["none"])
    dropped = asyncio.run(_drop(selection))
    if as_json:
        say_json({"dropped": [letter.id for letter in dropped]})
    else:
        typer.echo(f"Dropped: {len(dropped)}.")


def _meant(selection: Selection, *, everything: bool) -> Selection:
    if not all(selection.ids):  # a shell's unset variable; every id begins with it
        raise OperatorMistake("An id is empty; --all is how to say all of them.")
    if selection.is_everything and not everything:
        raise OperatorMistake("Say which: ids, --name, --queue, --older-than, or --all.")
    return selection


async def _find(selection: Selection) -> list[Letter]:
    async with dead_queue.opened(_url()) as letters:
        return await letters.find(selection)


async def _replay(selection: Selection, *, is_shown: bool) -> tuple[list[Letter], list[str]]:
    done: list[Letter] = []
    async with dead_queue.opened(_url()) as letters:
        stranded = await _with_progress(letters, selection, done, is_shown=is_shown)
    return done, [letter.id for letter in stranded]


async def _with_progress(
    letters: DeadQueue, selection: Selection, done: list[Letter], *, is_shown: bool
) -> list[Letter]:
    screen = console()
    with Progress(console=screen, disable=not (is_shown and screen.is_terminal)) as progress:
        bar = progress.add_task("replaying", total=None)

        def on_replayed(letter: Letter) -> None:
            done.append(letter)
            progress.advance(bar)

        return await letters.replay(selection, on_replayed)


async def _drop(selection: Selection) -> list[Letter]:
    done: list[Letter] = []
    async with dead_queue.opened(_url()) as letters:
        await letters.drop(selection, done.append)
    return done


def _url() -> str:
    return load(Settings).needed("rabbitmq_url")
