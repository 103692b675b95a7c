"""What the tickets service does from a member's form to a thread with staff."""

from services.tickets.quotas import Quotas, check_asking
from services.tickets.sql import guilds, requests, tickets
from shared.database import Connection, database_time
from shared.dispatch import Outcome, answer_to
from shared.messages.replies import CommandAccepted, CommandRefused
from shared.messages.tickets.commands import DiscardRequest, OpenTicket, RequestTicket
from shared.messages.tickets.events import (
    RequestDiscarded,
    ThreadOrphaned,
    TicketOpened,
    TicketRequested,
)
from shared.refusal import Refused


async def request_ticket(
    command: RequestTicket, connection: Connection, *, quotas: Quotas
) -> Outcome:
    """Keep what a member asked for, unless they have as many; the answer waits for the thread."""
    rules = await guilds.view(connection, command.guild_id)
    if command.category not in rules.categories:
        raise Refused("ticket_category_off")
    await check_asking(connection, command.actor, command.guild_id, quotas)
    slot = await requests.free_slot(connection, command, rules.per_category)
    if slot is None:
        raise Refused("ticket_limit", most=rules.per_category)
    await requests.insert(connection, command, slot)
    requested = TicketRequested(
        request_id=command.request_id,
        guild_id=command.guild_id,
        channel_id=command.channel_id,
        user_id=command.actor.user_id,
        user_name=command.actor.name,
        category=command.category,
        subject=command.subject,
        details=command.details,
    )
    return Outcome([requested])


async def open_ticket(command: OpenTicket, connection: Connection) -> Outcome:
    """Make a request a ticket under its thread's id, and answer its member."""
    request = await requests.lock(connection, command)
    if request is None or request.ticket_id not in (None, command.ticket_id):
        orphan = ThreadOrphaned(request_id=command.request_id, thread_id=command.ticket_id)
        return Outcome([orphan])
    if request.ticket_id == command.ticket_id:
        return Outcome()
    rules = await guilds.view(connection, request.guild_id)
    now = await database_time(connection)
    ticket = await tickets.insert(connection, command, now, now + rules.warn_after)
    await requests.mark_opened(connection, command.request_id, ticket.id)
    opened = TicketOpened(ticket=ticket)
    details = {"ticket_id": ticket.id}
    answer = answer_to(request.reply_to, RequestTicket, CommandAccepted, details=details)
    return Outcome([opened, *answer])


async def discard_request(command: DiscardRequest, connection: Connection) -> Outcome:
    """Forget a request that Discord would not take a thread for, and tell its member."""
    request = await requests.lock(connection, command)
    orphans = []
    if command.thread_id and (request is None or request.ticket_id != command.thread_id):
        orphans = [ThreadOrphaned(request_id=command.request_id, thread_id=command.thread_id)]
    if request is None or request.ticket_id is not None:
        return Outcome(orphans)
    await requests.delete(connection, command.request_id)
    discarded = RequestDiscarded(request_id=command.request_id)
    why = {"code": command.code, "details": command.details}
    answer = answer_to(request.reply_to, RequestTicket, CommandRefused, **why)
    return Outcome([*orphans, discarded, *answer])
