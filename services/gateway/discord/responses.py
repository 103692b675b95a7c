"""The callback of an interaction, which Discord takes only once: the lock between replicas."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import aiohttp
import disnake
import structlog
from disnake.interactions import Interaction as AnyInteraction
from disnake.ui import Button

from services.gateway.discord.rest import (
    ALREADY_ACKNOWLEDGED,
    TOO_MANY_REQUESTS,
    UNKNOWN_INTERACTION,
    DiscordBusy,
)

Interaction: TypeAlias = AnyInteraction[Any]

log = structlog.get_logger()


async def defer(interaction: Interaction) -> bool:
    """Show "thinking" to the member alone; returns whether Discord took this replica's callback."""
    return await once(lambda: interaction.response.defer(with_message=True, ephemeral=True))


async def defer_publicly(interaction: Interaction) -> bool:
    """Show "thinking" to everybody; returns whether Discord took this replica's callback."""
    return await once(lambda: interaction.response.defer(with_message=True, ephemeral=False))


async def defer_change(interaction: Interaction) -> bool:
    """Leave the message whose button was pressed as it is, until the answer takes its place."""
    return await once(lambda: interaction.response.defer(with_message=False))


async def say_privately(
    interaction: Interaction,
    text: str = "",
    embeds: Sequence[disnake.Embed] = (),
    buttons: Sequence[Button[None]] = (),
) -> bool:
    """Answer the member alone; returns whether Discord took this replica's callback."""
    return await once(
        lambda: interaction.response.send_message(
            text or None,
            embeds=list(embeds),
            components=list(buttons),
            ephemeral=True,
            allowed_mentions=disnake.AllowedMentions.none(),
        )
    )


async def once(send: Callable[[], Awaitable[None]]) -> bool:
    """Send a callback, a second time when a stale connection swallowed the first."""
    try:
        return await _taken(send)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        # 40060 now means that one of the two arrived, which is all we want.
        return await _taken(send)


async def _taken(send: Callable[[], Awaitable[None]]) -> bool:
    try:
        await send()
    except disnake.InteractionTimedOut:
        log.warning("callback.late")
        return False
    except disnake.HTTPException as error:
        if error.code == ALREADY_ACKNOWLEDGED:
            log.debug("callback.elsewhere")
            return False
        if error.code == UNKNOWN_INTERACTION:
            log.warning("callback.late")
            return False
        if error.status == TOO_MANY_REQUESTS:
            log.warning("callback.limited")
            return False
        raise
    except DiscordBusy:  # what was pressed is done all the same
        log.warning("callback.limited")
        return False
    return True
