"""The invite link asks for what the bot needs, says why, and asks for nothing else."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from playground import MiniatureDiscord
from playground.permissions import Permission
from tests.operations.command import Ended, doukikai

P = Permission
ALWAYS = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.SEND_MESSAGES_IN_THREADS
    | P.MANAGE_THREADS
)


@pytest.fixture
async def discord() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start()
    yield server
    await server.stop()


async def invite_link(discord: MiniatureDiscord, *words: str, **changes: str) -> Ended:
    settings = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    return await doukikai("invite-link", *words, **settings | changes)


@pytest.mark.parametrize(
    ("words", "asked"), [((), ALWAYS), (("--scheduled-events",), ALWAYS | P.CREATE_EVENTS)]
)
async def test_the_link_asks_for_exactly_the_permissions(
    discord: MiniatureDiscord, words: tuple[str, ...], asked: Permission
) -> None:
    ended = await invite_link(discord, *words)
    link = urlsplit(ended.output.strip())
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert parse_qs(link.query) == {
        "client_id": [discord.bot_id],
        "scope": ["bot applications.commands"],
        "permissions": [str(int(asked))],
    }


async def test_each_permission_is_a_line_with_its_reason(discord: MiniatureDiscord) -> None:
    lines = (await invite_link(discord, "--why")).output.splitlines()
    assert len(lines) == 2 + ALWAYS.bit_count()  # the link, and the names of the columns
    [line] = [each for each in lines if each.startswith("Manage Threads")]
    assert "to close threads" in line
    assert "channel for events, channel of the ticket panel" in line
    data = (await invite_link(discord, "--json", "--scheduled-events")).data
    assert "Create Events" in {each["permission"] for each in data["permissions"]}


async def test_a_wrong_token_is_one_sentence(discord: MiniatureDiscord) -> None:
    ended = await invite_link(discord, DISCORD_TOKEN="stolen")
    assert (ended.code, ended.errors) == (1, "Discord refuses DISCORD_TOKEN.\n")
