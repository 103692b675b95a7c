"""The panel of an invitation in the staff channel, for every state it can be in."""

import disnake
from disnake import ButtonStyle
from disnake.ui import Button

from services.gateway.drawing.announcement import COLOURS, FINAL, TITLE, Payload, payload
from services.gateway.drawing.buttons import Detail, InvitationButton, button
from services.gateway.drawing.markdown import message_link, moment, plain
from services.gateway.drawing.people import hosts, staff_of
from services.gateway.features.closing.views import Complete
from services.gateway.forms.modals import Cancel
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.invitations.details import Details
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import InvitationView

CANCEL_REASON = 1024


class Assign(InvitationButton, name="assign"):
    """Put the staff member who presses in charge of an invitation."""


class Release(InvitationButton, name="release"):
    """Leave an invitation without a staff member in charge."""


def draft_panel(drafted: InvitationDrafted, message_id: str, language: Language) -> Payload:
    """Show an invitation that is not published yet, by its announcement's id."""
    link = message_link(drafted.guild_id, drafted.channel_id, message_id)
    embed = _embed(drafted.details, "draft", drafted.host_id, link, language)
    return payload(embed, [_look(message_id, language, is_ready=False)])


def panel(view: InvitationView, language: Language) -> Payload:
    """Return the panel of an invitation as it is now, for staff."""
    link = message_link(view.guild_id, view.channel_id, view.shown_id)
    embed = _embed(view, view.status, view.host_id, link, language)
    if view.is_under_way:
        said = translate_one(language, "status", view.status)
        embed.set_author(name=translate(language, "under_way-status", status=said))
    seats = f"{view.joined_count} / {view.max_participants}"
    embed.add_field(translate(language, "label-capacity"), seats)
    embed.add_field(translate(language, "label-waiting"), str(view.waitlisted_count))
    embed.add_field(translate(language, "label-staff"), staff_of(view, language))
    if view.cancel_reason:
        reason = plain(view.cancel_reason, CANCEL_REASON)
        embed.add_field(translate(language, "label-cancel_reason"), reason, inline=False)
    acting = [] if view.status in FINAL else _acting(view, language)
    return payload(embed, [*acting, _look(view.id, language)])


def _embed(
    details: Details, status: str, host_id: str, link: str, language: Language
) -> disnake.Embed:
    embed = disnake.Embed(title=plain(details.event_name, TITLE), url=link, colour=COLOURS[status])
    embed.set_author(name=translate_one(language, "status", status))
    start = f"{moment(details.start_time, 'F')}\n{moment(details.start_time, 'R')}"
    embed.add_field(translate(language, "label-host"), hosts(host_id, details, language))
    embed.add_field(translate(language, "label-start"), start)
    return embed


def _acting(view: InvitationView, language: Language) -> list[Button[None]]:
    is_assigned = view.staff_id is not None
    return [
        button(Assign(view.id), language, ButtonStyle.success, is_disabled=is_assigned),
        button(Release(view.id), language, is_disabled=not is_assigned),
        button(Cancel(view.id), language, ButtonStyle.danger),
        button(Complete(view.id), language),
    ]


def _look(invitation_id: str, language: Language, *, is_ready: bool = True) -> Button[None]:
    """Offer the details; in every state the button by which the panel is found again."""
    return button(Detail(invitation_id, "panel"), language, is_disabled=not is_ready)
