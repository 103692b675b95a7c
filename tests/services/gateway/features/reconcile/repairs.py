"""What the tests of the reconciler do and look for."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg

from playground import demo
from playground.refusals import Payload
from playground.writing import remove_message
from tests.stage import Stage, shown

SECONDS = 90  # the third pause between two tries is 40


def buttons(message: Payload) -> Iterator[str]:
    """Give the custom ids of a message."""
    for row in message["components"]:
        for part in row["components"]:
            yield part.get("custom_id", "")


def shows_now(
    stage: Stage, invitation_id: str, channel: str = demo.ANNOUNCEMENT_CHANNEL_ID
) -> list[Payload]:
    """List the messages by which a member can join an event."""
    return [m for m in stage.discord.messages_in(channel) if _can_join(m, invitation_id)]


def _can_join(message: Payload, invitation_id: str) -> bool:
    """Tell whether a member can take a seat here, or a place in the queue of a full event."""
    return not {f"join:{invitation_id}", f"wait:{invitation_id}"}.isdisjoint(buttons(message))


async def posted_again(
    stage: Stage,
    invitation_id: str,
    *words: str,
    instead_of: str | None = None,
    channel: str = demo.ANNOUNCEMENT_CHANNEL_ID,
) -> Payload:
    """Wait until another message shows an event; give it."""
    gone = instead_of or invitation_id

    def is_it(message: Payload) -> bool:
        is_other = message["id"] != gone and _can_join(message, invitation_id)
        return is_other and all(word in shown(message) for word in words)

    return await stage.discord.wait_for_message(is_it, channel=channel, timeout_seconds=SECONDS)


def delete(stage: Stage, message_id: str) -> None:
    """Delete a message as a moderator does."""
    remove_message(stage.discord.world, message_id)


async def noticed(stage: Stage, channel: str, *words: str) -> Payload:
    """Wait until a sentence can be read in a channel or thread; give it."""
    return await stage.discord.wait_for_message(
        lambda m: all(word in m["content"] for word in words),
        channel=channel,
        timeout_seconds=SECONDS,
    )


def said(stage: Stage, channel: str, *words: str) -> int:
    """Count the messages with these words."""
    there = stage.discord.messages_in(channel)
    return sum(all(word in m["content"] for word in words) for m in there)


async def stored(stage: Stage, statement: str, *values: object) -> Any:
    """Read one value of the database."""
    url = stage.servers.superuser_url(stage.name)
    connection = await asyncpg.connect(url, server_settings={"search_path": "invitations"})
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


async def until_stored(stage: Stage, wanted: object, statement: str, *values: object) -> None:
    """Wait until the database says something."""
    async with asyncio.timeout(SECONDS):
        while await stored(stage, statement, *values) != wanted:  # noqa: ASYNC110 - a table is no signal
            await asyncio.sleep(0.05)


async def owed(stage: Stage, invitation_id: str) -> list[str]:
    """Read what an event waits for."""
    found = await stored(
        stage,
        "SELECT array_agg(kind ORDER BY kind) FROM owed_repairs WHERE invitation_id = $1",
        invitation_id,
    )
    return list(found or [])
