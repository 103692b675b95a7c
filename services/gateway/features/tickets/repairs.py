"""Compares a ticket with its thread, and repairs what members changed in Discord's own menus."""

from typing import Any
from uuid import uuid5

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.threads import was_closed
from services.gateway.features.tickets.threads import TicketThreads
from services.gateway.features.tickets.views import message_again
from services.gateway.i18n.locale import Locale
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Command, Envelope
from shared.messages.tickets.commands import EndTicketOfThread, MoveTicketMessage
from shared.messages.tickets.details import ThreadEnd
from shared.messages.tickets.events import TicketRestated

log = structlog.get_logger()


class TicketRepairs:
    """What an open ticket needs on Discord: its thread, open, and the message with its buttons.

    A moderator who closes, locks or deletes the thread means the ticket: it is closed, which frees
    its member's slot. Discord archives a thread by itself after a week of silence, which happens
    on hold: that one is opened again.
    """

    def __init__(self, broker: Broker, threads: TicketThreads, guilds: GuildSettingsCopy) -> None:
        self._broker = broker
        self._threads = threads
        self._guilds = guilds

    async def end(self, envelope: Envelope, restated: TicketRestated) -> bool:
        """Report an open ticket whose thread is no more; returns whether it was so."""
        thread = await self._threads.changes.read(restated.ticket.id)
        cause = _ended(thread)
        if cause is None:
            return False
        log.info("ticket.thread_ended", ticket_id=restated.ticket.id, cause=cause)
        end = EndTicketOfThread(actor=_gateway(restated), ticket_id=restated.ticket.id, cause=cause)
        await self._publish(envelope, end, "end")
        return True

    async def repair(self, envelope: Envelope, restated: TicketRestated, subject: str) -> None:
        """Open the thread of an open ticket, and write its message again if that was deleted."""
        ticket = restated.ticket
        is_open = await self._threads.changes.open(ticket.id, yields=True)
        if not is_open or await self._threads.has_message(ticket):
            return
        settings = await self._guilds.of(ticket.guild_id)
        language = Locale.of(settings).language
        shown = message_again(restated, subject, settings.staff_role_ids, language)
        cause_id = uuid5(restated.request_id, f"again {ticket.message_id}")
        message_id = await self._threads.write_again(ticket, cause_id, shown)
        log.info("ticket.message_again", ticket_id=ticket.id)
        move = MoveTicketMessage(
            actor=_gateway(restated),
            ticket_id=ticket.id,
            before_id=ticket.message_id,
            message_id=message_id,
        )
        await self._publish(envelope, move, f"move {message_id}")

    async def _publish(self, envelope: Envelope, command: Command, purpose: str) -> None:
        caused = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, caused.name, caused)


def _ended(thread: dict[str, Any] | None) -> ThreadEnd | None:
    """Return what a moderator did to a thread that ends its ticket."""
    if thread is None:
        return "thread_deleted"
    return "thread_closed" if was_closed(thread) else None


def _gateway(restated: TicketRestated) -> Actor:
    return Actor(user_id=NOBODY, name="gateway", guild_id=restated.ticket.guild_id)
