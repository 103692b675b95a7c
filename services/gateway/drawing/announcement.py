"""The announcement of an invitation: embed and buttons, for every state it can be in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.drawing.buttons import (
    Detail,
    Interest,
    Join,
    JoinQueue,
    Leave,
    Reveal,
    button,
)
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import moment, plain, web_link, without_masked_links
from services.gateway.drawing.people import hosts, mentions, queue, row
from services.gateway.drawing.sign_up import ALWAYS_OPEN, ShownSignUp, sign_up_field
from services.gateway.i18n.translate import Language, tag_name, translate, translate_one
from shared.messages.invitations.details import Details, SignUp
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import InvitationView

Payload: TypeAlias = dict[str, Any]
"""The JSON body of a message."""

COLOURS = {
    "draft": 0x99AAB5,
    "recruiting": 0x57F287,
    "full": 0xFEE75C,
    "completed": 0x5865F2,
    "cancelled": 0xED4245,
    "before": 0x99AAB5,
    "closed": 0xE67E22,
    "under_way": 0x9B59B6,
}
# Together with a description full of links these stay below Discord's 6,000 for one embed.
TITLE, WORLD_NAME, WORLD_LINK = 256, 250, 520
MOST_JOINED, MOST_WAITING, MOST_INTERESTED = 800, 300, 300
CANCEL_REASON = 1024
EMBED_TOTAL = 6000
SEATS_AT = 2  # the field behind time and host
SIGN_UP_AT = 1  # behind the time
A_DAY = timedelta(days=1)
ROW = 5  # buttons beside each other, as many as Discord takes
FINAL = {"completed", "cancelled"}


@dataclass(frozen=True)
class DraftMark(CustomId, name="draft"):
    """The one button of a draft, by which its announcement is found again; never pressed."""

    request_id: UUID


def draft(drafted: InvitationDrafted, language: Language) -> Payload:
    """Show an invitation that cannot be joined yet."""
    embed = _with_image(_embed(drafted.details, "draft", drafted.host_id, language), drafted.image)
    seats = f"0 / {drafted.details.max_participants}"
    embed.insert_field_at(SEATS_AT, translate(language, "label-capacity"), seats)
    waiting: Button[None] = Button(
        label=translate(language, "status-draft"),
        custom_id=DraftMark(drafted.request_id).encode(),
        disabled=True,
    )
    return payload(embed, [waiting])


def announcement(
    view: InvitationView, language: Language, when: str = "", sign_up: ShownSignUp = ALWAYS_OPEN
) -> Payload:
    """Show an invitation as it stands; `when` is its time in words, in the guild's zone."""
    embed = embed_of(view, language, when, sign_up)
    embed.add_field(
        translate(language, "label-participants", count=view.joined_count),
        row(mentions(view, "joined", language), language, MOST_JOINED),
        inline=False,
    )
    if view.waitlisted_count:
        embed.add_field(
            translate(language, "label-waitlist", count=view.waitlisted_count),
            row(queue(view, language), language, MOST_WAITING),
            inline=False,
        )
    if view.interested_count:
        embed.add_field(
            translate(language, "label-interested", count=view.interested_count),
            row(mentions(view, "interested", language), language, MOST_INTERESTED),
            inline=False,
        )
    look = payload(
        _fitting(_with_image(embed, view.image)), _buttons(view, language, sign_up.state)
    )
    # An edit keeps the files of a message unless it says otherwise.
    return look if view.image else look | {"attachments": []}


def _with_image(embed: disnake.Embed, name: str | None) -> disnake.Embed:
    """Show a file that is attached to the message."""
    return embed.set_image(url=f"attachment://{name}") if name else embed


