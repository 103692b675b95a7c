"""Direct messages of the bot to one member."""

from uuid import UUID

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.rest import NEVER, call
from shared.failpoints import failpoint

DIRECT_CHANNELS = "/users/@me/channels"
MESSAGES = "/channels/{channel_id}/messages"
LOOK_BACK = 50

log = structlog.get_logger()


async def write_privately(http: HTTPClient, user_id: str, cause_id: UUID, text: str) -> bool:
    """Write a text to a member, unless the same text is among the newest.

    Returns whether it is there: a member who accepts no messages of the bot gets none.
    """
    try:
        channel = await call(http, "POST", DIRECT_CHANNELS, json={"recipient_id": user_id})
        where = {"channel_id": str(channel["id"])}
        newest = await call(http, "GET", f"{MESSAGES}?limit={LOOK_BACK}", **where)
        if any(each["content"] == text for each in newest):
            return True
        nonce = {"nonce": cause_id.hex[:25], "enforce_nonce": True}
        body = {"content": text, "allowed_mentions": {"parse": []}}
        await call(http, "POST", MESSAGES, **where, json=body | nonce)
    except disnake.HTTPException as error:
        if error.status not in NEVER:
            raise
        log.info("direct_message.refused", code=error.code)
        return False
    failpoint("gateway.direct_message")
    return True
