"""What the host reads of an event in its thread."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import disnake

from services.gateway.drawing.announcement import Payload, payload
from services.gateway.drawing.buttons import Detail, button
from services.gateway.drawing.markdown import moment, plain
from services.gateway.drawing.notices import with_button
from services.gateway.forms.modals import SetLink
from services.gateway.i18n.translate import Language, PlainKey, translate
from shared.messages.invitations.events import (
    ParticipantEvent,
    ParticipantInterested,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
    ParticipantWaitlisted,
    ReminderDue,
)
from shared.messages.views import InvitationView

MOST_LINES = 12
AT = re.compile(r"<t:(\d+):")
EVENT = 400
GIVEN_UP: dict[str, PlainKey] = {"joined": "summary-left", "waitlisted": "summary-left_queue"}


def line(event: ParticipantEvent, at: datetime, language: Language) -> str | None:
    """Return the line of the summary about an event; None for one that moves no seat.

    The same for a repeated event, by which it is known. A member who was removed is not named.
    """
    key = _key(event)
    if key is None:
        return None
    said = translate(language, key)
    named = "" if key == "summary-removed" else f" <@{event.user_id}>"
    return f"{moment(at, 't')} {said}{named}"


def _key(event: ParticipantEvent) -> PlainKey | None:
    if isinstance(event, ParticipantLeft | ParticipantInterested):
        if isinstance(event, ParticipantLeft) and event.by_id:
            return "summary-removed"
        return GIVEN_UP.get(event.gave_up or "")
    if isinstance(event, ParticipantJoined):
        return "summary-added" if event.by_id else "summary-joined"
    if isinstance(event, ParticipantPromoted):
        return "summary-promoted"
    return "summary-queued" if isinstance(event, ParticipantWaitlisted) else None


def merged(before: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the newest lines, each once and in the order of their moments."""
    lines = list(dict.fromkeys([*before, *new]))
    lines.sort(key=lambda each: int(found[1]) if (found := AT.search(each)) else 0)
    return lines[-MOST_LINES:]


def summary(view: InvitationView, lines: Sequence[str], language: Language) -> Payload:
    """Return the message that sums up who comes and goes; it notifies nobody."""
    embed = disnake.Embed(
        title=translate(language, "summary-title"), description="\n".join(lines) or None
    )
    counts = translate(
        language,
        "summary-counts",
        joined=view.joined_count,
        most=view.max_participants,
        waiting=view.waitlisted_count,
        interested=view.interested_count,
    )
    embed.set_footer(text=counts)
    return payload(embed, [button(Detail(view.id, "summary"), language)])


def lines_in(message: Payload) -> list[str]:
    """Return the lines of a summary as Discord has it."""
    embeds: list[dict[str, Any]] = message.get("embeds") or [{}]
    return str(embeds[0].get("description") or "").splitlines()


def host_reminder(due: ReminderDue, language: Language) -> list[Payload]:
    """Return the reminder of the hosts, with the button for the instance link where it lacks."""
    state = due.invitation
    host_ids = due.host_ids or ([state.host_id] if due.is_for_host else [])
    if not host_ids:
        return []
    event, start = plain(state.event_name, EVENT), moment(state.start_time, "f")
    hosts, count = " ".join(f"<@{each}>" for each in host_ids), state.joined_count
    text = translate(
        language, "notice-host_reminder", host=hosts, event=event, start=start, count=count
    )
    if due.has_instance_link:
        shown = with_button(Detail(state.id), language)
    else:
        text += "\n" + translate(language, "notice-link_missing")
        shown = with_button(SetLink(state.id), language)
    mentions = {"parse": [], "users": host_ids}
    return [{"content": text, "allowed_mentions": mentions} | shown]
