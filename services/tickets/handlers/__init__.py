"""What the tickets service does for each command. A handler returns what happened."""

from datetime import timedelta
from functools import partial

from services.tickets.handlers import (
    guilds,
    opening,
    privacy,
    reading,
    silence,
    staffing,
    threads,
    upkeep,
)
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
    EndTicketOfThread,
    HoldTicket,
    ListOwnTickets,
    ListTickets,
    MoveTicketMessage,
    OpenTicket,
    ReadTicketLog,
    ReadTranscript,
    RecordActivity,
    ReleaseTicket,
    RemoveFromTicket,
    RequestTicket,
    RestateTickets,
    ResumeTicket,
    ShowTicketPanel,
    TransferTicket,
    WarnTicket,
)
from shared.messages.tickets.guilds import ChangeTicketSettings, ReadTicketSettings
from shared.messages.tickets.mine import EraseMyData, ExportMyData
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals, SealsOutdated
from shared.resealing import Resealing

NO_QUOTAS = Quotas()
ACTIVITY_EVERY = timedelta(minutes=5)
_SEALS = Resealing(sealed_texts.SELECT_OUTDATED, sealed_texts.replace, SealsOutdated)


def handlers(quotas: Quotas = NO_QUOTAS, activity_every: timedelta = ACTIVITY_EVERY) -> Handlers:
    """Return the handler of each command, under a deployment's limits."""
    own: Handlers = {
        RequestTicket: partial(opening.request_ticket, quotas=quotas),
        OpenTicket: opening.open_ticket,
        DiscardRequest: opening.discard_request,
        ClaimTicket: staffing.claim_ticket,
        ReleaseTicket: staffing.release_ticket,
        TransferTicket: staffing.transfer_ticket,
        HoldTicket: staffing.hold_ticket,
        ResumeTicket: staffing.resume_ticket,
        CloseTicket: staffing.close_ticket,
        AddToTicket: staffing.add_to_ticket,
        RemoveFromTicket: staffing.remove_from_ticket,
        RecordActivity: partial(silence.record_activity, every=activity_every),
        WarnTicket: silence.warn_ticket,
        CloseSilentTicket: silence.close_silent_ticket,
        CloseTicketsOfMember: silence.close_tickets_of_member,
        RestateTickets: threads.restate_tickets,
        EndTicketOfThread: threads.end_ticket_of_thread,
        MoveTicketMessage: threads.move_message,
        ShowTicketPanel: guilds.show_panel,
        ReadTicketSettings: guilds.read_settings,
        ChangeTicketSettings: guilds.change_settings,
        ListTickets: reading.list_tickets,
        ListOwnTickets: reading.list_own_tickets,
        ReadTicketLog: reading.read_log,
        # A member's own leaves an entry in the audit log, which is kept for good.
        ReadTranscript: counted(reading.read_transcript, quotas.changes),
        ExportMyData: counted(privacy.export_my_data, quotas.exports, has_exempt=False),
        EraseMyData: privacy.erase_my_data,
        FindOutdatedSeals: _SEALS.find,
        ReplaceSeals: _SEALS.replace,
        CleanInbox: upkeep.clean_inbox,
    }
    return walled(guarded(own))
