"""Hears what is done to tickets' threads in Discord's own menus, and has the tickets looked at."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import disnake
import structlog
from disnake.ext import commands

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.publisher import Publisher
from shared.messages.envelope import NOBODY, Actor, Envelope, new_id
from shared.messages.tickets.commands import RestateTickets

# Never change it: both replicas must give one change one id.
CHANGES = UUID("6d1c7f0b-6b1e-4b0c-8f5e-1e6f1b0b7a35")
KEPT = timedelta(hours=1)
MOST = 1000

log = structlog.get_logger()


class TicketDrift(commands.Cog):
    """Publishes which tickets Discord may show otherwise than they are. Each replica does.

    A service of the release before would put such a command among the dead letters. It is spared;
    the hourly look asks for what was missed.
    """

    def __init__(self, client: disnake.Client, publisher: Publisher, api: InvitationsApi) -> None:
        self._client = client
        self._publisher = publisher
        self._api = api

    @commands.Cog.listener("on_raw_thread_delete")
    async def thread_deleted(self, event: disnake.RawThreadDeleteEvent) -> None:
        """Look at the ticket of a private thread."""
        if event.thread_type is disnake.ChannelType.private_thread:
            self._look(event.guild_id, event.thread_id, f"deleted {event.thread_id}")

    @commands.Cog.listener("on_raw_thread_update")
    async def thread_updated(self, thread: disnake.Thread) -> None:
        """Look at the ticket of a private thread that is closed or locked now."""
        if _is_ours(thread) and (thread.archived or thread.locked):
            state = f"{thread.archived} {thread.locked} {thread.archive_timestamp.timestamp()}"
            self._look(thread.guild.id, thread.id, f"updated {thread.id} {state}")

    @commands.Cog.listener("on_raw_message_delete")
    async def message_deleted(self, event: disnake.RawMessageDeleteEvent) -> None:
        """Look at the ticket in whose thread a message was deleted."""
        self._message_deleted(event, event.message_id)

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def messages_deleted(self, event: disnake.RawBulkMessageDeleteEvent) -> None:
        """Look at the ticket in whose thread messages were deleted."""
        self._message_deleted(event, min(event.message_ids))

    @commands.Cog.listener("on_guild_channel_update")
    async def channel_updated(
        self, _before: disnake.abc.GuildChannel, after: disnake.abc.GuildChannel
    ) -> None:
        """Look at the guild's tickets: the bot's permissions may be others now."""
        self.look_at_guild(after.guild)

    @commands.Cog.listener("on_guild_role_update")
    async def role_updated(self, before: disnake.Role, after: disnake.Role) -> None:
        """Look at the guild's tickets if a role allows something else now."""
        if before.permissions != after.permissions:
            self.look_at_guild(after.guild)

    def look_at_guild(self, guild: disnake.Guild) -> None:
        """Look at all open tickets of a guild, and at those whose thread is still open."""
        ours = [thread.id for thread in guild.threads if _is_ours(thread)]
        self._publish(guild.id, ours[:MOST], new_id(), is_routine=True)

    def _message_deleted(
        self, event: disnake.RawMessageDeleteEvent | disnake.RawBulkMessageDeleteEvent, at: int
    ) -> None:
        guild = self._client.get_guild(event.guild_id) if event.guild_id else None
        thread = guild.get_thread(event.channel_id) if guild else None
        if thread is not None and _is_ours(thread):
            self._look(thread.guild.id, thread.id, f"message {at}")

    def _look(self, guild_id: int, thread_id: int, change: str) -> None:
        self._publish(guild_id, [thread_id], uuid5(CHANGES, change))

    def _publish(
        self, guild_id: int, ids: Iterable[int], own: UUID, *, is_routine: bool = False
    ) -> None:
        if not self._api.restates_tickets:
            log.info("tickets.not_restated", guild_id=str(guild_id))
            return
        command = RestateTickets(
            actor=Actor(user_id=NOBODY, name="gateway", guild_id=str(guild_id)),
            guild_id=str(guild_id),
            ticket_ids=tuple(map(str, ids)),
            is_routine=is_routine,
        )
        self._publisher.publish(Envelope.first(command, id=own), datetime.now(UTC) + KEPT)


def _is_ours(thread: disnake.Thread) -> bool:
    return thread.is_private() and thread.owner_id == thread.guild.me.id
