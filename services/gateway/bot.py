"""The disnake bot: one shard, no caches, no command sync, and what happens to an error."""

import contextlib
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import disnake
import structlog
from disnake.ext import commands
from disnake.http import Route
from disnake.interactions import ApplicationCommandInteraction
from disnake.interactions import Interaction as AnyInteraction
from disnake.webhook.async_ import async_context

from services.gateway.delivery import error_replies
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.rest import DISCORD_AWAY
from shared.settings import OperatorMistake

log = structlog.get_logger()


class Bot(commands.InteractionBot):
    """Receives every interaction; caches only the guilds and their roles."""

    def __init__(self, api_url: str, *, hears_members: bool = False) -> None:
        """Point disnake at Discord; must be called inside the running loop.

        `hears_members` asks for an intent that Discord's developer portal must allow.
        """
        Route.BASE = api_url.rstrip("/")
        cure_lock_leak()
        super().__init__(
            intents=disnake.Intents(
                guilds=True,
                guild_messages=True,
                guild_scheduled_events=True,
                members=hears_members,
            ),
            max_messages=None,
            member_cache_flags=disnake.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=disnake.AllowedMentions.none(),
            command_sync_flags=commands.CommandSyncFlags.none(),
        )

    async def login(self, token: str) -> None:
        """Log in, and learn Discord's time from every answer of disnake's session from then on."""
        await super().login(token)
        # disnake makes the session itself, and offers no other way to it.
        DISCORD_TIME.listen_to(vars(self.http)["_HTTPClient__session"])

    @property
    def is_listening(self) -> bool:
        """Whether Discord's events arrive; False while disnake reconnects."""
        # disnake's own types forget that there is no socket before the first connection.
        return self.is_ready() and self.ws is not None and self.ws.open

    async def listen_to_discord(self) -> None:
        """Receive Discord's events until the bot is closed."""
        try:
            await self.connect()
        except disnake.PrivilegedIntentsRequired:
            raise OperatorMistake(
                "MEMBERS_INTENT is true, but Discord's developer portal does not allow"
                " the bot the server members intent."
            ) from None

    async def on_slash_command_error(
        self,
        interaction: ApplicationCommandInteraction[Any],
        exception: commands.CommandError,
    ) -> None:
        """Answer a slash command that failed."""
        await error_replies.answer(interaction, exception)

    async def on_error(self, event_method: str, *args: Any, **_: Any) -> None:  # noqa: ANN401 - whatever the event had
        """Answer a button or a form that failed; log the failure of any other event."""
        error = sys.exception()
        if args and isinstance(args[0], AnyInteraction):
            await error_replies.answer(args[0], error)
        else:
            log.error("event.failed", listener=event_method, exc_info=error)


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Turn Discord's answer to a wrong token or address into one sentence for the operator."""
    try:
        yield
    except disnake.LoginFailure:
        raise OperatorMistake("DISCORD_TOKEN is wrong: Discord refuses it.") from None
    except (*DISCORD_AWAY, disnake.HTTPException, ValueError) as error:
        raise OperatorMistake(
            f"Discord at DISCORD_API_URL cannot be reached ({type(error).__name__})."
        ) from None


def cure_lock_leak() -> None:
    """Make disnake drop the lock of an answered interaction; it never drops one by itself."""
    locks: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    async_context.get()._locks = locks  # type: ignore[assignment]  # noqa: SLF001 - no other way in
