"""Looks at Discord: the token, what the application may hear, and the channel."""

from typing import Any

from operations.doctor.asking import ask
from operations.doctor.check import Broken
from operations.settings import Settings

GOOD, REFUSED = 200, 401
# The flags of an application that may hear who joins and leaves, in every or in a few guilds.
HEARS_MEMBERS = 1 << 14 | 1 << 15


async def bot(settings: Settings) -> str:
    """See that Discord knows the token, grants what the settings want, and has the channel."""
    application = await _ask(settings, "/applications/@me")
    if settings.members_intent and not application["flags"] & HEARS_MEMBERS:
        raise Broken(
            'MEMBERS_INTENT is true, but "Server Members Intent" is off in the developer portal.'
        )
    channel = settings.announcement_channel_id
    if channel:
        await _ask(settings, f"/channels/{channel}")
    return f"It knows the token of {application['name']}."


async def _ask(settings: Settings, path: str) -> dict[str, Any]:
    token = settings.needed("discord_token")
    status, said = await ask(
        f"{settings.discord_api_url}{path}",
        headers={"Authorization": f"Bot {token}"},
        named="Discord",
    )
    if status == REFUSED:
        raise Broken("Discord refuses DISCORD_TOKEN.")
    if status != GOOD and path.startswith("/channels/"):
        raise Broken("The bot does not see the channel of ANNOUNCEMENT_CHANNEL_ID.")
    if status != GOOD:
        raise Broken(f"Discord answers {status}.")
    return dict(said)
