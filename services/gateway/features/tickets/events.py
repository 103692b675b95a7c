"""Shows on Discord what has happened to tickets."""

import asyncio
from uuid import uuid5
from weakref import WeakValueDictionary

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.delivery.handlers import handles
from services.gateway.discord.rest import NEVER
from services.gateway.features.tickets.threads import TicketThreads
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.features.tickets.views import Head, farewell, first_message, head, warning
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, translate
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.failpoints import failpoint
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.tickets.commands import DiscardRequest, OpenTicket
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    ThreadOrphaned,
    TicketClosed,
    TicketContinued,
    TicketEvent,
    TicketRequested,
    TicketWarned,
)
from shared.sealing import SealBroken, Sealer

log = structlog.get_logger()


class TicketEvents:
    """Turns events of tickets into threads and messages."""

    def __init__(
        self,
        broker: Broker,
        threads: TicketThreads,
        transcripts: Transcripts,
        sealer: Sealer,
        guilds: GuildSettingsCopy,
    ) -> None:
        self._broker = broker
        self._threads = threads
        self._transcripts = transcripts
        self._sealer = sealer
        self._guilds = guilds
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @handles(ThreadOrphaned)
    async def _delete(self, _envelope: Envelope, event: ThreadOrphaned) -> None:
        await self._threads.check(event.thread_id)
        await self._threads.delete(event.thread_id)

    @handles(TicketEvent)
    async def _follow(self, envelope: Envelope, event: TicketEvent) -> None:
        await self._threads.check(event.ticket.id)
        async with self._turn(event.ticket.id):
            await self._show(envelope, event)

    def _turn(self, ticket_id: str) -> asyncio.Lock:
        """Return the ticket's lock: its events are handled one after the other."""
        return self._turns.setdefault(ticket_id, asyncio.Lock())

    async def _show(self, envelope: Envelope, event: TicketEvent) -> None:
        ticket = event.ticket
        if isinstance(event, TicketContinued):
            return  # nothing of it is to be seen
        guild = await self._guilds.of(ticket.guild_id)
        language = Locale.of(guild).language
        shown = head(Head.of(ticket), guild.staff_role_ids, language)
        is_newest = await self._threads.show(ticket, shown)
        if is_newest:
            await self._admit(event)
        if isinstance(event, TicketWarned) and is_newest:
            await self._threads.say_once(
                ticket.id, uuid5(envelope.id, "warning"), warning(ticket, language)
            )
        elif isinstance(event, TicketClosed):
            await self._close(envelope, event)

    async def _admit(self, event: TicketEvent) -> None:
        """Add and remove everybody that staff named, because events may come out of order."""
        ticket = event.ticket
        inside, outside = set(ticket.added_ids), set(ticket.removed_ids)
        # The state in an event of an older version names nobody; the event itself does.
        if isinstance(event, PersonAdded):
            inside.add(event.person_id)
        elif isinstance(event, PersonRemoved):
            outside.add(event.person_id)
        if ticket.staff_id is not None:
            inside.add(ticket.staff_id)
        for person_id in sorted(outside):
            await self._threads.put_out(ticket.id, person_id)
        if ticket.status == "open":
            for person_id in sorted(inside):
                await self._threads.put_in(ticket.id, person_id)

    async def _close(self, envelope: Envelope, closed: TicketClosed) -> None:
        """Say that the ticket is over, keep the transcript, and close the thread last."""
        thread_id, reason = closed.ticket.id, ""
        locale = await self._locale(closed.ticket.guild_id)
        if closed.reason is not None:
            reason = self._unsealed(closed.reason, "close_reason", thread_id, locale.language)
        last_words = farewell(closed, reason, locale.language)
        await self._threads.say_once(thread_id, uuid5(envelope.id, "farewell"), last_words)
        failpoint("gateway.parted")
        if closed.log_channel_id is not None and not closed.is_forgotten:
            cause_id = uuid5(envelope.id, "transcript")
            await self._transcripts.keep(closed.ticket, closed.log_channel_id, cause_id, locale)
        await self._threads.close(thread_id)
        log.info("ticket.ended", ticket_id=thread_id, cause=closed.cause)

    @handles(TicketRequested)
    async def _open(self, envelope: Envelope, requested: TicketRequested) -> None:
        """Open a thread with the member and their text, then publish that the ticket is open."""
        thread_id, language = "", (await self._locale(requested.guild_id)).language
        try:
            thread_id = await self._threads.open(requested, language)
            failpoint("gateway.thread_opened")
            message_id = await self._fill(thread_id, requested, language)
            failpoint("gateway.ticket_written")
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            await self._give_up(envelope, requested, thread_id, error)
            return
        log.info("ticket.written", ticket_id=thread_id)
        opened = OpenTicket(
            actor=_member(requested),
            request_id=requested.request_id,
            ticket_id=thread_id,
            message_id=message_id,
        )
        # The thread is part of the id: a second thread gets its own command, and is deleted.
        await self._publish(envelope, opened, f"open {thread_id}")

    async def _fill(self, thread_id: str, requested: TicketRequested, language: Language) -> str:
        row = str(requested.request_id)
        opened = (
            self._unsealed(requested.subject, "ticket_subject", row, language),
            self._unsealed(requested.details, "ticket_details", row, language),
        )
        roles = (await self._guilds.of(requested.guild_id)).staff_role_ids
        shown = first_message(requested, opened, thread_id, roles, language)
        message_id = await self._threads.write_first(thread_id, requested, shown)
        await self._threads.admit(thread_id, requested.user_id)
        return message_id

    def _unsealed(self, sealed: str, column: str, row: str, language: Language) -> str:
        try:
            return self._sealer.open(sealed, column=column, row=row)
        except SealBroken as error:
            log.error("ticket.unopened", column=column, reason=str(error))
            return translate(language, "reveal-broken")

    async def _locale(self, guild_id: str) -> Locale:
        return Locale.of(await self._guilds.of(guild_id))

    async def _give_up(
        self,
        envelope: Envelope,
        requested: TicketRequested,
        thread_id: str,
        error: disnake.HTTPException,
    ) -> None:
        log.error("ticket.refused", status=error.status, code=error.code)
        discard = DiscardRequest(
            actor=_member(requested),
            request_id=requested.request_id,
            code="cannot_open_thread",
            # Only the service knows whether an open ticket has this thread since an earlier try.
            thread_id=thread_id or None,
        )
        await self._publish(envelope, discard, f"discard {thread_id}".strip())

    async def _publish(self, envelope: Envelope, command: Command, purpose: str) -> None:
        # A redelivered event publishes the same id again, which the inbox knows.
        caused = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, caused.name, caused)


def _member(requested: TicketRequested) -> Actor:
    guild_id = requested.guild_id
    return Actor(user_id=requested.user_id, name=requested.user_name, guild_id=guild_id)
