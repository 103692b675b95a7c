"""The end of an event before its time: its buttons, and what those with a seat are told."""

from collections.abc import Sequence

from disnake import ButtonStyle
from disnake.ui import Button

from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import FINAL, Payload
from services.gateway.views.escaping import plain
from shared.messages.envelope import Actor
from shared.messages.invitations import InvitationState
from shared.messages.views import InvitationView

CONTENT = 2000
MOST_MENTIONS = 100  # Discord's limit for the users of allowed_mentions


def may_end(state: InvitationState, actor: Actor) -> bool:
    """Tell whether to offer the buttons; the rule itself stands in the invitations service."""
    is_theirs = actor.is_staff or actor.user_id == state.host_id
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
    told = _sentence(view, language)
    notices = []
    waiting = [p.user_id for p in view.participants if p.status == "joined"]
    while told or waiting:
        content, mentioned = _with_mentions(told, waiting)
        notices.append(_notice(content, mentioned))
        told, waiting = "", waiting[len(mentioned) :]
    return notices


def _sentence(view: InvitationView, language: Language) -> str:
    event = plain(view.event_name, 400)
    if view.status != "cancelled":
        return say(language, "notice.completed", event=event)
    if not view.cancel_reason:
        return say(language, "notice.cancelled", event=event)
    reason = plain(view.cancel_reason, 1000)
    return say(language, "notice.cancelled_because", event=event, reason=reason)


def _with_mentions(told: str, waiting: Sequence[str]) -> tuple[str, list[str]]:
    content, mentioned = told, list[str]()
    for user_id in waiting[:MOST_MENTIONS]:
        separator = "\n" if content and not mentioned else " " if mentioned else ""
        longer = f"{content}{separator}<@{user_id}>"
        if len(longer) > CONTENT:
            break
        content, mentioned = longer, [*mentioned, user_id]
    return content, mentioned


def _notice(content: str, mentioned: list[str]) -> Payload:
    return {"content": content, "allowed_mentions": {"parse": [], "users": mentioned}}


def _button(
    action: str, style: ButtonStyle, invitation_id: str, language: Language
) -> Button[None]:
    return Button(
        label=say(language, f"button.{action}"), style=style, custom_id=f"{action}:{invitation_id}"
    )
