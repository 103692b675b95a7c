"""What a member asked to read: one invitation with everybody in it, and the list."""

import disnake

from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import embed_of
from services.gateway.views.escaping import message_link, moment, plain
from services.gateway.views.people import mentions, queue, row
from shared.messages.views import InvitationList, InvitationSummary, InvitationView

SHOWN = 10
# 100 mentions of 20-digit ids are 2,400 characters: more than a field, less than a description.
EVERYBODY = 2600


def detail(view: InvitationView, language: Language) -> list[disnake.Embed]:
    """Show one invitation, then everybody in it."""
    joined = mentions(view, "joined")
    people = disnake.Embed(
        title=say(language, "label.participants", count=len(joined)),
        description=row(joined, language, EVERYBODY),
    )
    if view.waitlist:
        waitlist = say(language, "label.waitlist", count=view.waitlisted_count)
        people.add_field(waitlist, row(queue(view), language), inline=False)
    interested = mentions(view, "interested")
    people.add_field(
        say(language, "label.interested", count=view.interested_count),
        row(interested, language),
    )
    shown = embed_of(view, language)
    if len(shown) + len(people) > 6000:  # noqa: PLR2004 - Discord's limit for all embeds of a message
        shown.description = None
    return [shown, people]


def listing(found: InvitationList, language: Language) -> disnake.Embed:
    """Show the first invitations of a list, soonest first."""
    lines = [_line(summary, language) for summary in found.invitations[:SHOWN]]
    embed = disnake.Embed(
        title=say(language, "list.title"),
        description="\n\n".join(lines) or say(language, "list.empty"),
    )
    if found.next or len(found.invitations) > SHOWN:
        embed.set_footer(text=say(language, "list.more"))
    return embed


def _line(summary: InvitationSummary, language: Language) -> str:
    return say(
        language,
        "list.line",
        event=plain(summary.event_name, 100),
        link=message_link(summary.guild_id, summary.channel_id, summary.id),
        start=moment(summary.start_time, "f"),
        tag=summary.tag,
        status=say(language, f"status.{summary.status}"),
        seats=f"{summary.joined_count} / {summary.max_participants}",
        host=plain(summary.host_name, 60),
    )
