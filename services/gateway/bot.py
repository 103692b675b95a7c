"""The disnake bot: one shard, few caches, no command sync, and what happens to an error."""

import asyncio
import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

import disnake
import structlog
from disnake.ext import commands
from disnake.http import Route
from disnake.interactions import ApplicationCommandInteraction
from disnake.interactions import Interaction as AnyInteraction

from services.gateway.delivery import error_replies
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.identifying import IdentifyLater, find_hindrance, wait_until_welcome
from services.gateway.discord.inside_disnake import cure_lock_leak, session_of, shorten_backoff
from services.gateway.discord.listening import Session
from services.gateway.discord.request_limits import RequestLimits
from services.gateway.discord.rest import DISCORD_AWAY, TOO_MANY_REQUESTS
from shared.settings import OperatorMistake

SERVER_ERRORS = 500
UNAUTHORISED = 401
AUTHENTICATION_FAILED = 4004
# Between two sessions: Discord lets one begin in five seconds, and replicas must not keep step.
SECOND_SESSION_SECONDS = (5.0, 10.0)
AWAY_SECONDS = (5.0, 30.0)
SWITCHED_SECONDS = 300.0  # an intent that is switched off at this moment
REFUSED_SECONDS = 3600.0  # no restart and no patience cures it, only another release

TOKEN_REFUSED = "DISCORD_TOKEN is wrong: Discord refuses it."  # noqa: S105 - a sentence

log = structlog.get_logger()


class Bot(commands.InteractionBot):
    """Receives every interaction; caches only the guilds and their roles."""

    def __init__(
        self, api_url: str, *, hears_members: bool = False, shard: tuple[int, int] = (0, 1)
    ) -> None:
        """Point disnake at Discord; must be called inside the running loop.

        `hears_members` asks for an intent that Discord's developer portal must allow. `shard` is
        the number of the shard, and how many there are.
        """
        Route.BASE = api_url.rstrip("/")
        cure_lock_leak()
        shorten_backoff()
        # The guilds of other shards are not known here.
        self.limits = RequestLimits(knows=lambda each: shard[1] > 1 or self._is_in(each))
        self._session = Session()
        super().__init__(
            intents=disnake.Intents(
                guilds=True,
                guild_messages=True,
                guild_scheduled_events=True,
                members=hears_members,
            ),
            shard_id=shard[0],
            shard_count=shard[1],
            max_messages=None,
            member_cache_flags=disnake.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=disnake.AllowedMentions.none(),
            command_sync_flags=commands.CommandSyncFlags.none(),
            enable_debug_events=True,  # for `on_socket_raw_receive`
        )

    def _is_in(self, guild_id: str) -> bool:
        return self.get_guild(int(guild_id)) is not None

    async def login(self, token: str) -> None:
        """Log in; wait as long as Discord takes nothing from this address, or is broken.

        From then on every answer tells Discord's time and limits.
        """
        while True:
            try:
                # The base class: it neither asks who owns the bot nor prepares to sync commands.
                await disnake.Client.login(self, token)
            except disnake.HTTPException as error:
                if error.status != TOO_MANY_REQUESTS and error.status < SERVER_ERRORS:
                    raise
                self.limits.hear(error.status, error.response.headers)
                await self.http.close()
                seconds = max(self.limits.ban_seconds, random.uniform(*AWAY_SECONDS))  # noqa: S311 - no secret
                log.warning("login.postponed", status=error.status, seconds=round(seconds))
                await asyncio.sleep(seconds)
            else:
                self._watch_requests()
                return

    def _watch_requests(self) -> None:
        session = session_of(self.http)
        DISCORD_TIME.listen_to(session)
        self.limits.listen_to(session)

    @property
    def is_listening(self) -> bool:
        """Whether Discord's events arrive; False while disnake reconnects, or Discord is silent."""
        return self.is_ready() and self._session.is_heard

    async def on_socket_raw_receive(self, frame: str) -> None:
        """Note that Discord is there."""
        self._session.hear(frame)

    async def on_connect(self) -> None:
        """Note that a session has begun."""
        self._session.is_open = True

    async def on_resumed(self) -> None:
        """Note that the session goes on."""
        self._session.is_open = True

    async def on_disconnect(self) -> None:
        """Note that the connection is lost."""
        self._session.is_open = False

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 - disnake's
        """Look whether another session may begin; the first one was looked at before connecting.

        Raises IdentifyLater, which ends `connect`.
        """
        if not initial:
            await asyncio.sleep(random.uniform(*SECOND_SESSION_SECONDS))  # noqa: S311 - no secret
            if await find_hindrance(self.http, self.intents):
                raise IdentifyLater

    async def listen_to_discord(self) -> None:
        """Receive Discord's events until the bot is closed; wait where a restart would not help."""
        while not self.is_closed():
            self._session.is_open = False
            try:
                await wait_until_welcome(self.http, self.intents)
                await self.connect()
            except (IdentifyLater, disnake.SessionStartLimitReached):
                continue
            except disnake.PrivilegedIntentsRequired:
                await asyncio.sleep(SWITCHED_SECONDS)
            except disnake.ConnectionClosed as error:
                await self._wait_after(error.code)
            except (*DISCORD_AWAY, disnake.HTTPException, disnake.GatewayNotFound) as error:
                if getattr(error, "status", None) == UNAUTHORISED:
                    raise OperatorMistake(TOKEN_REFUSED) from None
                log.warning("session.away", reason=type(error).__name__)
                await asyncio.sleep(random.uniform(*AWAY_SECONDS))  # noqa: S311 - no secret

    async def _wait_after(self, code: int) -> None:
        """Wait after a close code that disnake takes for the end, and by which it closed itself."""
        if code == AUTHENTICATION_FAILED:
            raise OperatorMistake(TOKEN_REFUSED)
        if self.is_closed():
            self.clear()
            self._watch_requests()
        reason = f"Discord ends each session of this bot with the close code {code}."
        log.error("session.refused", reason=reason, seconds=REFUSED_SECONDS)
        await asyncio.sleep(REFUSED_SECONDS)

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
        raise OperatorMistake(TOKEN_REFUSED) from None
    except disnake.HTTPException as error:
        # disnake's text has a line for each mistake in Discord's tree.
        reason = "; ".join(error.text.splitlines())
        raise OperatorMistake(
            f"Discord at DISCORD_API_URL refuses ({error.status}): {reason}"
        ) from None
    except (*DISCORD_AWAY, ValueError) as error:
        raise OperatorMistake(
            f"Discord at DISCORD_API_URL cannot be reached ({type(error).__name__})."
        ) from None