def embed_of(
    view: InvitationView,
    language: Language,
    when: str = "",
    sign_up: ShownSignUp = ALWAYS_OPEN,
) -> disnake.Embed:
    """Show what an invitation says, without the people in it."""
    is_open = sign_up.state == "open" or view.status in FINAL
    status = view.status if is_open else sign_up.state
    embed = _embed(view, status, view.host_id, language, when)
    if view.is_under_way:
        said = translate_one(language, "state", status)
        embed.set_author(name=translate(language, "under_way-state", state=said))
        embed.colour = disnake.Colour(COLOURS["under_way"])
    seats = f"{view.joined_count} / {view.max_participants}"
    embed.insert_field_at(SEATS_AT, translate(language, "label-capacity"), seats)
    if times := sign_up_field(view, language, sign_up.words):
        embed.insert_field_at(SIGN_UP_AT, translate(language, "label-sign_up"), times, inline=False)
    if view.cancel_reason:
        reason = plain(view.cancel_reason, CANCEL_REASON)
        embed.add_field(translate(language, "label-cancel_reason"), reason, inline=False)
    return embed


def thread_name(details: Details) -> str:
    """Name the thread of an invitation."""
    return details.event_name[:100]


def payload(embed: disnake.Embed, buttons: Sequence[Button[None]] = ()) -> Payload:
    """Write a message as Discord's REST API takes it; it pings nobody."""
    rows = [buttons[first : first + ROW] for first in range(0, len(buttons), ROW)]
    return {
        "embeds": [embed.to_dict()],
        "components": [ActionRow(*row_of).to_component_dict() for row_of in rows],
        "allowed_mentions": {"parse": []},
    }


def _embed(
    details: Details, status: str, host_id: str, language: Language, when: str = ""
) -> disnake.Embed:
    embed = disnake.Embed(
        title=plain(details.event_name, TITLE),
        description=without_masked_links(details.description),
        colour=COLOURS[status],
    )
    embed.set_author(name=translate_one(language, "state", status))
    embed.add_field(translate(language, "label-when"), _when(details, language, when), inline=False)
    embed.add_field(translate(language, "label-host"), hosts(host_id, details, language))
    # Beside each other in two columns on a phone, and in three elsewhere.
    embed.add_field(translate(language, "label-world"), _world(details))
    instance = translate_one(language, "instance", details.instance_type)
    embed.add_field(translate(language, "label-instance_type"), instance)
    embed.add_field(translate(language, "label-tag"), plain(tag_name(language, details.tag), TITLE))
    return embed


def _fitting(embed: disnake.Embed) -> disnake.Embed:
    """Give way in the description to why an event was cancelled."""
    excess = len(embed) - EMBED_TOTAL
    if excess > 0 and embed.description:
        embed.description = embed.description[: -excess - 1] + "…"
    return embed


def _when(details: Details, language: Language, words: str) -> str:
    """Show start and end in words, and on one line in each reader's zone."""
    start, end = details.start_time, details.end_time
    ends = moment(end, "t" if end - start < A_DAY else "F")
    starts, away = moment(start, "F"), moment(start, "R")
    span = translate(language, "label-span", start=starts, end=ends, away=away)
    return f"{words}\n{span}" if words else span


def _world(details: Details) -> str:
    """Show the world's name, which is the link if there is one."""
    name = plain(details.world_name, WORLD_NAME)
    link = web_link(details.world_link, WORLD_LINK) if details.world_link else ""
    return f"[{name}]({link})" if link else name


def _buttons(view: InvitationView, language: Language, sign_up: SignUp) -> list[Button[None]]:
    """Offer what can be done in this state, in one row.

    Before sign-up opens a press on the first button is answered with the time.
    """
    if view.status in FINAL:
        return [button(Detail(view.id), language)]
    entry, style = (
        (JoinQueue, ButtonStyle.primary) if view.status == "full" else (Join, ButtonStyle.success)
    )
    if sign_up == "before":
        style = ButtonStyle.secondary
    others = [button(kind(view.id), language) for kind in (Leave, Detail, Reveal)]
    if sign_up == "closed":
        return others
    return [button(entry(view.id), language, style), button(Interest(view.id), language), *others]
