"""What the invitations service does for each command. A handler returns what happened."""

from functools import partial
from operator import attrgetter

from services.invitations.handlers import (
    calendars,
    drafting,
    editing,
    erasing,
    guilds,
    images,
    participation,
    preferences,
    privacy,
    publishing,
    repairs,
    repetition,
    roster,
    scheduled,
    secrets,
    staffing,
    templates,
)
from services.invitations.quotas import Quotas
from services.invitations.sql import sealed_texts
from shared.dispatch import Handler, Handlers
from shared.erasures import guarded
from shared.guilds import walled
from shared.limits import counted, counted_all
from shared.messages.invitations.calendars import RenewCalendar, RevokeCalendar, ShowCalendars
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    AnnounceStart,
    CancelInvitation,
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    CompleteInvitation,
    DiscardDraft,
    DraftInvitation,
    EditInvitation,
    FindOutdatedSeals,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    PublishInvitation,
    RemindParticipants,
    ReplaceSeals,
    RevealSecrets,
    SetInstanceLink,
    SetProfile,
    SetReminders,
    ShowInterest,
)
from shared.messages.invitations.drafting import (
    ChooseForDraft,
    DropDraft,
    PostDraft,
    SaveDraft,
)
from shared.messages.invitations.guilds import (
    ChangeGuildSettings,
    PinList,
    SetApiToken,
    UnpinList,
)
from shared.messages.invitations.images import (
    ChooseDraftImage,
    ChooseImage,
    DiscardImage,
    SaveImagePart,
)
from shared.messages.invitations.mine import EraseMyData, ExportMyData, ReadHistory
from shared.messages.invitations.repairs import (
    MoveAnnouncement,
    MovePanel,
    ReleaseFormerStaff,
    ReportOwedRepairs,
)
from shared.messages.invitations.repetition import RepeatInvitation, StopRepetition
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant, WithdrawMember
from shared.messages.invitations.staffing import AssignStaff, ReadAuditLog, ReleaseStaff
from shared.messages.invitations.templates import DeleteTemplate, SaveTemplate
from shared.messages.replies import SealsOutdated
from shared.resealing import Resealing

_SEALS = Resealing(sealed_texts.SELECT_OUTDATED, sealed_texts.replace, SealsOutdated)

# Each leaves an entry in the audit log, which is kept for good.
_CHANGES: Handlers = {
    AddParticipant: roster.add_participant,
    RemoveParticipant: roster.remove_participant,
    SetInstanceLink: secrets.set_instance_link,
    SetProfile: secrets.set_profile,
    RevealSecrets: secrets.reveal_secrets,
    EditInvitation: editing.edit_invitation,
    RepeatInvitation: repetition.repeat_invitation,
    StopRepetition: repetition.stop_repetition,
    ChangeGuildSettings: guilds.change_settings,
    PinList: guilds.pin_list,
    SetApiToken: guilds.set_api_token,
}
_HANDLERS: Handlers = {
    ChooseForDraft: drafting.choose_for_draft,
    DropDraft: drafting.drop_draft,
    PublishInvitation: publishing.publish_invitation,
    DiscardDraft: publishing.discard_draft,
    JoinInvitation: participation.join_invitation,
    JoinWaitlist: participation.join_waitlist,
    ShowInterest: participation.show_interest,
    LeaveInvitation: participation.leave_invitation,
    WithdrawMember: roster.withdraw_member,
    AssignStaff: staffing.assign_staff,
    ReleaseStaff: staffing.release_staff,
    MoveAnnouncement: repairs.move_announcement,
    MovePanel: repairs.move_panel,
    ReportOwedRepairs: repairs.report_owed_repairs,
    ReleaseFormerStaff: repairs.release_former_staff,
    UnpinList: guilds.unpin_list,
    SaveImagePart: images.save_part,
    DiscardImage: images.discard_image,
    SaveTemplate: templates.save_template,
    DeleteTemplate: templates.delete_template,
    ReadAuditLog: staffing.read_audit_log,
    FindOutdatedSeals: _SEALS.find,
    ReplaceSeals: _SEALS.replace,
    CloseInvitation: scheduled.close_invitation,
    RemindParticipants: scheduled.remind_participants,
    AnnounceSignUp: scheduled.announce_sign_up,
    AnnounceStart: scheduled.announce_start,
    SetReminders: preferences.set_reminders,
    CloseOverdueInvitations: scheduled.close_overdue,
    CleanInbox: scheduled.clean_inbox,
    ReadHistory: privacy.read_history,
    ExportMyData: privacy.export_my_data,
    EraseMyData: erasing.erase_my_data,
    ShowCalendars: calendars.show_calendars,
    RenewCalendar: calendars.renew_calendar,
    RevokeCalendar: calendars.revoke_calendar,
}


def handlers(quotas: Quotas) -> Handlers:
    """Return the handler of each command, under the limits of a deployment."""
    changes: Handlers = {
        **_CHANGES,
        CancelInvitation: partial(editing.cancel_invitation, events=quotas.events),
        CompleteInvitation: partial(editing.complete_invitation, events=quotas.events),
        ChooseImage: _image(images.choose, quotas),
    }
    own: Handlers = {
        **_HANDLERS,
        **counted_all(changes, quotas.changes),
        DraftInvitation: partial(publishing.draft_invitation, quotas=quotas),
        SaveDraft: partial(drafting.save_draft, quotas=quotas),
        PostDraft: partial(drafting.post_draft, quotas=quotas),
        ChooseDraftImage: _image(images.choose_for_draft, quotas),
    }
    # These look for erasures in a statement that they need anyway.
    besides = (JoinInvitation, JoinWaitlist, ShowInterest, LeaveInvitation)
    return walled(guarded(own, besides))


def _image(handler: Handler, quotas: Quotas) -> Handler:
    """Let a handler count pictures, of staff too: each is some megabytes."""
    is_counted = attrgetter("image")
    return counted(handler, quotas.images, has_exempt=False, is_counted=is_counted)


HANDLERS = handlers(Quotas())
