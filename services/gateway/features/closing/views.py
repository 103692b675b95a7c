"""An event that ends early: its buttons, and the notice to the participants."""

from collections.abc import Sequence

from disnake import ButtonStyle
from disnake.ui import Button

from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.drawing.buttons import InvitationButton, button
from services.gateway.drawing.markdown import plain
from services.gateway.drawing.notices import in_parts
from services.gateway.forms.modals import Cancel
from services.gateway.i18n.translate import Language, translate
from shared.messages.envelope import Actor
from shared.messages.invitations.details import InvitationState
from shared.messages.views import InvitationView


class Complete(InvitationButton, name="complete"):
    """Ask whether to end an event early."""


class ConfirmComplete(InvitationButton, name="completed"):
    """End an event early."""


def may_end(state: InvitationState, actor: Actor) -> bool:
    """Return whether to offer the buttons; the invitations service decides who may end an event."""
    is_theirs = actor.is_staff_of(state.guild_id) or actor.user_id in state.hosts
    return is_theirs and state.status not in FINAL


def ending_buttons(invitation_id: str, language: Language) -> list[Button[None]]:
    """Offer to cancel an event, or to end it early."""
    return [
        button(Cancel(invitation_id), language, ButtonStyle.danger),
        button(Complete(invitation_id), language),
    ]


def confirming_button(invitation_id: str, language: Language) -> Button[None]:
    """Return the button that confirms it: a final state never changes."""
    return button(ConfirmComplete(invitation_id), language, ButtonStyle.danger)


def notices(view: InvitationView, mentioned: Sequence[str], language: Language) -> list[Payload]:
    """Return the notice of an end, in as many messages as Discord's limits require.

    It has no buttons: the thread is locked after it, and nobody can press anything there.
    """
    return in_parts(_sentence(view, language), mentioned)


def _sentence(view: InvitationView, language: Language) -> str:
    event = plain(view.event_name, 400)
    if view.status != "cancelled":
        return translate(language, "notice-completed", event=event)
    if not view.cancel_reason:
        return translate(language, "notice-cancelled", event=event)
    reason = plain(view.cancel_reason, 1000)
    return translate(language, "notice-cancelled_because", event=event, reason=reason)
