"""What a member asked to read: one invitation with everybody in it, and the list."""

from datetime import datetime

import disnake
from disnake.ui import Button

from services.gateway.drawing.announcement import FINAL, Payload, embed_of, payload
from services.gateway.drawing.buttons import OpenList, button
from services.gateway.drawing.markdown import message_link, moment, plain
from services.gateway.drawing.people import is_erased, mentions, queue, row, staff_of
from services.gateway.drawing.sign_up import ALWAYS_OPEN, ShownSignUp
from services.gateway.features.lists.pages import OwnPage, Page
from services.gateway.forms.modals import SetLink, SetProfile
from services.gateway.i18n.translate import Language, tag_name, translate, translate_one
from shared.messages.invitations.details import shown_sign_up_at
from shared.messages.invitations.repetition import Repetition
from shared.messages.views import InvitationList, InvitationSummary, InvitationView

# 100 mentions of 20-digit ids are 2,400 characters: more than a field, less than a description.
EVERYBODY = 2600
NO_BREAK = "\N{NO-BREAK SPACE}"


def detail(
    view: InvitationView,
    language: Language,
    when: str = "",
    sign_up: ShownSignUp = ALWAYS_OPEN,
    *,
    is_for_staff: bool = False,
) -> list[disnake.Embed]:
    """Show one invitation, then everybody in it; to staff also who is in charge."""
    joined = mentions(view, "joined", language)
    people = disnake.Embed(
        title=translate(language, "label-participants", count=len(joined)),
        description=row(joined, language, EVERYBODY),
    )
    if view.waitlist:
        waitlist = translate(language, "label-waitlist", count=view.waitlisted_count)
        people.add_field(waitlist, row(queue(view, language), language), inline=False)
    interested = mentions(view, "interested", language)
    people.add_field(
        translate(language, "label-interested", count=view.interested_count),
        row(interested, language),
    )
    shown = embed_of(view, language, when, sign_up)
    if is_for_staff:
        shown.add_field(translate(language, "label-staff"), staff_of(view, language))
    if view.repetition:
        shown.add_field(
            translate(language, "label-repetition"), _repetition(view.repetition, language)
        )
    if len(shown) + len(people) > 6000:  # noqa: PLR2004 - Discord's limit for all embeds of a message
        shown.description = None
    return [shown, people]


def _repetition(repetition: Repetition, language: Language) -> str:
    if repetition.until is not None:
        return translate(language, "repetition-until", until=repetition.until.isoformat())
    return translate(language, "repetition-times", times=repetition.times or 0)


def sealing_buttons(invitation_id: str, language: Language) -> list[Button[None]]:
    """Offer host and staff the forms of what is encrypted: the instance link and the profile."""
    return [button(kind(invitation_id), language) for kind in (SetLink, SetProfile)]


def listing(found: InvitationList, page: Page, language: Language, now: datetime) -> disnake.Embed:
    """Show one page of a list."""
    title = translate(language, "list-mine" if isinstance(page, OwnPage) else "list-title")
    if page.words:
        title = translate(language, "list-found", words=plain(page.words, 100))
    return disnake.Embed(
        title=title,
        description=_lines(found, language, now) or translate(language, "list-empty"),
    )


def pinned(found: InvitationList, language: Language, now: datetime) -> Payload:
    """Return the message that lists the soonest open events of a guild."""
    embed = disnake.Embed(
        title=translate(language, "pinned-title"),
        description=_lines(found, language, now) or translate(language, "pinned-empty"),
    )
    embed.set_footer(text=translate(language, "pinned-footer"))
    return payload(embed, [button(OpenList(), language)])


def _lines(found: InvitationList, language: Language, now: datetime) -> str:
    return "\n\n".join(_line(summary, language, now) for summary in found.invitations)


def _line(summary: InvitationSummary, language: Language, now: datetime) -> str:
    return translate(
        language,
        "list-line",
        event=plain(summary.event_name, 100),
        link=message_link(summary.guild_id, summary.channel_id, summary.shown_id),
        start=moment(summary.start_time, "f"),
        tag=plain(tag_name(language, summary.tag), 100),
        status=_status(summary, language, now),
        # A phone breaks the line, but not at a no-break space.
        seats=f"{summary.joined_count} / {summary.max_participants}".replace(" ", NO_BREAK),
        host=_host(summary, language),
    )


def _status(summary: InvitationSummary, language: Language, now: datetime) -> str:
    """Return the state of an event in words: whether it takes place, and whether one can join."""
    times = summary.opening_time, summary.cutoff_time, summary.sign_up_announced
    sign_up = shown_sign_up_at(now, *times)
    if sign_up == "open" or summary.status in FINAL:
        said = translate_one(language, "status", summary.status)
    else:
        said = translate(language, "sign_up-before" if sign_up == "before" else "sign_up-closed")
    if summary.is_under_way:
        return translate(language, "under_way-status", status=said)
    return said


def _host(summary: InvitationSummary, language: Language) -> str:
    if summary.host_id is not None and is_erased(summary.host_id):
        return translate(language, "label-erased")
    return plain(summary.host_name, 60)
