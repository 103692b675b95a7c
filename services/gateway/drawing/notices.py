"""Notices in an invitation's thread; each mentions only the members it is for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from disnake.ui import ActionRow

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import Detail, Leave, RemindersOff, Reveal, button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import message_link, moment, plain, without_masked_links
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import ReminderDue

CONTENT = 2000
SILENT = 1 << 12
MOST_MENTIONS = 100  # Discord's limit for the users of allowed_mentions


def marked(notice: Payload, cause_id: UUID) -> Payload:
    """Write what caused a notice into its buttons, as their mark: by it the notice is found.

    One without buttons, such as the last of a thread, is found by its words.
    """
    rows = [
        row | {"components": [_marked(component, cause_id) for component in row["components"]]}
        for row in notice.get("components", [])
    ]
    return notice | {"components": rows}


def _marked(component: Payload, cause_id: UUID) -> Payload:
    return component | {"custom_id": f"{component['custom_id']}:{cause_id.hex}"}


def promotion(invitation_id: str, user_id: str, language: Language) -> Payload:
    """Return the notice to a member who got a seat from the waitlist."""
    text = translate(language, "notice-promoted", member=f"<@{user_id}>")
    return _to_one(text, user_id, invitation_id, language)


def addition(invitation_id: str, user_id: str, by_id: str, language: Language) -> Payload:
    """Return the notice to a member to whom host or staff gave a seat."""
    text = translate(language, "notice-added", member=f"<@{user_id}>", by=f"<@{by_id}>")
    return _to_one(text, user_id, invitation_id, language)


def co_hosts_named(state: InvitationState, named: Sequence[str], language: Language) -> Payload:
    """Return the notice to new co-hosts of an event."""
    members = " ".join(f"<@{each}>" for each in named)
    event = plain(state.event_name, 400)
    text = translate(language, "notice-co_hosts", members=members, event=event)
    mentions = {"parse": [], "users": list(named)}
    return {"content": text, "allowed_mentions": mentions} | with_button(Detail(state.id), language)


def co_host_removal(state: InvitationState, at: datetime, language: Language) -> str:
    """Return what a former co-host reads in a direct message; its moment makes it unique."""
    event = plain(state.event_name, 400)
    link = message_link(state.guild_id, state.channel_id, state.shown_id)
    return translate(language, "notice-co_host_removed", event=event, link=link, at=moment(at, "f"))


def removal(state: InvitationState, at: datetime, language: Language) -> str:
    """Return what a removed member reads in a direct message; its moment makes it unique."""
    event = plain(state.event_name, 400)
    link = message_link(state.guild_id, state.channel_id, state.shown_id)
    return translate(language, "notice-removed", event=event, link=link, at=moment(at, "f"))


def new_link(state: InvitationState, seated: Sequence[str], language: Language) -> list[Payload]:
    """Return the notice to the participants that they can read a new link; it is not in it."""
    text = translate(language, "notice-new_link", event=plain(state.event_name, 400))
    shown = with_button(Reveal(state.id), language)
    return [part | shown for part in in_parts(text, seated)]


def reminders(due: ReminderDue, language: Language) -> list[Payload]:
    """Return the reminder of a start, in as many messages as Discord's limits require."""
    if not due.user_ids:
        return []
    state = due.invitation
    # The full time: a relative one would say "5 minutes ago" to those who read it later.
    event, start = plain(state.event_name, 400), moment(state.start_time, "f")
    text = translate(language, "notice-reminder", event=event, start=start)
    text = "\n".join([text, *map(without_masked_links, due.texts)])
    shown = with_buttons([Reveal(state.id), RemindersOff(state.id)], language)
    return [part | shown for part in in_parts(text, due.user_ids)]


def with_button(custom_id: CustomId, language: Language) -> Payload:
    """Return the part of a message that holds one button."""
    return with_buttons([custom_id], language)


def with_buttons(custom_ids: Sequence[CustomId], language: Language) -> Payload:
    """Return the part of a message that holds buttons beside each other."""
    row = ActionRow(*(button(custom_id, language) for custom_id in custom_ids))
    return {"components": [row.to_component_dict()]}


def quiet(notices: Sequence[Payload]) -> list[Payload]:
    """Return notices that give no push notification, as those of members who write @silent."""
    return [notice | {"flags": SILENT} for notice in notices]


def _to_one(text: str, user_id: str, invitation_id: str, language: Language) -> Payload:
    """Tell a member of a seat; the notice of a link that is set may be older than the seat."""
    mentions = {"parse": [], "users": [user_id]}
    buttons = [Leave(invitation_id), Reveal(invitation_id)]
    return {"content": text, "allowed_mentions": mentions} | with_buttons(buttons, language)


def in_parts(text: str, user_ids: Sequence[str]) -> list[Payload]:
    """Write a text and then the mentions of members, in as few messages as possible."""
    parts, waiting = list[Payload](), list(user_ids)
    while text or waiting:
        content, mentioned = _with_mentions(text, waiting)
        mentions = {"parse": [], "users": mentioned}
        parts.append({"content": content, "allowed_mentions": mentions})
        text, waiting = "", waiting[len(mentioned) :]
    return parts


def _with_mentions(text: str, waiting: Sequence[str]) -> tuple[str, list[str]]:
    content, mentioned = text, list[str]()
    for user_id in waiting[:MOST_MENTIONS]:
        separator = "\n" if content and not mentioned else " " if mentioned else ""
        longer = f"{content}{separator}<@{user_id}>"
        if len(longer) > CONTENT:
            break
        content, mentioned = longer, [*mentioned, user_id]
    return content, mentioned
