"""A ticket's thread as one HTML file that reads like the thread: nothing in it is loaded or run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, PlainKey, translate, translate_one
from shared.messages.characters import readable
from shared.messages.text import person_name
from shared.messages.tickets.details import TicketState

Message: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Mapping[str, str]
Standing: TypeAlias = Literal["staff", "left"]
Mark: TypeAlias = Literal["staff", "left", "opener"]

MENTION = re.compile(r"&lt;@(?:!|&amp;)?([0-9]{1,20})&gt;")
MOMENT = re.compile(r"&lt;t:(-?[0-9]{1,15})(?::[a-zA-Z])?&gt;")
ESCAPED = re.compile(r"\\([\\*_~`|&#\[\]()@:/<>-])")
MARKS: dict[Mark, PlainKey] = {
    "staff": "transcript-staff",
    "left": "transcript-left",
    "opener": "transcript-opener",
}
# Discord takes ten million and some for a whole request: head, notes and the message go along.
MOST_BYTES = 9_500_000
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """\
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
header, article { border-bottom: 1px solid #8884; padding: .75rem 0 }
h1 { font-size: 1.3rem; margin: 0 }
p { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
time, .quiet { color: #777; font-size: .85rem }
blockquote { border-left: 4px solid #5865f2; margin: .5rem 0; padding: .25rem .75rem }
"""


@dataclass(frozen=True, slots=True)
class _Page:
    """What every message is written with: the words, the clock, and who is who."""

    language: Language
    zone: ZoneInfo
    names: Names
    marks: Mapping[str, Sequence[Mark]]

    def time(self, at: datetime) -> str:
        """Write a time in the guild's zone, with the zone's abbreviation."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"


def transcript(
    ticket: TicketState,
    messages: Sequence[Message],
    standings: Mapping[str, Standing],
    locale: Locale,
    *,
    has_words: bool,
) -> str:
    """Write the whole file; `messages` are Discord's, oldest first.

    `standings` names, by user id, the authors who are staff now or have left the server.
    `has_words` is whether the bot may read what others wrote; if not, the file says so. It also
    says that deleted messages are missing: nothing of a ticket is stored but its thread on Discord.
    """
    language, zone = locale
    notes = [translate(language, "transcript-limits")]
    if not has_words:
        notes.append(translate(language, "transcript-wordless"))
    marks: dict[str, list[Mark]] = {user_id: [each] for user_id, each in standings.items()}
    marks[ticket.user_id] = ["opener", *marks.get(ticket.user_id, [])]
    page = _Page(language, zone, _names(messages, language), marks)
    written = _newest([_message(each, page) for each in messages])
    if count := len(messages) - len(written):
        notes.append(translate(language, "transcript-shortened", count=count))
    category = translate_one(language, "category", ticket.category)
    title = escape(f"{category} · {ticket.user_name}")
    opened = translate(language, "transcript-opened", at=page.time(ticket.created_at))
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{title}</title>\n<style>{STYLE}</style>",
            f'<header><h1>{title}</h1><p class="quiet">{escape(opened)}</p></header>',
            *(f'<p class="quiet">{escape(note)}</p>' for note in notes),
            *written,
            "</html>\n",
        ]
    )


def _newest(written: Sequence[str]) -> Sequence[str]:
    """Give up the oldest until the rest fits; the newest say how it ended."""
    size = 0
    for number, each in enumerate(reversed(written)):
        size += len(each.encode()) + 1
        if size > MOST_BYTES:
            return written[len(written) - number :]
    return written


def _message(message: Message, page: _Page) -> str:
    author, sent_at = _name(message["author"]), datetime.fromisoformat(message["timestamp"])
    parts = [
        f"<b>{escape(author)}</b> <time>{page.time(sent_at)}</time>",
        f' <span class="quiet">{_identity(message, page)}</span>',
        *([_text(message["content"], page)] if message["content"] else []),
        *(_embed(embed, page) for embed in message["embeds"]),
        *(_attachment(each, page.language) for each in message["attachments"]),
    ]
    return f"<article>{''.join(parts)}</article>"


def _identity(message: Message, page: _Page) -> str:
    """Show what no member chooses: a display name can be copied, and so can what stands in it."""
    author = message["author"]
    names = [MARKS[each] for each in page.marks.get(author["id"], [])]
    keys: list[PlainKey] = ["transcript-bot"] if author.get("bot") else names
    parts = [f"@{readable(author['username'])}", author["id"]]
    parts += [translate(page.language, key) for key in keys]
    if edited_at := message.get("edited_timestamp"):
        at = page.time(datetime.fromisoformat(edited_at))
        parts.append(translate(page.language, "transcript-edited", at=at))
    return escape(" · ".join(parts))


def _embed(embed: Message, page: _Page) -> str:
    title = f"<b>{_plain(embed['title'], page)}</b>" if embed.get("title") else ""
    words = _text(embed["description"], page) if embed.get("description") else ""
    return f"<blockquote>{title}{words}</blockquote>"


def _attachment(attachment: Message, language: Language) -> str:
    named = translate(language, "transcript-attachment", name=readable(attachment["filename"]))
    return f'<p class="quiet">{escape(named)}</p>'


def _text(text: str, page: _Page) -> str:
    return f"<p>{_plain(text, page)}</p>"


def _plain(text: str, page: _Page) -> str:
    """Show a text as Discord shows it: names for mentions, times for moments, no backslashes."""
    # A backslash takes its character out of all that follows, and comes back as itself at the end.
    kept = ESCAPED.sub(lambda found: f"\x00{ord(found[1])};", readable(text))
    names = page.names
    shown = MENTION.sub(lambda found: escape("@" + names.get(found[1], found[1])), escape(kept))
    shown = MOMENT.sub(lambda found: _moment(int(found[1]), page), shown)
    return re.sub(r"\x00(\d+);", lambda found: escape(chr(int(found[1]))), shown)


def _names(messages: Sequence[Message], language: Language) -> Names:
    people = [message["author"] for message in messages]
    people += [person for message in messages for person in message.get("mentions", [])]
    roles = {role for message in messages for role in message.get("mention_roles", [])}
    staff = {str(role): translate(language, "transcript-staff") for role in roles}
    return {str(person["id"]): _name(person) for person in people} | staff


def _name(person: Mapping[str, Any]) -> str:
    return person_name(person.get("global_name") or "", person["username"])


def _moment(seconds: int, page: _Page) -> str:
    try:
        return page.time(datetime.fromtimestamp(seconds, page.zone))
    except (OverflowError, ValueError, OSError):
        return "?"
