"""Hears what is changed on Discord, and tells the gateway that acts what to look at.

Every replica hears every change and publishes it to `gateway.events`, whose one active consumer
looks at it. So a change is also looked at if that consumer is another process a moment later.
"""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import disnake
import structlog
from disnake.ext import commands

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.handlers import handles
from services.gateway.discord.refusals import REFUSALS
from services.gateway.features.tickets.drift import TicketDrift
from shared.broker import Broker
from shared.errors import Kind, classify
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.gateway.events import InvitationDoubted, ListDoubted
from shared.messages.invitations.guilds import GuildSettingsChanged
from shared.messages.invitations.repairs import InvitationPlace
from shared.single_flight import SingleFlight

AN_HOUR = 3600.0
RETRY_SECONDS = 5.0
# A look costs up to fifteen requests, and Discord takes 50 a second from the bot.
PACE_SECONDS = 0.5

Concerns: TypeAlias = Callable[[InvitationPlace], bool]

log = structlog.get_logger()


class DriftWatch(commands.Cog):
    """Publishes which invitations Discord may show otherwise than they are."""

    def __init__(
        self,
        bot: disnake.Client,
        api: InvitationsApi,
        broker: Broker,
        guilds: GuildSettingsCopy,
        tickets: TicketDrift,
        *,
        every: float = AN_HOUR,
    ) -> None:
        self._bot = bot
        self._guilds = guilds
        self._tickets = tickets
        self._broker = broker
        self._every = every
        self._places: SingleFlight[str, list[InvitationPlace]] = SingleFlight(api.places)
        # Dicts, which keep their order: the guilds of which everything is to be looked at.
        self._routine: dict[str, None] = {}
        self._missed: dict[str, None] = {}
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Look at every invitation after READY and once an hour, and again where that failed."""
        while True:
            if self._missed:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                try:
                    async with asyncio.timeout(self._every):
                        await self._wake.wait()
                except TimeoutError:
                    self._note_all()
            self._wake.clear()
            for guilds, pause in ((self._missed, 0.0), (self._routine, PACE_SECONDS)):
                for guild_id in list(guilds):
                    del guilds[guild_id]
                    await self.doubt(guild_id, lambda _: True, pause=pause)
                    await self._doubt_list(guild_id)
                    if guild := self._bot.get_guild(int(guild_id)):
                        self._tickets.look_at_guild(guild)

    async def doubt(self, guild_id: str, concerns: Concerns, *, pause: float = 0.0) -> None:
        """Publish the invitations of a guild that a change concerns; all later, if that fails.

        With a pause between them it stops when all are to be looked at once more.
        """
        try:
            for place in reversed(await self._places.run(guild_id)):  # the newest first
                if pause and guild_id in self._routine:
                    return  # what was missed until READY does not wait for the oldest
                if concerns(place):
                    await self._publish(guild_id, place.id)
                    await asyncio.sleep(pause)
        except Exception as error:
            if classify(error) is Kind.PERMANENT:
                raise
            log.warning("drift.missed", guild_id=guild_id, reason=type(error).__name__)
            self._missed[guild_id] = None
            self._wake.set()

    async def _publish(self, guild_id: str, invitation_id: str) -> None:
        doubted = InvitationDoubted(guild_id=guild_id, invitation_id=invitation_id)
        await self._broker.publish(EVENTS, doubted.wire_name(), Envelope.first(doubted))

    async def _doubt_list(self, guild_id: str) -> None:
        """Publish that the pinned list of a guild is to be looked at; later, if that fails."""
        doubted = ListDoubted(guild_id=guild_id)
        try:
            await self._broker.publish(EVENTS, doubted.wire_name(), Envelope.first(doubted))
        except Exception as error:
            if classify(error) is Kind.PERMANENT:
                raise
            self._missed[guild_id] = None
            self._wake.set()

    def _note_all(self) -> None:
        self._routine |= {str(guild.id): None for guild in self._bot.guilds}
        self._wake.set()

    @handles(GuildSettingsChanged)
    async def settings_changed(self, _envelope: Envelope, event: GuildSettingsChanged) -> None:
        """Look at a guild that may have another channel or other staff now."""
        await self._guilds.newest(event.guild.guild_id)
        await self.doubt(event.guild.guild_id, lambda _: True)

    @commands.Cog.listener("on_ready")
    async def look_at_all(self) -> None:
        """Look at everything: Discord does not repeat what happened before READY."""
        self._note_all()

    @commands.Cog.listener("on_guild_join")
    @commands.Cog.listener("on_guild_available")
    async def look_at_guild(self, guild: disnake.Guild) -> None:
        """Look at a guild that the bot is in again, or that Discord had lost for a while."""
        self._routine[str(guild.id)] = None
        self._wake.set()

    @commands.Cog.listener("on_raw_message_delete")
    async def message_deleted(self, event: disnake.RawMessageDeleteEvent) -> None:
        """Look at the invitation that the message showed."""
        await self._messages_deleted(event.guild_id, {event.message_id})

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def messages_deleted(self, event: disnake.RawBulkMessageDeleteEvent) -> None:
        """Look at the invitations that the messages showed."""
        await self._messages_deleted(event.guild_id, event.message_ids)

    async def _messages_deleted(self, guild_id: int | None, message_ids: set[int]) -> None:
        if guild_id is not None:
            gone = set(map(str, message_ids))
            await self.doubt(
                str(guild_id), lambda at: at.announcement_id in gone or at.staff_message_id in gone
            )
            known = self._guilds.known(str(guild_id))
            if known and known.list_message_id in gone:
                await self._doubt_list(str(guild_id))

    @commands.Cog.listener("on_raw_thread_delete")
    async def thread_deleted(self, event: disnake.RawThreadDeleteEvent) -> None:
        """Look at the invitation of the thread."""
        thread_id = str(event.thread_id)
        await self.doubt(str(event.guild_id), lambda at: at.thread_id == thread_id)

    @commands.Cog.listener("on_raw_thread_update")
    async def thread_updated(self, thread: disnake.Thread) -> None:
        """Look at the invitation of the thread."""
        thread_id = str(thread.id)
        await self.doubt(str(thread.guild.id), lambda at: at.thread_id == thread_id)

    @commands.Cog.listener("on_guild_channel_delete")
    async def channel_deleted(self, channel: disnake.abc.GuildChannel) -> None:
        """Look at the invitations that were shown in the channel."""
        await self._channel_changed(channel)

    @commands.Cog.listener("on_guild_channel_update")
    async def channel_updated(
        self, _before: disnake.abc.GuildChannel, after: disnake.abc.GuildChannel
    ) -> None:
        """Look at the invitations in the channel: the bot's permissions may be others now."""
        await self._channel_changed(after)

    async def _channel_changed(self, channel: disnake.abc.GuildChannel) -> None:
        REFUSALS.forget([channel.id])
        channel_id, guild_id = str(channel.id), str(channel.guild.id)
        chosen = self._guilds.known(guild_id)
        # What could not be posted goes to a channel that staff have chosen.
        is_chosen = chosen is not None and channel_id in (
            chosen.announcement_channel_id,
            chosen.staff_channel_id,
        )
        await self.doubt(
            guild_id,
            lambda at: (
                (is_chosen and at.is_owed) or channel_id in (at.channel_id, at.staff_channel_id)
            ),
        )

    @commands.Cog.listener("on_guild_role_delete")
    async def role_deleted(self, role: disnake.Role) -> None:
        """Look at the whole guild: the role may have been the staff's, or the bot's."""
        REFUSALS.forget(places_of(role.guild))
        await self.doubt(str(role.guild.id), lambda _: True)

    @commands.Cog.listener("on_guild_role_update")
    async def role_updated(self, before: disnake.Role, after: disnake.Role) -> None:
        """Look at the whole guild if a role allows something else now."""
        if before.permissions != after.permissions:
            REFUSALS.forget(places_of(after.guild))
            await self.doubt(str(after.guild.id), lambda _: True)

    @commands.Cog.listener("on_raw_member_update")
    async def member_updated(self, member: disnake.Member) -> None:
        """Look at what a member of staff is in charge of; at everything if it is the bot itself."""
        user_id, is_bot = str(member.id), member.id == self._bot.user.id
        if is_bot:
            REFUSALS.forget(places_of(member.guild))
        await self.doubt(str(member.guild.id), lambda at: is_bot or at.staff_id == user_id)

    @commands.Cog.listener("on_raw_member_remove")
    async def member_removed(self, event: disnake.RawGuildMemberRemoveEvent) -> None:
        """Look at what the member leads; seats are given up by MemberLeave."""
        user_id = str(event.user.id)
        await self.doubt(str(event.guild_id), lambda at: user_id in at.hosts_and_staff)

    @commands.Cog.listener("on_guild_scheduled_event_delete")
    async def scheduled_event_deleted(self, event: disnake.GuildScheduledEvent) -> None:
        """Look at the invitation that the event mirrors, which its description links to."""
        link = (event.description or "").rpartition("/")[2]
        await self.doubt(str(event.guild_id), lambda at: link in (at.id, at.announcement_id))


def places_of(guild: disnake.Guild) -> list[int]:
    """Return the ids of the channels and of the open threads of a guild."""
    return [each.id for each in (*guild.channels, *guild.threads)]
