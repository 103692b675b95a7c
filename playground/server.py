"""The miniature Discord as one object: a server on loopback, and the hands of its people."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground import demo, people, thread_life
from playground.exchange import API_PATH
from playground.faults import Faults
from playground.gateway import Gateway
from playground.guild_control import GuildControl
from playground.moderation import ModerationControl
from playground.page import Page
from playground.press import Press
from playground.rate_limits import RateLimits
from playground.refusals import Payload
from playground.rest import Rest
from playground.same_site import same_site
from playground.snowflakes import Clock
from playground.watching import Watching

LARGEST_BODY_BYTES = 26 << 20


class MiniatureDiscord(GuildControl, ModerationControl, Watching):
    """A running server, and everything a test or a visitor does with it."""

    def __init__(
        self,
        token: str = demo.TOKEN,
        *,
        heartbeat_seconds: float = 41.25,
        kept_exchanges: int = 20_000,
        rate_limit: tuple[int | None, float] = (50, 1.0),
        skew_seconds: float = 0.0,
        shards: int = 1,
    ) -> None:
        """Build the demo world for the token's bot; ``rate_limit`` is a route's calls per seconds.

        ``limits`` and ``world.session_limits`` have the other limits, which are Discord's own.
        ``shards`` is how many this Discord recommends; a client may use any number.
        ``skew_seconds`` is how far this Discord's clock is ahead of the machine's.
        """
        self.token = token
        self.world = demo.build(token, Clock(skew_seconds))
        self.world.shards = shards
        self.faults = Faults(self.world.changes)
        self.limits = RateLimits(self.world.clock, *rate_limit)
        self.gateway = Gateway(self.world, token, heartbeat_seconds)
        self._rest = Rest(self.world, token, self.faults, self.limits, kept_exchanges)
        self.exchanges = self._rest.exchanges
        self._page = Page(self.world, self.gateway)
        self.host = ""
        self.port = 0

    @classmethod
    async def start(
        cls,
        port: int = 0,
        host: str = "127.0.0.1",
        **options: Any,  # noqa: ANN401 - those of __init__
    ) -> "MiniatureDiscord":
        """Start a server; port 0 takes a free one. OSError when the port is taken."""
        discord = cls(**options)
        await discord._listen(host, port)
        return discord

    async def _listen(self, host: str, port: int) -> None:
        app = web.Application(client_max_size=LARGEST_BODY_BYTES, middlewares=[same_site])
        app.on_response_prepare.append(self._date)
        app.router.add_route("*", API_PATH + "/{rest:.*}", self._rest.answer)
        for path in ("/gateway", "/gateway/", "/resume/"):
            app.router.add_get(path, self.gateway.serve)
        self._page.mount(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.host, self.port = self._runner.addresses[0][:2]

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Tell this Discord's own time in every answer, as its ids do."""
        response.headers["Date"] = self.world.clock.header()

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self._page.close()
        await self.gateway.drop(1001)
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """Give the address for ``disnake.http.Route.BASE``."""
        return f"http://{self.host}:{self.port}{API_PATH}"

    @property
    def page_url(self) -> str:
        """Give the address of the page for the browser."""
        return f"http://{self.host}:{self.port}/"

    @property
    def skew_seconds(self) -> float:
        """Say how far this Discord's clock is ahead of the real one."""
        return self.world.clock.skew_seconds

    def advance(self, seconds: float) -> None:
        """Move this Discord's clock ahead, past every moment that it waits for."""
        self.world.clock.skew_seconds += seconds
        thread_life.archive_silent(self.world)
        self.world.changes.announce()

    async def slash(
        self,
        name: str,
        *,
        user: str | int,
        channel: str | int = demo.CHAT_CHANNEL_ID,
        options: Mapping[str, Any] | None = None,
    ) -> Press:
        """Run a command such as ``"invite create"``; ClientRefusal where the form says no."""
        sent = people.slash(self.world, name, str(user), str(channel), options or {})
        return Press(self.world, sent)

    async def autocomplete(  # noqa: PLR0913 - what a person sees while typing
        self,
        name: str,
        focused: str,
        typed: Any = "",  # noqa: ANN401 - text or a number
        *,
        user: str | int,
        channel: str | int = demo.CHAT_CHANNEL_ID,
        options: Mapping[str, Any] | None = None,
        timeout_seconds: float = 20.0,
    ) -> list[Payload]:
        """Type into an option and give the suggestions."""
        given = dict(options or {}) | {focused: typed}
        sent = people.autocomplete(self.world, name, str(user), str(channel), given, focused)
        return await Press(self.world, sent).choices(timeout_seconds)

    async def click(
        self,
        message_id: str | int,
        custom_id: str | None = None,
        *,
        user: str | int,
        label: str | None = None,
        values: list[str] | None = None,
    ) -> Press:
        """Press a button or choose ``values`` in a select, by custom id or visible label."""
        sent = people.press(self.world, str(message_id), str(user), custom_id, label, values)
        return Press(self.world, sent)

    async def submit(
        self, shown: Press, values: Mapping[str, Any], *, user: str | int | None = None
    ) -> Press:
        """Fill in the modal that ``shown`` was answered with, and send it."""
        if user is not None and str(user) != shown.user_id:
            text = "Only the person who was shown a modal can submit it."
            raise ValueError(text)
        await shown.modal()
        return Press(self.world, people.submit(self.world, shown.interaction, values))

    def open_webhook(self, channel: str | int) -> str:
        """Give the secret address at which anybody may write into a channel."""
        webhook_id, token = self.world.ids.next(), secrets.token_urlsafe(48)
        self.world.webhooks[webhook_id, token] = str(channel)
        return f"{self.api_url}/webhooks/{webhook_id}/{token}"

    def say(self, content: str, *, user: str | int, channel: str | int) -> Payload:
        """Write an ordinary message."""
        return people.say(self.world, str(user), str(channel), content)
