"""The miniature Discord as one object: a server on loopback, and the hands of its people."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from playground import demo, people
from playground.exchange import API_PATH
from playground.faults import Faults
from playground.gateway import Gateway
from playground.interactions import Interaction
from playground.page import Page
from playground.payloads import DIRECT_MESSAGE
from playground.press import Press
from playground.rate_limits import RateLimits
from playground.refusals import Payload
from playground.rest import Rest

LARGEST_BODY_BYTES = 26 << 20


class MiniatureDiscord:
    """A running server, and everything a test or a visitor does with it."""

    def __init__(
        self,
        token: str = demo.TOKEN,
        *,
        heartbeat_seconds: float = 41.25,
        kept_exchanges: int = 20_000,
        rate_limit: tuple[int | None, float] = (50, 1.0),
    ) -> None:
        """Build the demo world for the token's bot; ``rate_limit`` is calls per seconds."""
        self.token = token
        self.world = demo.build(token)
        self.bot_id = self.world.bot_id
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
        app = web.Application(client_max_size=LARGEST_BODY_BYTES)
        app.router.add_route("*", API_PATH + "/{rest:.*}", self._rest.answer)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/resume/", self.gateway.serve)
        self._page.mount(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.host, self.port = self._runner.addresses[0][:2]

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
        """Move this Discord's clock ahead, for the three seconds and the fifteen minutes."""
        self.world.clock.skew_seconds += seconds
        self.world.changes.announce()

    # People act
    def add_member(self, name: str, *, locale: str = "ja", roles: tuple[str, ...] = ()) -> str:
        """Let one more person join and give their id."""
        return self.world.add_member(name, locale, list(roles))

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
        timeout_seconds: float = 5.0,
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

    def say(self, content: str, *, user: str | int, channel: str | int) -> Payload:
        """Write an ordinary message."""
        return people.say(self.world, str(user), str(channel), content)

    # What is there
    @property
    def interactions(self) -> list[Interaction]:
        """List every interaction so far, oldest first."""
        return list(self.world.interactions.values())

    def messages_in(self, channel: str | int) -> list[Payload]:
        """List the messages of a channel or thread that are not ephemeral, oldest first."""
        return self.visible_to(self.bot_id, channel)

    def visible_to(self, user: str | int, channel: str | int) -> list[Payload]:
        """List what one person sees in a channel, with the ephemeral answers to them."""
        return copy.deepcopy(self.world.messages_for(str(user), str(channel)))

    def message(self, message_id: str | int) -> Payload:
        """Give one message as it reads now."""
        return copy.deepcopy(self.world.message(str(message_id)).payload)

    def direct_messages(self, user: str | int) -> list[Payload]:
        """List what the bot wrote to one person directly, oldest first."""
        for channel in self.world.channels.values():
            if channel["type"] == DIRECT_MESSAGE and channel["recipients"][0]["id"] == str(user):
                return self.messages_in(channel["id"])
        return []

    def threads(self, parent: str | int | None = None) -> list[Payload]:
        """List the threads, of all channels or of one."""
        threads = [c for c in self.world.channels.values() if "thread_metadata" in c]
        return copy.deepcopy([t for t in threads if parent in (None, t["parent_id"])])

    def thread_members(self, thread_id: str | int) -> set[str]:
        """Give the ids of those in a thread, with the bot."""
        return set(self.world.thread_members[str(thread_id)])

    def commands(self) -> list[Payload]:
        """List the registered commands, global and the guild's."""
        scopes = self.world.commands.values()
        return [copy.deepcopy(command) for scope in scopes for command in scope.values()]

    # Waiting
    async def wait_until(
        self, is_so: Callable[[], object], what: str, timeout_seconds: float = 5.0
    ) -> None:
        """Wait until something about this Discord is so, looking after every change."""
        await self.world.changes.wait_for(
            lambda: True if is_so() else None, timeout_seconds, lambda: f"Waited until {what}"
        )

    async def wait_for_sessions(self, count: int = 1, timeout_seconds: float = 10.0) -> None:
        """Wait until so many gateways are connected."""
        await self.wait_until(
            lambda: len(self.gateway.connected) >= count,
            f"{count} gateways are connected",
            timeout_seconds,
        )

    async def wait_for_commands(self, *names: str, timeout_seconds: float = 10.0) -> None:
        """Wait until the named commands are registered, or any if none is named."""

        def are_there() -> bool:
            there = {command["name"] for command in self.commands()}
            return bool(there) and there.issuperset(names)

        await self.wait_until(are_there, f"commands {names} are registered", timeout_seconds)

    async def wait_for_message(
        self,
        is_it: Callable[[Payload], bool],
        *,
        channel: str | int | None = None,
        user: str | int | None = None,
        timeout_seconds: float = 5.0,
    ) -> Payload:
        """Wait for a message, in one channel or anywhere, as a person or the bot sees it."""
        reader = str(user or self.bot_id)

        def seen() -> list[Payload]:
            places = [str(channel)] if channel else list(self.world.channels)
            return [m for place in places for m in self.world.messages_for(reader, place)]

        def describe() -> str:
            titles = [(m["content"], [e.get("title") for e in m["embeds"]]) for m in seen()]
            return f"Waited for a message; there are {len(titles)}: {titles[-10:]}"

        found = await self.world.changes.wait_for(
            lambda: next((m for m in seen() if is_it(m)), None), timeout_seconds, describe
        )
        return copy.deepcopy(found)
