"""What staff read of the audit log: who did what, when, to which invitation."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Annotated, TypeAlias

import disnake
from pydantic import StringConstraints

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.markdown import message_link, moment, plain
from services.gateway.drawing.people import is_erased, mention
from services.gateway.features.editing.views import LABELS
from services.gateway.features.lists.pages import AnyPage
from services.gateway.features.privacy.views import rows
from services.gateway.forms.invitation import TIMES
from services.gateway.i18n.translate import Language, translate, translate_if_known
from shared.messages.envelope import Snowflake
from shared.messages.invitations.staffing import AuditEntry
from shared.messages.replies import AuditLogShown
from shared.messages.text import Noted
from shared.messages.tickets.details import TicketLogEntry
from shared.messages.tickets.replies import TicketLogShown

# Ten entries of these stay below Discord's 4,096 for a description.
NAME, EVENT, DETAIL = 40, 60, 100
EDITED, EDITS = 40, 180
MEMBERS = {"staff_id", "user_id", "to", "named_co_host", "removed_co_host"}
Entry: TypeAlias = AuditEntry | TicketLogEntry
# How Discord mentions what a setting names by its id, by the word before `_id` or `_ids`.
SIGNS = {"channel": "#", "role": "@&"}
IDS, NONE = 3, "-"
AuditCursor = Annotated[str, StringConstraints(pattern=r"^[ab][0-9]{1,18}$")]


@dataclass(frozen=True)
class AuditPage(AnyPage, name="audit"):
    """A page of the audit log: of all, of one invitation, or of what one member did."""

    invitation_id: Snowflake | None
    member_id: Snowflake | None
    cursor: AuditCursor | None


@dataclass(frozen=True)
class TicketLogPage(AnyPage, name="audit_tickets"):
    """A page of the audit log of tickets: of all, or of what one member did."""

    member_id: Snowflake | None
    cursor: AuditCursor | None


def audit_log(shown: AuditLogShown | TicketLogShown, language: Language) -> Payload:
    """Show a page of a log, with the buttons to the pages around."""
    lines = [_line(entry, language) for entry in shown.entries]
    page: AuditPage | TicketLogPage
    if isinstance(shown, TicketLogShown):
        page = TicketLogPage(shown.member_id, cursor=None)
        title = translate(language, "audit-title_tickets")
    else:
        page = AuditPage(shown.invitation_id, shown.member_id, cursor=None)
        title = translate(language, "audit-title")
    description = "\n".join(lines) or translate(language, "audit-empty")
    embed = disnake.Embed(title=title, description=description)
    buttons = page.turning(shown.previous, shown.next, language)
    return {"embeds": [embed.to_dict()], "components": rows(buttons)}


def _line(entry: Entry, language: Language) -> str:
    values = {
        "at": moment(entry.at, "f"),
        "who": _who(entry, language),
        "action": _action(entry, language),
    }
    about = _about(entry)
    return (
        translate(language, "audit-line_about", about=about, **values)
        if about
        else translate(language, "audit-line", **values)
    )


def _who(entry: Entry, language: Language) -> str:
    if is_erased(entry.actor_id):
        return translate(language, "label-erased")
    return plain(entry.actor_name, NAME)


def _action(entry: Entry, language: Language) -> str:
    name = entry.action.rpartition(".")[2]
    # A newer service may have written what has no words here yet.
    action = translate_if_known(language, f"audit-{name}") or plain(name, NAME)
    if "setting" in entry.details:
        joined = _setting(entry.details, language)
        return translate(language, "audit-detailed", action=action, details=joined)
    if "before" in entry.details:
        joined = _edits(entry.details, language)
        return translate(language, "audit-detailed", action=action, details=joined)
    details = [_detail(key, value, language) for key, value in entry.details.items() if value]
    if not details:
        return action
    joined = translate(language, "audit-and").join(details)
    return translate(language, "audit-detailed", action=action, details=joined)


def _detail(key: str, value: str | list[str], language: Language) -> str:
    if isinstance(value, list):
        names = (_field(name, language) for name in value)
        return plain(translate(language, "audit-and").join(names), DETAIL)
    if key in MEMBERS:
        member = mention(value, language)
        return translate_if_known(language, f"audit-detail-{key}", {"member": member}) or member
    if part := translate_if_known(language, f"part-{value}"):
        return part
    shown = plain(value, DETAIL)
    number_or_text = int(value) if value.isdecimal() else shown
    arguments = {"value": number_or_text}
    return translate_if_known(language, f"audit-detail-{key}", arguments) or shown


def _edits(details: Noted, language: Language) -> str:
    """Say what the fields of an edit were, and what they are now, as far as there is room."""
    columns = (details.get(name, []) for name in ("changed", "before", "after"))
    edits = zip_longest(*(each if isinstance(each, list) else [each] for each in columns))
    said, room = list[str](), EDITS
    for name, before, after in edits:
        if name is None:
            break
        label = _field(name, language)
        values = [_edited(name, each or "", language) for each in (before, after)]
        text = label
        if any(values):
            text = translate(
                language,
                "audit-set",
                setting=label,
                before=values[0] or NONE,
                after=values[1] or NONE,
            )
        room -= len(text)
        if room < 0:
            return translate(language, "audit-and").join([*said, "…"])
        said.append(text)
    return translate(language, "audit-and").join(said)


def _edited(name: str, value: str, language: Language) -> str:
    if name in TIMES:
        with contextlib.suppress(ValueError):
            return moment(datetime.fromisoformat(value), "f")
    if name == "instance_type" and (shown := translate_if_known(language, f"instance-{value}")):
        return shown
    return plain(value, EDITED)


def _setting(details: Noted, language: Language) -> str:
    """Say what a setting of the guild was, and what it is now."""
    name = str(details["setting"])
    before, after = (_value(name, str(details.get(when, NONE))) for when in ("before", "after"))
    label = translate_if_known(language, f"audit-setting-{name}") or plain(name, NAME)
    return translate(language, "audit-set", setting=label, before=before, after=after)


def _value(setting: str, text: str) -> str:
    if text == NONE:
        return text
    sign = SIGNS.get(setting.split("_")[-2]) if setting.endswith(("_id", "_ids")) else None
    if sign is None:
        return plain(text, DETAIL)
    ids = text.split(", ")
    return ", ".join(f"<{sign}{each}>" for each in ids[:IDS]) + ("…" if ids[IDS:] else "")


def _field(name: str, language: Language) -> str:
    return translate_if_known(language, LABELS.get(name, f"audit-{name}")) or name


def _about(entry: Entry) -> str:
    if isinstance(entry, TicketLogEntry):
        return f"<#{entry.ticket_id}>" if entry.ticket_id else ""
    if entry.invitation_id is None or entry.guild_id is None or entry.channel_id is None:
        return entry.invitation_id or ""
    shown_id = entry.announcement_id or entry.invitation_id
    link = message_link(entry.guild_id, entry.channel_id, shown_id)
    return f"[{plain(entry.event_name or entry.invitation_id, EVENT)}]({link})"
