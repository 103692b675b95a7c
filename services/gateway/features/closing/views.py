"""The end of an event before its time: its buttons, and what those with a seat are told."""

from disnake import ButtonStyle
from disnake.ui import Button

from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.drawing.markdown import plain
from services.gateway.drawing.notices import in_parts, pressed
from services.gateway.drawing.people import seated
from services.gateway.sentences import Language
from services.gateway.texts import say
from shared.messages.envelope import Actor
from shared.messages.invitations.details import InvitationState
from shared.messages.views import InvitationView


def may_end(state: InvitationState, actor: Actor) -> bool:
    """Tell whether to offer the buttons; the rule itself stands in the invitations service."""
    is_theirs = actor.is_staff_of(state.guild_id) or actor.user_id == state.host_id
    return is_theirs and state.status not in FINAL


def ending_buttons(invitation_id: str, language: Language) -> list[Button[None]]:
    """Offer to call an event off, or to end it early."""
    return [
        _button("cancel", ButtonStyle.danger, invitation_id, language),
        _button("complete", ButtonStyle.secondary, invitation_id, language),
    ]


def confirming_button(invitation_id: str, language: Language) -> Button[None]:
    """Ask once more; final is final."""
    return _button("completed", ButtonStyle.danger, invitation_id, language)


def notices(view: InvitationView, language: Language) -> list[Payload]:
    """Tell all with a seat, in as many messages as Discord's limits ask for."""
    button = pressed("detail", view.id, language)
    return [part | button for part in in_parts(_sentence(view, language), seated(view))]


def _sentence(view: InvitationView, language: Language) -> str:
    event = plain(view.event_name, 400)
    if view.status != "cancelled":
        return say(language, "notice.completed", event=event)
    if not view.cancel_reason:
        return say(language, "notice.cancelled", event=event)
    reason = plain(view.cancel_reason, 1000)
    return say(language, "notice.cancelled_because", event=event, reason=reason)


def _button(
    action: str, style: ButtonStyle, invitation_id: str, language: Language
) -> Button[None]:
    return Button(
        label=say(language, f"button.{action}"), style=style, custom_id=f"{action}:{invitation_id}"
    )
