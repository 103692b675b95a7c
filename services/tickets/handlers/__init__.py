"""What the tickets service does for each command. A handler returns what happened."""

from functools import partial

from services.tickets.domain import Rules
from services.tickets.handlers import opening, privacy, reading, silence, staffing, upkeep
from services.tickets.quotas import Quotas
from services.tickets.sql import sealed_texts
from shared.dispatch import Handlers
from shared.erasures import guarded
from shared.guilds import walled
from shared.limits import counted
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CleanInbox,
    CloseSilentTicket,
    CloseTicket,
    CloseTicketsOfMember,
    DiscardRequest,
    HoldTicket,
    ListOwnTickets,
    ListTickets,
    OpenTicket,
    ReadTranscript,
    RecordActivity,
    ReleaseTicket,
    RemoveFromTicket,
    RequestTicket,
    ResumeTicket,
    TransferTicket,
    WarnTicket,
)
from shared.messages.tickets.mine import EraseMyData, ExportMyData
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals, SealsOutdated
from shared.resealing import Resealing

NO_QUOTAS = Quotas()
_SEALS = Resealing(sealed_texts.SELECT_OUTDATED, sealed_texts.replace, SealsOutdated)


def handlers(rules: Rules, quotas: Quotas = NO_QUOTAS) -> Handlers:
    """Return the handler of each command, under a community's rules and a deployment's limits."""
    own: Handlers = {
        RequestTicket: partial(opening.request_ticket, rules=rules, quotas=quotas),
        OpenTicket: partial(opening.open_ticket, rules=rules),
        DiscardRequest: opening.discard_request,
        ClaimTicket: staffing.claim_ticket,
        ReleaseTicket: staffing.release_ticket,
        TransferTicket: staffing.transfer_ticket,
        HoldTicket: staffing.hold_ticket,
        ResumeTicket: partial(staffing.resume_ticket, rules=rules),
        CloseTicket: staffing.close_ticket,
        AddToTicket: staffing.add_to_ticket,
        RemoveFromTicket: staffing.remove_from_ticket,
        RecordActivity: partial(silence.record_activity, rules=rules),
        WarnTicket: partial(silence.warn_ticket, rules=rules),
        CloseSilentTicket: silence.close_silent_ticket,
        CloseTicketsOfMember: silence.close_tickets_of_member,
        ListTickets: reading.list_tickets,
        ListOwnTickets: reading.list_own_tickets,
        # A member's own leaves an entry in the audit log, which is kept for good.
        ReadTranscript: counted(reading.read_transcript, quotas.changes),
        ExportMyData: counted(privacy.export_my_data, quotas.exports, has_exempt=False),
        EraseMyData: privacy.erase_my_data,
        FindOutdatedSeals: _SEALS.find,
        ReplaceSeals: _SEALS.replace,
        CleanInbox: partial(upkeep.clean_inbox, rules=rules),
    }
    return walled(guarded(own))
