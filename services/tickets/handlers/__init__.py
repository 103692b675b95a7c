"""What the tickets service does for each command. A handler returns what happened."""

from functools import partial

from services.tickets.domain import Rules
from services.tickets.handlers import mine, opening, reading, seals, silence, staffing, upkeep
from shared.dispatch import Handlers
from shared.erasures import guarded
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
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals


def handlers(rules: Rules) -> Handlers:
    """Give the handler of each command, under the rules that a community has chosen."""
    own: Handlers = {
        RequestTicket: partial(opening.request_ticket, rules=rules),
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
        ReadTranscript: reading.read_transcript,
        ExportMyData: mine.export_my_data,
        EraseMyData: mine.erase_my_data,
        FindOutdatedSeals: seals.find_outdated_seals,
        ReplaceSeals: seals.replace_seals,
        CleanInbox: partial(upkeep.clean_inbox, rules=rules),
    }
    return guarded(own)
