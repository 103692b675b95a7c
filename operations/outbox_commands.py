"""`doukikai outbox`: messages not yet published, and messages that the broker refused."""

import asyncio
from datetime import timedelta
from typing import Annotated, TypeAlias

import typer

from operations import refused
from operations.databases import Outbox, outbox
from operations.refused import RefusedMessage
from operations.screen import AsJson, console, say_json, say_table, short
from operations.settings import ROLES, Settings
from shared.settings import OperatorMistake, load

COLUMNS = ("service", "id", "name", "size", "reason", "refused_at")

app = typer.Typer(
    no_args_is_help=True,
    help="Messages that services have not yet published, and messages that the broker refuses.",
)

Ids: TypeAlias = Annotated[
    list[str] | None, typer.Argument(help="Ids, or how they begin.", show_default=False)
]
Everything: TypeAlias = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Count what waits in each outbox (it should be gone within seconds), and what was refused."""
    found = asyncio.run(_all())
    if as_json:
        say_json(
            [
                {
                    "service": each.service,
                    "waiting": each.waiting,
                    "oldest_seconds": _seconds(each.oldest),
                    "refused": each.refused,
                }
                for each in found
            ]
        )
        return
    rows = [
        {
            "service": each.service,
            "waiting": each.waiting,
            "oldest": short(each.oldest) if each.oldest else None,
            "refused": each.refused,
        }
        for each in found
    ]
    say_table(rows, ("service", "waiting", "oldest", "refused"), "")


@app.command("list")
def list_refused(*, as_json: AsJson = False) -> None:
    """List the messages that the broker refuses for good, and leave all of them where they are."""
    found = asyncio.run(refused.find(load(Settings), ()))
    rows = [message.summary() for message in found]
    if as_json:
        say_json(rows)
    else:
        say_table(rows, COLUMNS, "No refused messages.")


@app.command()
def show(
    message_id: Annotated[str, typer.Argument(metavar="ID")], *, as_json: AsJson = False
) -> None:
    """Show one refused message; what is sealed in it stays so, and a long one is cut off."""
    for message, content in asyncio.run(_contents(message_id)):
        said = message.summary() | {"content": content}
        if as_json:
            say_json(said)
        else:
            console().print_json(data=said, default=str, ensure_ascii=False)


@app.command()
def retry(ids: Ids = None, *, everything: Everything = False, as_json: AsJson = False) -> None:
    """Publish refused messages again, once the broker takes them; behind all that waits."""
    found = asyncio.run(_meant(ids, everything=everything))
    done = asyncio.run(refused.change(load(Settings), refused.RETRY, found))
    if as_json:
        say_json({"retried": done})
    else:
        typer.echo(f"Retried: {len(done)}.")


@app.command()
def drop(
    ids: Ids = None,
    *,
    everything: Everything = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete refused messages for good; asks first."""
    found = asyncio.run(_meant(ids, everything=everything))
    if not is_sure:
        typer.confirm(f"Delete {len(found)} refused messages for good?", abort=True, err=True)
    done = asyncio.run(refused.change(load(Settings), refused.DROP, found))
    if as_json:
        say_json({"dropped": done})
    else:
        typer.echo(f"Dropped: {len(done)}.")


async def _meant(ids: list[str] | None, *, everything: bool) -> list[RefusedMessage]:
    if not all(ids or ()):  # a shell's unset variable; every id begins with it
        raise OperatorMistake("An id is empty; --all is how to say all of them.")
    if bool(ids) == everything:
        raise OperatorMistake("Say which: ids, or --all.")
    return await refused.find(load(Settings), ids or ())


async def _contents(message_id: str) -> list[tuple[RefusedMessage, object]]:
    settings = load(Settings)
    found = await refused.find(settings, [message_id]) if message_id else []
    if not found:
        raise OperatorMistake(f"No refused message's id begins with {message_id}.")
    return [(message, await refused.body(settings, message)) for message in found]


def _seconds(age: timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 3)


async def _all() -> list[Outbox]:
    settings = load(Settings)
    return list(await asyncio.gather(*(outbox(settings, role) for role in ROLES)))
