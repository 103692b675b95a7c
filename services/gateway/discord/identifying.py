"""Looks, before an IDENTIFY, at whether Discord would refuse it or reset the token after it.

Discord allows 1,000 of them a day and then resets the bot's token. So a mistake that only an
operator can correct is waited out; a restart would try it again and again.
"""

import asyncio
from typing import NamedTuple

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.rest import call

MEMBERS_FLAGS = 1 << 14 | 1 << 15  # in full, and for a bot in fewer than a hundred guilds
SPARE = 10  # for replicas that look at the same moment
LOOK_SECONDS = 15.0
LONGEST_SECONDS = 600.0

log = structlog.get_logger()


class Hindrance(NamedTuple):
    """Why no session can begin now, and what to do after so many seconds: go, or look again."""

    reason: str
    seconds: float
    ends_by_itself: bool = False


class IdentifyLater(Exception):  # noqa: N818 - it is no error
    """No session may begin now."""


async def wait_until_welcome(http: HTTPClient, intents: disnake.Intents) -> None:
    """Wait until a session may begin; raises as `rest.call` does."""
    said = ""
    while (hindrance := await find_hindrance(http, intents)) is not None:
        if hindrance.reason != said:
            said = hindrance.reason
            log.error("session.postponed", reason=said, seconds=round(hindrance.seconds))
        await asyncio.sleep(min(hindrance.seconds, LONGEST_SECONDS))
        if hindrance.ends_by_itself:
            return


async def find_hindrance(http: HTTPClient, intents: disnake.Intents) -> Hindrance | None:
    """Ask Discord what stands against an IDENTIFY; raises as `rest.call` does."""
    if intents.members:
        application = await call(http, "GET", "/applications/@me")
        if not application["flags"] & MEMBERS_FLAGS:
            return Hindrance(
                "MEMBERS_INTENT is true, but Discord's developer portal does not allow the bot"
                " the server members intent.",
                LOOK_SECONDS,
            )
    limit = (await call(http, "GET", "/gateway/bot"))["session_start_limit"]
    return of_limit(limit["total"], limit["remaining"], limit["reset_after"] / 1000)


def of_limit(total: int, remaining: int, reset_seconds: float) -> Hindrance | None:
    """Return how long a session has to wait, so that the last one is never used up.

    Below half of them the rest is spread over the time until Discord counts from zero.
    """
    if remaining >= total / 2:
        return None
    reason = (
        f"Only {remaining} of {total} sessions are left until Discord counts from zero:"
        " something starts the bot again and again."
    )
    if remaining <= SPARE:
        return Hindrance(reason, reset_seconds + 1)
    return Hindrance(reason, reset_seconds / (remaining - SPARE), ends_by_itself=True)
