"""Shows on Discord what has happened to tickets."""

import asyncio
from uuid import uuid5
from weakref import WeakValueDictionary

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.delivery.complaints import Complaints
from services.gateway.delivery.handlers import handles
from services.gateway.discord.rest import NEVER, Attached
from services.gateway.features.tickets.outcomes import Refusals, TicketOutcomes
from services.gateway.features.tickets.repairs import TicketRepairs
from services.gateway.features.tickets.threads import TicketThreads
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.features.tickets.views import Head, farewell, first_message, head, warning
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, language_of, translate
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.failpoints import failpoint
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.tickets.commands import DiscardRequest, OpenTicket
from shared.messages.tickets.details import TicketState
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    ThreadOrphaned,
    TicketClosed,
    TicketContinued,
    TicketEvent,
    TicketRequested,
    TicketRestated,
    TicketWarned,
)
from shared.sealing import SealBroken, Sealer

log = structlog.get_logger()


class TicketEvents:
    """Turns events of tickets into threads and messages."""

    def __init__(  # noqa: PLR0913, PLR0917 - a part for each thing that an event causes
        self,
        broker: Broker,
        threads: TicketThreads,
        transcripts: Transcripts,
        sealer: Sealer,
        guilds: GuildSettingsCopy,
        outcomes: TicketOutcomes,
        complaints: Complaints,
    ) -> None:
        self._outcomes = outcomes
        self._complaints = complaints
        self._repairs = TicketRepairs(broker, threads, guilds)
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

    @handles(TicketRestated)
    async def _look(self, envelope: Envelope, restated: TicketRestated) -> None:
        """Compare a ticket with its thread, and repair what differs."""
        ticket = restated.ticket
        await self._threads.check(ticket.id)
        async with self._turn(ticket.id):
            try:
                if ticket.status == "closed":
                    await self._close_thread(envelope, ticket)
                elif not await self._repairs.end(envelope, restated):
                    language = (await self._locale(ticket.guild_id)).language
                    row = str(restated.request_id)
                    subject = self._unsealed(restated.subject, "ticket_subject", row, language)
                    await self._repairs.repair(envelope, restated, subject)
                    await self._show(envelope, restated)
            except disnake.HTTPException as error:
                if error.status not in NEVER:
                    raise
                log.warning("ticket.not_repaired", ticket_id=ticket.id, code=error.code)

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
        refusals = await self._admit(event) if is_newest else {}
        if isinstance(event, TicketWarned) and is_newest:
            await self._threads.say_once(
                ticket.id, uuid5(envelope.id, "warning"), warning(ticket, language)
            )
        elif isinstance(event, TicketClosed):
            await self._close(envelope, event)
            return
        await self._outcomes.tell(event, refusals)

    async def _admit(self, event: TicketEvent) -> Refusals:
        """Add and remove everybody that staff named, because events may come out of order.

        Returns what Discord had against it.
        """
        ticket = event.ticket
        inside, outside = set(ticket.added_ids), set(ticket.removed_ids)
        # The state in an event of an older version names nobody; the event itself does.
        if isinstance(event, PersonAdded):
            inside.add(event.person_id)
        elif isinstance(event, PersonRemoved):
            outside.add(event.person_id)
        if ticket.staff_id is not None:
            inside.add(ticket.staff_id)
        changes, is_open = self._threads.changes, ticket.status == "open"
        refusals = {
            each: await changes.remove(ticket.id, each, yields=is_open) for each in sorted(outside)
        }
        if is_open:
            inside |= {ticket.user_id} if isinstance(event, TicketRestated) else set()
            for each in sorted(inside):
                refusals[each] = await changes.add(ticket.id, each, yields=True)
        return {person_id: refusal for person_id, refusal in refusals.items() if refusal}

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
        # Before the lock: Discord changes no answer in a locked thread.
        await self._outcomes.tell(closed, {}, await self._transcript(closed, locale))
        await self._close_thread(envelope, closed.ticket)
        log.info("ticket.ended", ticket_id=thread_id, cause=closed.cause)

    async def _transcript(self, closed: TicketClosed, locale: Locale) -> Attached | None:
        """Make the transcript for the member who closes the ticket, if one does."""
        if closed.reply_to is None:
            return None
        reader = locale._replace(language=language_of(closed.reply_to.locale))
        try:
            return await self._transcripts.of(closed.ticket, reader)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.warning("transcript.refused", status=error.status, code=error.code)
            return None

    async def _close_thread(self, envelope: Envelope, ticket: TicketState) -> None:
        where = ticket.guild_id, ticket.channel_id, ticket.id
        await self._complaints.close(envelope, *where, "ticket")

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
        guild_id, channel_id = requested.guild_id, requested.channel_id
        await self._complaints.say("ticket", envelope, error, (guild_id, channel_id, "ticket"))
        discard = DiscardRequest(
            actor=_member(requested),
            request_id=requested.request_id,
            code="cannot_open_thread",
            details=await self._complaints.causes.of(error, guild_id, channel_id, "ticket"),
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
