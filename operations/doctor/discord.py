"""Looks at Discord: the token, and what the application may hear."""

from operations import discord
from operations.doctor.check import Broken
from operations.settings import Settings

# The flags of an application that may hear who joins and leaves, in every or in a few guilds.
HEARS_MEMBERS = 1 << 14 | 1 << 15


async def bot(settings: Settings) -> str:
    """See that Discord knows the token and grants what the settings want."""
    async with discord.opened(settings) as asked:
        application = await asked.application()
    if settings.members_intent and not application["flags"] & HEARS_MEMBERS:
        raise Broken(
            'MEMBERS_INTENT is true, but "Server Members Intent" is off in the developer portal.'
        )
    return f"It knows the token of {application['name']}."
