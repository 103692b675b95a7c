"""What a test reads from the miniature Discord, and how it waits for it."""

import copy
from collections.abc import Callable

from playground.gateway import Gateway
from playground.interactions import Interaction
from playground.refusals import Payload
from playground.world import World


class Watching:
    """Look at a world, and wait until something in it is so."""

    world: World
    gateway: Gateway

    @property
    def bot_id(self) -> str:
        """Give the id of the bot, which is also its application's."""
        return self.world.bot_id

    @property
    def interactions(self) -> list[Interaction]:
        """List every interaction so far, oldest first."""
        return list(self.world.interactions.values())

    def messages_in(self, channel: str | int) -> list[Payload]:
        """List the messages of a channel or thread that are not ephemeral, oldest first."""
        return copy.deepcopy(self._public(str(channel)))

    def _public(self, channel_id: str) -> list[Payload]:
        messages = self.world.messages_in(channel_id)
        return [message.payload for message in messages if message.only_for is None]

    def visible_to(self, user: str | int, channel: str | int) -> list[Payload]:
        """List what one person sees in a channel, with the ephemeral answers to them."""
        return copy.deepcopy(self.world.messages_for(str(user), str(channel)))

    def message(self, message_id: str | int) -> Payload:
        """Give one message as it reads now."""
        return copy.deepcopy(self.world.message(str(message_id)).payload)

    def direct_messages(self, user: str | int) -> list[Payload]:
        """List what the bot wrote to one person directly, oldest first."""
        channel = self.world.direct_channel(str(user))
        return self.messages_in(channel["id"]) if channel else []

    def threads(self, parent: str | int | None = None) -> list[Payload]:
        """List the threads, of all channels or of one."""
        threads = [c for c in self.world.channels.values() if "thread_metadata" in c]
        return copy.deepcopy([t for t in threads if parent in (None, t["parent_id"])])

    def thread_members(self, thread_id: str | int) -> set[str]:
        """Give the ids of those in a thread, with the bot."""
        return set(self.world.thread_members[str(thread_id)])

    def commands(self) -> list[Payload]:
        """List the registered commands, global and the guilds'."""
        scopes = self.world.commands.values()
        return [copy.deepcopy(command) for scope in scopes for command in scope.values()]

    async def wait_until(
        self, is_so: Callable[[], object], what: str, timeout_seconds: float = 20.0
    ) -> None:
        """Wait until something about this Discord is so, checked after every change."""
        await self.world.changes.wait_for(
            lambda: True if is_so() else None, timeout_seconds, lambda: f"Waited until {what}"
        )

    async def wait_for_sessions(self, count: int = 1, timeout_seconds: float = 30.0) -> None:
        """Wait until so many gateways are connected."""
        await self.wait_until(
            lambda: len(self.gateway.connected) >= count,
            f"{count} gateways are connected",
            timeout_seconds,
        )

    async def wait_for_commands(self, *names: str, timeout_seconds: float = 30.0) -> None:
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
        timeout_seconds: float = 20.0,
    ) -> Payload:
        """Wait for a message, in one channel or anywhere, that everybody or one person can see."""

        def seen() -> list[Payload]:
            places = [str(channel)] if channel else list(self.world.channels)
            if user is None:
                return [m for place in places for m in self._public(place)]
            return [m for place in places for m in self.world.messages_for(str(user), place)]

        def describe() -> str:
            titles = [(m["content"], [e.get("title") for e in m["embeds"]]) for m in seen()]
            return f"Waited for a message; there are {len(titles)}: {titles[-10:]}"

        found = await self.world.changes.wait_for(
            lambda: next((m for m in seen() if is_it(m)), None), timeout_seconds, describe
        )
        return copy.deepcopy(found)
