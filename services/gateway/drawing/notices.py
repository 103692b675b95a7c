"""Messages in an invitation's thread that mention those they are for, and nobody else."""

from collections.abc import Sequence
from uuid import UUID

from disnake.ui import ActionRow

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import Detail, Leave, RemindersOff, Reveal, button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import moment, plain
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import ReminderDue

CONTENT = 2000
MOST_MENTIONS = 100  # Discord's limit for the users of allowed_mentions


def marked(notice: Payload, cause_id: UUID) -> Payload:
    """Write what caused a notice into its buttons, as their mark: by it the notice is found."""
    rows = [
        row | {"components": [_marked(component, cause_id) for component in row["components"]]}
        for row in notice["components"]
    ]
    return notice | {"components": rows}


def _marked(component: Payload, cause_id: UUID) -> Payload:
    return component | {"custom_id": f"{component['custom_id']}:{cause_id.hex}"}


def promotion(invitation_id: str, user_id: str, language: Language) -> Payload:
    """Tell a member, and nobody else, that the queue has given them a seat."""
    told = translate(language, "notice-promoted", member=f"<@{user_id}>")
    return _to_one(told, user_id, Leave(invitation_id), language)


def addition(invitation_id: str, user_id: str, by_id: str, language: Language) -> Payload:
    """Tell a member, and nobody else, that somebody has given them a seat."""
    told = translate(language, "notice-added", member=f"<@{user_id}>", by=f"<@{by_id}>")
    return _to_one(told, user_id, Leave(invitation_id), language)


def removal(invitation_id: str, user_id: str, language: Language) -> Payload:
    """Tell a member, and nobody else, that they are in no longer."""
    told = translate(language, "notice-removed", member=f"<@{user_id}>")
    return _to_one(told, user_id, Detail(invitation_id), language)


def new_link(state: InvitationState, seated: Sequence[str], language: Language) -> list[Payload]:
    """Tell all with a seat that there is a link to read; the link itself is nobody else's."""
    told = translate(language, "notice-new_link", event=plain(state.event_name, 400))
    shown = with_button(Reveal(state.id), language)
    return [part | shown for part in in_parts(told, seated)]


def reminders(due: ReminderDue, language: Language) -> list[Payload]:
    """Tell that an event starts soon, in as many messages as Discord's limits ask for."""
    state = due.invitation
    # The full time: a relative one would say "5 minutes ago" to those who read it later.
    event, start = plain(state.event_name, 400), moment(state.start_time, "f")
    told = translate(language, "notice-reminder", event=event, start=start)
    shown = with_button(RemindersOff(state.id), language)
    return [part | shown for part in in_parts(told, due.user_ids)]


def with_button(custom_id: CustomId, language: Language) -> Payload:
    """Return the part of a message that holds one button."""
    return {"components": [ActionRow(button(custom_id, language)).to_component_dict()]}


def _to_one(told: str, user_id: str, custom_id: CustomId, language: Language) -> Payload:
    mentions = {"parse": [], "users": [user_id]}
    return {"content": told, "allowed_mentions": mentions} | with_button(custom_id, language)


def in_parts(told: str, user_ids: Sequence[str]) -> list[Payload]:
    """Write a text and then the mentions of members, in as few messages as possible."""
    parts, waiting = list[Payload](), list(user_ids)
    while told or waiting:
        content, mentioned = _with_mentions(told, waiting)
        mentions = {"parse": [], "users": mentioned}
        parts.append({"content": content, "allowed_mentions": mentions})
        told, waiting = "", waiting[len(mentioned) :]
    return parts


def _with_mentions(told: str, waiting: Sequence[str]) -> tuple[str, list[str]]:
    content, mentioned = told, list[str]()
    for user_id in waiting[:MOST_MENTIONS]:
        separator = "\n" if content and not mentioned else " " if mentioned else ""
        longer = f"{content}{separator}<@{user_id}>"
        if len(longer) > CONTENT:
            break
        content, mentioned = longer, [*mentioned, user_id]
    return content, mentioned
