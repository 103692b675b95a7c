"""The callback of an interaction, which Discord takes only once: the lock between replicas."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, StrEnum, auto
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


class Placement(StrEnum):
    """Where the answer to a press appears."""

    PRIVATE = "private"
    """In a message that the member alone sees."""
    PUBLIC = "public"
    IN_PLACE = "in_place"
    """In place of the message whose button was pressed."""


class Callback(Enum):
    """What became of a callback."""

    TAKEN = auto()
    ELSEWHERE = auto()
    """The interaction has its callback already, perhaps from another replica."""
    LOST = auto()
    """It was too late, or Discord's limits refused it."""


async def defer(interaction: Interaction, placement: Placement = Placement.PRIVATE) -> Callback:
    """Show "thinking"; in place, leave the message as it is until the answer replaces it."""
    if placement is Placement.IN_PLACE:
        return await outcome_of(lambda: interaction.response.defer(with_message=False))
    ephemeral = placement is Placement.PRIVATE
    return await outcome_of(
        lambda: interaction.response.defer(with_message=True, ephemeral=ephemeral)
    )


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


def is_on_private_message(interaction: Interaction) -> bool:
    """Return whether a button or form is on a message that only the member sees.

    An answer takes the place of no other message: a custom id can be forged.
    """
    message = getattr(interaction, "message", None)  # a slash command has none
    return message is not None and bool(message.flags.ephemeral)


async def once(send: Callable[[], Awaitable[None]]) -> bool:
    """Send a callback; returns whether Discord took it from this replica."""
    return await outcome_of(send) is Callback.TAKEN


async def outcome_of(send: Callable[[], Awaitable[None]]) -> Callback:
    """Send a callback, a second time when a stale connection swallowed the first."""
    try:
        return await _send(send)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        # 40060 now means that one of the two arrived, which is all we want.
        return await _send(send)


async def _send(send: Callable[[], Awaitable[None]]) -> Callback:
    try:
        await send()
    except disnake.InteractionTimedOut:
        log.warning("callback.late")
        return Callback.LOST
    except disnake.HTTPException as error:
        if error.code == ALREADY_ACKNOWLEDGED:
            log.debug("callback.elsewhere")
            return Callback.ELSEWHERE
        if error.code == UNKNOWN_INTERACTION:
            log.warning("callback.late")
            return Callback.LOST
        if error.status == TOO_MANY_REQUESTS:
            log.warning("callback.limited")
            return Callback.LOST
        raise
    except DiscordBusy:  # what was pressed is done all the same
        log.warning("callback.limited")
        return Callback.LOST
    return Callback.TAKEN
