"""What a member asked to read: one invitation with everybody in it, and the list."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import disnake
from disnake import OptionChoice
from disnake.ui import Button

from services.gateway.drawing.announcement import embed_of
from services.gateway.drawing.buttons import button
from services.gateway.drawing.markdown import message_link, moment, plain
from services.gateway.drawing.people import is_erased, mentions, queue, row, staff_of
from services.gateway.features.lists.pages import OwnPage, Page
from services.gateway.forms.modals import SetLink, SetProfile
from services.gateway.i18n.translate import Language, tag_name, translate, translate_one
from shared.messages.invitations.repetition import Repetition
from shared.messages.views import InvitationList, InvitationSummary, InvitationView

# 100 mentions of 20-digit ids are 2,400 characters: more than a field, less than a description.
EVERYBODY = 2600
MOST_CHOICES, CHOICE = 25, 100  # Discord's limits for suggestions
MOST_OF_HOST = 3


def detail(
    view: InvitationView, language: Language, *, is_for_staff: bool = False
) -> list[disnake.Embed]:
    """Show one invitation, then everybody in it; to staff also who looks after it."""
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
    shown = embed_of(view, language)
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


def listing(found: InvitationList, page: Page, language: Language) -> disnake.Embed:
    """Show one page of a list."""
    lines = [_line(summary, language) for summary in found.invitations]
    return disnake.Embed(
        title=translate(language, "list-mine" if isinstance(page, OwnPage) else "list-title"),
        description="\n\n".join(lines) or translate(language, "list-empty"),
    )


def suggestions(
    found: Sequence[InvitationSummary],
    typed: str,
    zone: ZoneInfo,
    *,
    is_newest_first: bool = False,
) -> list[OptionChoice]:
    """Suggest the soonest invitations whose name holds what is typed, by name and time in a zone.

    Many events of one host displace no others: the host's first few come before the rest.
    """
    wanted = _folded(typed)
    fitting = [each for each in found if wanted in _folded(each.event_name)]

    def place(each: InvitationSummary) -> tuple[datetime, str]:
        return each.start_time, each.id

    fitting.sort(key=place, reverse=is_newest_first)
    by_host: Counter[str] = Counter()
    first: list[InvitationSummary] = []
    rest: list[InvitationSummary] = []
    for each in fitting:
        host = each.host_id or each.host_name
        (first if by_host[host] < MOST_OF_HOST else rest).append(each)
        by_host[host] += 1
    shown = sorted((first + rest)[:MOST_CHOICES], key=place, reverse=is_newest_first)
    return [OptionChoice(_name(each, zone), each.id) for each in shown]


def too_fast(typed: str, language: Language) -> list[OptionChoice]:
    """Say in place of suggestions that a member types too fast; chosen, it is what they typed."""
    return [OptionChoice(translate(language, "suggest-too_fast"), typed or "-")]


def _folded(text: str) -> str:
    # Japanese keyboards type full-width letters and half-width kana.
    return unicodedata.normalize("NFKC", text).casefold()


def _name(summary: InvitationSummary, zone: ZoneInfo) -> str:
    at = f" ({summary.start_time.astimezone(zone):%m/%d %H:%M %Z})"
    return summary.event_name[: CHOICE - len(at)] + at


def _line(summary: InvitationSummary, language: Language) -> str:
    return translate(
        language,
        "list-line",
        event=plain(summary.event_name, 100),
        link=message_link(summary.guild_id, summary.channel_id, summary.shown_id),
        start=moment(summary.start_time, "f"),
        tag=tag_name(language, summary.tag),
        status=translate_one(language, "status", summary.status),
        seats=f"{summary.joined_count} / {summary.max_participants}",
        host=_host(summary, language),
    )


def _host(summary: InvitationSummary, language: Language) -> str:
    if summary.host_id is not None and is_erased(summary.host_id):
        return translate(language, "label-erased")
    return plain(summary.host_name, 60)
