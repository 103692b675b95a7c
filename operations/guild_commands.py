"""`doukikai guilds`: the Discord servers that use the bot, and what is stored about them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeAlias

import typer

from operations import discord, guilds
from operations.guilds import StoredGuild
from operations.screen import AsJson, console, say_json, say_table, short
from operations.settings import Settings
from shared.settings import OperatorMistake, load

KEPT = timedelta(days=30)
COLUMNS = (
    "id",
    "name",
    "bot",
    "language",
    "set_up",
    "open_events",
    "open_tickets",
    "last_change",
)
NOTE = (
    "When the bot was removed from a server is not recorded; the last change there was the last"
    " use."
)

app = typer.Typer(
    no_args_is_help=True, help="The Discord servers that use the bot, and what is stored of them."
)

GuildId: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The server's id.")]
Names: TypeAlias = dict[str, str] | None
"""The name of each guild that the bot is in; None if Discord does not say."""


@app.command("list")
def list_guilds(*, as_json: AsJson = False) -> None:
    """List every server that the bot is in, or that something is stored about."""
    stored, names, trouble = asyncio.run(_both(load(Settings)))
    ids = sorted({*stored, *(names or ())}, key=int)
    rows = [_summary(guild_id, stored.get(guild_id), names) for guild_id in ids]
    if trouble:
        typer.echo(f"Names are not known: {trouble}", err=True)
    if as_json:
        say_json(rows)
        return
    now = datetime.now(UTC)
    for row in rows:
        at = row["last_change"]
        row |= {"set_up": "yes" if row["set_up"] else "no"}
        row |= {"last_change": f"{at:%Y-%m-%d}, {short(now - at)} ago" if at else None}
    say_table(rows, COLUMNS, "No servers.")
    if any(row["bot"] == "removed" for row in rows):
        typer.echo(NOTE)


@app.command()
def show(guild_id: GuildId, *, as_json: AsJson = False) -> None:
    """Show a server's settings, and count what is stored about it."""
    settings = load(Settings)
    stored, names, trouble = asyncio.run(_both(settings))
    if trouble:
        typer.echo(f"Its name is not known: {trouble}", err=True)
    found = asyncio.run(guilds.counts(settings, guild_id))
    if guild_id not in {*stored, *(names or ())} and not any(found.values()):
        raise OperatorMistake(f"The bot is not in the server {guild_id}, and nothing is stored.")
    guild = stored.get(guild_id) or StoredGuild.empty(guild_id)
    details = _summary(guild_id, guild, names) | {
        "settings": guild.settings.model_dump(mode="json", exclude={"guild_id"}),
        "settings_of_tickets": guild.tickets.model_dump(mode="json", exclude={"guild_id"}),
        "stored": found,
    }
    if as_json:
        say_json(details)
    else:
        console().print_json(data=details, default=str, ensure_ascii=False)


@app.command()
def erase(
    guild_id: GuildId,
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    is_forced: Annotated[
        bool,
        typer.Option(
            "--force", help="Even if the bot may still be there, or was used in the last 30 days."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Erase everything that is stored about a server, for good; asks for the id again."""
    settings = load(Settings)
    stored, names, _ = asyncio.run(_both(settings))
    found = asyncio.run(guilds.counts(settings, guild_id))
    if guild_id not in stored and not any(found.values()):
        raise OperatorMistake(f"Nothing is stored about the server {guild_id}.")
    if not is_forced and (reason := _reason_to_keep(guild_id, stored.get(guild_id), names)):
        raise OperatorMistake(f"{reason} --force erases it all the same.")
    if not is_sure:
        said = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in found.items())
        typer.echo(f"{said}.", err=True)
        typed = typer.prompt("Everything of it goes for good. Type the server's id again", err=True)
        if typed.strip() != guild_id:
            raise OperatorMistake("That is another id. Nothing was erased.")
    asyncio.run(guilds.erase(settings, guild_id))
    if as_json:
        say_json({"erased": found})
    else:
        typer.echo(f"Erased {guild_id}.")


def _summary(guild_id: str, guild: StoredGuild | None, names: Names) -> dict[str, Any]:
    guild = guild or StoredGuild.empty(guild_id)
    is_there = None if names is None else guild_id in names
    return {
        "id": guild_id,
        "name": (names or {}).get(guild_id),
        "bot": {None: "unknown", True: "there", False: "removed"}[is_there],
        "language": guild.settings.language,
        "set_up": guild.settings.is_set_up,
        "open_events": guild.open_events,
        "open_tickets": guild.open_tickets,
        "last_change": guild.changed_at,
    }


def _reason_to_keep(guild_id: str, guild: StoredGuild | None, names: Names) -> str:
    """Say why a guild is not erased without force; empty if nothing speaks against it."""
    if names is None:
        return "Discord does not say whether the bot is still in this server."
    if guild_id in names:
        return f"The bot is still in {names[guild_id]}: remove it there first."
    if guild and guild.changed_at and (age := datetime.now(UTC) - guild.changed_at) < KEPT:
        return f"It was used {short(age)} ago; what is stored stays for 30 days after that."
    return ""


async def _both(settings: Settings) -> tuple[dict[str, StoredGuild], Names, str]:
    """Return what is stored, the names of Discord, and why there are no names."""
    stored = await guilds.stored(settings)
    try:
        async with discord.opened(settings) as asked:
            return stored, await asked.guild_names(), ""
    except OperatorMistake as mistake:
        return stored, None, str(mistake)
