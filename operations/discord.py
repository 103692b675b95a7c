"""Asks Discord's REST API as the bot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from operations.settings import Settings
from shared.settings import OperatorMistake

TIMEOUT = aiohttp.ClientTimeout(total=10)
TRIES = 5
PAGE = 200
OK, REFUSED, FORBIDDEN, ABSENT, TOO_MANY = 200, 401, 403, 404, 429


class Discord:
    """Reads; each method raises OperatorMistake if Discord does not answer as it should."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def application(self) -> dict[str, Any]:
        """Return the bot's application."""
        return dict(await self._get("/applications/@me"))

    async def bot_id(self) -> str:
        """Return the id of the bot's user, which old applications do not share."""
        return str((await self._get("/users/@me"))["id"])

    async def guild_names(self) -> dict[str, str]:
        """Return the name of each guild that the bot is in, by its id."""
        names: dict[str, str] = {}
        after = "0"
        while True:
            page = await self._get(f"/users/@me/guilds?limit={PAGE}&after={after}")
            names |= {guild["id"]: guild["name"] for guild in page}
            if len(page) < PAGE:
                return names
            after = page[-1]["id"]

    async def guild(self, guild_id: str) -> dict[str, Any] | None:
        """Return a guild with its roles; None if the bot is not in it."""
        found = await self._get(f"/guilds/{guild_id}", absent=(FORBIDDEN, ABSENT))
        return None if found is None else dict(found)

    async def channels(self, guild_id: str) -> dict[str, dict[str, Any]]:
        """Return a guild's channels by their ids, also those that the bot does not see."""
        return {each["id"]: each for each in await self._get(f"/guilds/{guild_id}/channels")}

    async def roles_of(self, guild_id: str, user_id: str) -> list[str]:
        """Return the ids of a member's roles."""
        return list((await self._get(f"/guilds/{guild_id}/members/{user_id}"))["roles"])

    async def _get(self, path: str, absent: tuple[int, ...] = ()) -> Any:  # noqa: ANN401 - JSON
        for _ in range(TRIES):
            try:
                async with self._http.get(f"{self._url}{path}") as answer:
                    status = answer.status
                    body: Any = None if status in absent else await answer.json(content_type=None)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise OperatorMistake(
                    f"Discord cannot be reached ({type(error).__name__})."
                ) from None
            if status == OK:
                return body
            if status in absent:
                return None
            if status == REFUSED:
                raise OperatorMistake("Discord refuses DISCORD_TOKEN.")
            if status != TOO_MANY:
                break
            await asyncio.sleep(float(body["retry_after"]))
        raise OperatorMistake(f"Discord answers {status}.")


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Discord]:
    """Open the way to Discord with the bot's token."""
    headers = {"Authorization": f"Bot {settings.needed('discord_token')}"}
    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as http:
        yield Discord(http, settings.discord_api_url)
