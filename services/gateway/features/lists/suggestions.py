"""The suggestions of a slash command's option: events by name and start."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from disnake import OptionChoice

from services.gateway.i18n.translate import Language, translate
from shared.messages.views import InvitationSummary

MOST_CHOICES, CHOICE = 25, 100  # Discord's limits for suggestions
MOST_OF_HOST = 3


def choices(
    found: Sequence[InvitationSummary], zone: ZoneInfo, *, is_newest_first: bool = False
) -> list[OptionChoice]:
    """Suggest the soonest events, by name and time in a zone.

    Many events of one host displace no others: the host's first few come before the rest.
    """

    def place(each: InvitationSummary) -> tuple[datetime, str]:
        return each.start_time, each.id

    by_host: Counter[str] = Counter()
    first: list[InvitationSummary] = []
    rest: list[InvitationSummary] = []
    for each in sorted(found, key=place, reverse=is_newest_first):
        host = each.host_id or each.host_name
        (first if by_host[host] < MOST_OF_HOST else rest).append(each)
        by_host[host] += 1
    shown = sorted((first + rest)[:MOST_CHOICES], key=place, reverse=is_newest_first)
    return [OptionChoice(label(each, zone), each.id) for each in shown]


def too_fast(typed: str, language: Language) -> list[OptionChoice]:
    """Say in place of suggestions that a member types too fast; chosen, it is what they typed."""
    return [OptionChoice(translate(language, "suggest-too_fast"), typed or "-")]


def label(summary: InvitationSummary, zone: ZoneInfo) -> str:
    """Return name and start of an event, in a zone and in the length of a suggestion."""
    at = f" ({summary.start_time.astimezone(zone):%m/%d %H:%M %Z})"
    return summary.event_name[: CHOICE - len(at)] + at
