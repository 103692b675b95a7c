"""An edit: its buttons, and the notice of what has changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from disnake.ui import Button

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import Detail, InvitationButton, RemindersOff, button
from services.gateway.drawing.markdown import moment, plain, web_link
from services.gateway.drawing.notices import in_parts, quiet, with_button, with_buttons
from services.gateway.drawing.people import mention
from services.gateway.drawing.periods import ahead
from services.gateway.features.images.views import EditImage
from services.gateway.i18n.translate import Language, PlainKey, tag_name, translate, translate_one
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.editing import EditForm
from shared.messages.invitations.events import InvitationEdited

NAME, LINK = 150, 520
LABELS: Mapping[str, PlainKey] = {
    "event_name": "label-event_name",
    "start_time": "label-start",
    "end_time": "label-end",
    "opening_time": "label-opening",
    "cutoff_time": "label-cutoff",
    "world_name": "label-world",
    "world_link": "label-world_link",
    "description": "label-description",
    "max_participants": "label-capacity",
    "tag": "label-tag",
    "instance_type": "label-instance_type",
    "reminder_minutes": "label-reminder",
    "more_reminders": "label-more_reminders",
    "co_host_ids": "label-co_hosts",
}


class EditButton(InvitationButton):
    """Open one of the forms of an edit."""

    form: ClassVar[EditForm]


class EditContent(EditButton, name="edit"):
    """Open the form of names, world and description."""

    form = "content"


class EditSchedule(EditButton, name="schedule"):
    """Open the form of times and seats."""

    form = "schedule"


class EditSettings(EditButton, name="settings"):
    """Open the form of tag, instance type and reminder."""

    form = "settings"


def editing_buttons(invitation_id: str, language: Language) -> list[Button[None]]:
    """Offer the forms in which an event is edited."""
    kinds = (EditContent, EditSchedule, EditSettings, EditImage)
    return [button(kind(invitation_id), language) for kind in kinds]


def edit_notices(
    edited: InvitationEdited, mentioned: Sequence[str], language: Language
) -> list[Payload]:
    """Return the notice of what has changed; it is quiet if it mentions nobody."""
    lines = [_line(name, edited, language) for name in edited.changed if name in LABELS]
    event = plain(edited.invitation.event_name, NAME)
    text = translate(language, "notice-edited", event=event, changes="\n".join(lines))
    parts = in_parts(text, mentioned)
    if not mentioned:
        return [part | with_button(Detail(edited.invitation.id), language) for part in quiet(parts)]
    buttons = [Detail(edited.invitation.id), RemindersOff(edited.invitation.id)]
    return [part | with_buttons(buttons, language) for part in parts]


def _line(name: str, edited: InvitationEdited, language: Language) -> str:
    label = translate(language, LABELS[name])
    if name == "description":
        return translate(language, "notice-rewritten", field=label)
    if name in LISTS:
        return _list_line(label, LISTS[name](edited.invitation, language), language)
    if name == "world_link":
        return _link_line(label, edited.invitation.world_link, language)
    values = [getattr(each, name) for each in (edited.before, edited.invitation)]
    if values[1] is None:
        return translate(language, "notice-dropped", field=label)
    before, after = (_shown(name, value, language) for value in values)
    if values[0] is None:
        return translate(language, "notice-is_now", field=label, now=after)
    return translate(language, "notice-from_to", field=label, before=before, after=after)


def _list_line(label: str, now: str, language: Language) -> str:
    if not now:
        return translate(language, "notice-dropped", field=label)
    return translate(language, "notice-is_now", field=label, now=now)


def _co_hosts(state: InvitationState, language: Language) -> str:
    return " ".join(mention(each, language) for each in state.co_host_ids)


def _reminders(state: InvitationState, language: Language) -> str:
    return ", ".join(ahead(each.minutes, language) for each in state.more_reminders)


LISTS: Mapping[str, Callable[[InvitationState, Language], str]] = {
    "co_host_ids": _co_hosts,
    "more_reminders": _reminders,
}


def _link_line(label: str, url: str | None, language: Language) -> str:
    if url is None:
        return translate(language, "notice-dropped", field=label)
    link = web_link(url, LINK)
    if not link:
        return translate(language, "notice-rewritten", field=label)
    return translate(language, "notice-is_now", field=label, now=link)


def _shown(name: str, value: object, language: Language) -> str:
    if isinstance(value, datetime):
        return moment(value, "F")
    if name == "instance_type":
        return translate_one(language, "instance", str(value))
    if name == "tag":
        return plain(tag_name(language, str(value)), NAME)
    if name == "reminder_minutes" and isinstance(value, int):
        if value == 0:
            return translate(language, "reminder-never")
        return translate(language, "reminder-minutes", minutes=value)
    return plain(str(value), NAME)
