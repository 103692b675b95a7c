"""Messages in an invitation's thread that mention those they are for, and nobody else."""

from collections.abc import Sequence
from uuid import UUID

from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import Payload
from services.gateway.views.escaping import moment, plain
from shared.messages.invitations.events import ReminderDue

CONTENT = 2000
MOST_MENTIONS = 100  # Discord's limit for the users of allowed_mentions
NO_REMINDERS = "mute"


def promotion(invitation_id: str, user_id: str, event_id: UUID, language: Language) -> Payload:
    """Tell a member, and nobody else, that the queue has given them a seat.

    The button carries the event's id, by which the notice is found again.
    """
    withdraw: Button[None] = Button(
        label=say(language, "button.leave"),
        style=ButtonStyle.secondary,
        custom_id=f"leave:{invitation_id}:{event_id.hex}",
    )
    return {
        "content": say(language, "notice.promoted", member=f"<@{user_id}>"),
        "components": [ActionRow(withdraw).to_component_dict()],
        "allowed_mentions": {"parse": [], "users": [user_id]},
    }


def reminders(due: ReminderDue, language: Language) -> list[Payload]:
    """Tell that an event starts soon, in as many messages as Discord's limits ask for.

    Nothing but the event goes in: told again, it must be known by its words.
    """
    state = due.invitation
    event, start = plain(state.event_name, 400), moment(state.start_time, "R")
    told = say(language, "notice.reminder", event=event, start=start)
    mute: Button[None] = Button(
        label=say(language, "button.mute"), style=ButtonStyle.secondary, custom_id=NO_REMINDERS
    )
    buttons = {"components": [ActionRow(mute).to_component_dict()]}
    return [part | buttons for part in in_parts(told, due.user_ids)]


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
