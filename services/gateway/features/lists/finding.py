"""Which event a member names: by a suggestion, an id, a link, a thread, or words of its name."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import structlog
from disnake import OptionChoice
from disnake.interactions import ApplicationCommandInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.markdown import plain
from services.gateway.features.lists import suggestions
from services.gateway.forms.search import folded, holds_words, search_words
from shared.messages.views import InvitationSummary, InvitationView
from shared.metrics import LIMITS_REACHED
from shared.refusal import Refused

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Queries: TypeAlias = Sequence[Mapping[str, str]]

# A suggestion is an id. A link leads to a message, or to a thread: both may have the event's id.
ID = re.compile(r"[0-9]{1,20}")
MENTION = re.compile(r"<#([0-9]{1,20})>")
LINK = re.compile(
    r"<?https?://[a-z.]*discord(?:app)?\.com/channels/[0-9]+((?:/[0-9]{1,20}){1,2})/?>?"
)
OPEN: Queries = [{"status": "open"}]
ENDED: Queries = [{"status": "completed"}, {"status": "cancelled"}]
MOST_SEARCHED = "100"
MOST_NAMED, LONGEST_NAME = 5, 60

log = structlog.get_logger()


async def find_id(press: Press[Interaction], named: str) -> str:
    """Return the id of an open event, or else of an ended one, that a member names.

    Raises Refused if there is none, or several have the name.
    """
    return await _find_id(press, named, OPEN, ENDED)


async def find_open_id(press: Press[Interaction], named: str) -> str:
    """Return the id of the open event that a member names; raises Refused."""
    return await _find_id(press, named, OPEN)


async def find_own_id(press: Press[Interaction], named: str) -> str:
    """Return the id of an event that a member names, their own before those of others."""
    return await _find_id(press, named, [{"host": press.user_id}], OPEN, ENDED)


async def find_own_open_id(press: Press[Interaction], named: str) -> str:
    """Return the id of an open event that a member names, their own before those of others."""
    own = {"host": press.user_id, "status": "open"}
    return await _find_id(press, named, [own], OPEN)


async def find_invitation(
    press: Press[Interaction], named: str, *, is_own: bool = False
) -> InvitationView:
    """Read the event that a member names; raises Refused if there is none, and in a flood."""
    press.check_rate()
    find = find_own_id if is_own else find_id
    view = await press.api.invitation(await find(press, named))
    if view is None:
        raise Refused("not_found")
    return view


async def suggest(press: Press[Slash], typed: str) -> None:
    """Suggest open events whose name holds what is typed."""
    await _suggest(press, typed, {"status": "open"})


async def suggest_own(press: Press[Slash], typed: str) -> None:
    """Suggest a host's events in every state, the newest first."""
    await _suggest(press, typed, {"host": press.user_id}, is_newest_first=True)


async def suggest_own_open(press: Press[Slash], typed: str) -> None:
    """Suggest a host's open events, the soonest first."""
    await _suggest(press, typed, {"host": press.user_id, "status": "open"})


async def offer(
    press: Press[Slash], typed: str, find: Callable[[], Awaitable[list[OptionChoice]]]
) -> None:
    """Suggest what is found, unless the member asks too often: each costs a read."""
    if press.dispatcher.suggestions.take(press.user_id):
        LIMITS_REACHED.labels(limit="suggestions").inc()
        choices = suggestions.too_fast(typed, press.language)
    else:
        try:
            choices = await find()
        except ApiUnavailable as error:
            log.warning("api.unavailable", reason=str(error))
            choices = []
    await responses.once(lambda: press.interaction.response.autocomplete(choices=choices))


def ids_in(named: str) -> list[str]:
    """Return the ids in a mention or a link, the likeliest first; none in any other text."""
    text = named.strip()
    if mention := MENTION.fullmatch(text):
        return [mention[1]]
    link = LINK.fullmatch(text)
    return link[1].strip("/").split("/")[::-1] if link else []


async def _find_id(press: Press[Interaction], named: str, *stages: Queries) -> str:
    if ID.fullmatch(named.strip()):
        return named.strip()  # the service checks that it is an event of this guild
    press.check_rate()
    if ids := ids_in(named):
        return await _at_one_of(press, ids)
    for queries in stages:
        found = await _searched(press, queries, named)
        if found:
            return await _only(press, found, named)
    raise Refused("no_such_name")


async def _at_one_of(press: Press[Interaction], ids: list[str]) -> str:
    """Return the event whose message or thread has one of these ids; raises Refused."""
    for invitation_id in ids:
        if await press.api.invitation(invitation_id):
            return invitation_id
    # An announcement that was posted again has another id than its event.
    for place in await press.api.places():
        if not {place.announcement_id, place.thread_id}.isdisjoint(ids):
            return place.id
    raise Refused("not_found")


async def _only(press: Press[Interaction], found: list[InvitationSummary], named: str) -> str:
    """Return the one event of this name, or the one whose name holds the words."""
    same = [each for each in found if folded(each.event_name) == folded(named)]
    found = same or found
    if len(found) == 1:
        return found[0].id
    zone = (await press.guild_locale()).zone
    lines = [f"- {plain(suggestions.label(each, zone), 100)}" for each in found[:MOST_NAMED]]
    name, events = plain(named, LONGEST_NAME), "\n".join(lines)
    raise Refused("several_named", name=name, count=len(found), events=events)


async def _searched(
    press: Press[Interaction], queries: Queries, typed: str
) -> list[InvitationSummary]:
    """Return the events whose names hold all words that are typed."""
    words = search_words(typed)
    narrowed = {"limit": MOST_SEARCHED} | ({"words": words} if words else {})
    lists = [await press.api.invitations({**query, **narrowed}) for query in queries]
    # The service finds them by the names of world and host, too.
    return [
        summary
        for each in lists
        for summary in each.invitations
        if holds_words(summary.event_name, typed)
    ]


async def _suggest(
    press: Press[Slash], typed: str, query: Mapping[str, str], *, is_newest_first: bool = False
) -> None:
    async def choices() -> list[OptionChoice]:
        found, zone = await _searched(press, [query], typed), (await press.guild_locale()).zone
        return suggestions.choices(found, zone, is_newest_first=is_newest_first)

    await offer(press, typed, choices)
