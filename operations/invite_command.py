"""`doukikai invite-link`: the address that adds the bot to a Discord server."""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

import typer

from operations import discord
from operations.screen import AsJson, say_json, say_table
from operations.settings import Settings
from services.gateway.discord.permissions import NEEDS, Place, all_needed, asked_places
from services.gateway.i18n.translate import FALLBACK, translate_one
from shared.settings import load

ADDRESS = "https://discord.com/oauth2/authorize"
PLACES: dict[Place, str] = {
    "announcement": "channel for events",
    "mention": "channel for events, if hosts may mention roles",
    "staff": "staff channel",
    "mirror": "server",
    "ticket": "channel of the ticket panel",
    "ticket_log": "channel for transcripts",
}


def invite_link(
    *,
    with_mirror: Annotated[
        bool,
        typer.Option(
            "--scheduled-events", help="Also for servers that show events as Discord's own events."
        ),
    ] = False,
    says_why: Annotated[
        bool, typer.Option("--why", help="Also say what each permission is needed for.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the link that adds the bot to a server, with the permissions it needs."""
    link = _link(asyncio.run(_application_id(load(Settings))), with_mirror=with_mirror)
    reasons = _reasons(with_mirror=with_mirror)
    if as_json:
        say_json({"link": link, "permissions": reasons})
        return
    typer.echo(link)
    if says_why:
        say_table(reasons, ("permission", "why", "where"), "")


def _link(application_id: str, *, with_mirror: bool) -> str:
    query = {
        "client_id": application_id,
        "scope": "bot applications.commands",
        "permissions": all_needed(with_mirror=with_mirror).value,
    }
    return f"{ADDRESS}?{urlencode(query)}"


def _reasons(*, with_mirror: bool) -> list[dict[str, str]]:
    """Say of each permission in the link what it is needed for, and where."""
    places = asked_places(with_mirror=with_mirror)
    return [
        {
            "permission": translate_one(FALLBACK, "permission", name),
            "why": translate_one(FALLBACK, "need", name),
            "where": ", ".join(PLACES[place] for place in places if name in NEEDS[place]),
        }
        for name in dict.fromkeys(name for place in places for name in NEEDS[place])
    ]


async def _application_id(settings: Settings) -> str:
    async with discord.opened(settings) as asked:
        return str((await asked.application())["id"])
