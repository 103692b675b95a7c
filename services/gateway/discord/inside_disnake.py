"""The only module that reaches into disnake's private parts; a test guards each of them."""

import random
import weakref
from typing import Any

import aiohttp
import disnake.client
from disnake.backoff import ExponentialBackoff
from disnake.http import HTTPClient
from disnake.webhook.async_ import async_context

LONGEST_SECONDS = 30.0


class ShortBackoff(ExponentialBackoff[bool]):
    """disnake's pauses between connections; its own grow to 17 minutes."""

    def delay(self) -> float:
        """Return the seconds to wait, at most 30."""
        longest = random.uniform(LONGEST_SECONDS / 2, LONGEST_SECONDS)  # noqa: S311 - no secret
        return min(super().delay(), longest)


def session_of(http: HTTPClient) -> aiohttp.ClientSession:
    """Return the session that disnake makes when it logs in."""
    session: aiohttp.ClientSession = vars(http)["_HTTPClient__session"]
    return session


def guild_of(client: disnake.Client, data: Any) -> disnake.Guild:  # noqa: ANN401 - JSON
    """Return a guild from what GUILD_CREATE has of it, without putting it into the cache."""
    return disnake.Guild(data=data, state=client._connection)  # noqa: SLF001 - no other way in


def shorten_backoff() -> None:
    """Make disnake reconnect half a minute after Discord is back, at the latest."""
    vars(disnake.client)["ExponentialBackoff"] = ShortBackoff


def cure_lock_leak() -> None:
    """Make disnake drop the lock of an answered interaction; it never drops one by itself."""
    locks: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    async_context.get()._locks = locks  # type: ignore[assignment]  # noqa: SLF001 - no other way in
