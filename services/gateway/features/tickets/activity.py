"""Records when a member writes in a ticket, never what."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import disnake
from disnake.ext import commands

from services.gateway.delivery.publisher import Publisher
from shared.messages.envelope import Actor, Envelope
from shared.messages.text import person_name
from shared.messages.tickets.commands import RecordActivity

# Never change it: both replicas must give the messages of one window one id.
WINDOWS = UUID("0f9e6c0c-9a0b-4a52-8b7e-2b2f6f1f7d11")
WINDOW_SECONDS = 60
KEPT = timedelta(hours=1)
MOST_REMEMBERED = 1000


class TicketActivity(commands.Cog):
    """Publishes at most one activity for each ticket and minute, from whichever replica."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._last_windows: OrderedDict[int, int] = OrderedDict()

    @commands.Cog.listener("on_message")
    async def hear(self, message: disnake.Message) -> None:
        """Publish that a person has written in a private thread that the bot owns."""
        # By the message's own time: replicas whose clocks differ still give one id.
        window = int(message.created_at.timestamp()) // WINDOW_SECONDS
        if (
            message.author.bot
            or not _is_ours(message)
            or self._is_recorded(message.channel.id, window)
        ):
            return
        writer = message.author
        command = RecordActivity(
            actor=Actor(
                user_id=str(writer.id),
                name=person_name(writer.display_name, writer.name),
                guild_id=str(message.guild.id) if message.guild else None,
            ),
            ticket_id=str(message.channel.id),
        )
        own = uuid5(WINDOWS, f"{message.channel.id} {window}")
        self._publisher.publish(Envelope.first(command, id=own), datetime.now(UTC) + KEPT)

    def _is_recorded(self, thread_id: int, window: int) -> bool:
        is_recorded = self._last_windows.get(thread_id) == window
        self._last_windows[thread_id] = window
        self._last_windows.move_to_end(thread_id)
        if len(self._last_windows) > MOST_REMEMBERED:
            self._last_windows.popitem(last=False)
        return is_recorded


def _is_ours(message: disnake.Message) -> bool:
    thread = message.channel
    return (
        isinstance(thread, disnake.Thread)
        and thread.is_private()
        and thread.owner_id == thread.guild.me.id
    )
