"""Looks at Discord: the token, what the application may hear, and the channels of each guild."""

from typing import Any

from operations import databases
from operations.doctor.asking import ask
from operations.doctor.check import Absent, Broken
from operations.settings import Settings

GOOD, REFUSED = 200, 401
UNSEEN = {403, 404}
# Each of its channels costs a request, and the doctor gives a part fifteen seconds.
MOST_GUILDS = 50
SELECT_CHANNELS = """
SELECT guild_id, announcement_channel_id, staff_channel_id
  FROM guilds
 WHERE announcement_channel_id IS NOT NULL
 ORDER BY updated_at DESC
 LIMIT $1
"""
# The flags of an application that may hear who joins and leaves, in every or in a few guilds.
HEARS_MEMBERS = 1 << 14 | 1 << 15


async def bot(settings: Settings) -> str:
    """See that Discord knows the token, and grants what the settings want."""
    status, application = await _get(settings, "/applications/@me")
    if status == REFUSED:
        raise Broken("Discord refuses DISCORD_TOKEN.")
    if status != GOOD:
        raise Broken(f"Discord answers {status}.")
    if settings.members_intent and not application["flags"] & HEARS_MEMBERS:
        raise Broken(
            'MEMBERS_INTENT is true, but "Server Members Intent" is off in the developer portal.'
        )
    return f"It knows the token of {application['name']}."


async def guilds(settings: Settings) -> str:
    """See that the bot sees the channels which guilds have chosen."""
    async with databases.pool_of(settings, "invitations") as pool:
        rows = await pool.fetch(SELECT_CHANNELS, MOST_GUILDS)
    unseen = [
        f"{channel_id} of guild {row['guild_id']}"
        for row in rows
        for channel_id in filter(None, (row["announcement_channel_id"], row["staff_channel_id"]))
        if not await _sees(settings, f"/channels/{channel_id}")
        # A guild that has removed the bot keeps its settings, and nothing of it is wrong.
        and await _sees(settings, f"/guilds/{row['guild_id']}")
    ]
    if unseen:
        raise Broken(f"The bot does not see these channels: {', '.join(unseen)}.")
    if not rows:
        return "No guild is set up yet: those who manage one choose its channels in Discord."
    return f"It sees every channel that was chosen; guilds that are set up: {len(rows)}."


async def _sees(settings: Settings, path: str) -> bool:
    status, _ = await _get(settings, path)
    if status not in {GOOD, *UNSEEN}:
        raise Absent("Discord refuses the bot; the line about Discord says why.")
    return status == GOOD


async def _get(settings: Settings, path: str) -> tuple[int, Any]:
    token = settings.needed("discord_token")
    return await ask(
        f"{settings.discord_api_url}{path}",
        headers={"Authorization": f"Bot {token}"},
        named="Discord",
    )
