"""The pages of the panel, in their order: one file and one line here for each."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias, get_origin

from services.gateway.features.setup import frame
from services.gateway.features.setup.frame import Community, Field, Panel, Row
from services.gateway.features.setup.pages import events, listing, locale, mentions, staff, tickets
from shared.messages.changes import Changes
from shared.messages.envelope import Command
from shared.messages.invitations.guilds import ChangeGuildSettings, GuildChanges
from shared.messages.tickets.guilds import ChangeTicketSettings, ReadTicketSettings, TicketChanges

Draw: TypeAlias = Callable[[Community], tuple[list[Field], list[Row]]]


class Page(NamedTuple):
    """What a page shows, and the command that changes one of its settings."""

    draw: Draw
    changes: type[Changes] = GuildChanges
    command: Callable[..., Command] = ChangeGuildSettings
    read: type[ReadTicketSettings] | None = None
    """The command whose answer has the settings; without one the invitations API has them."""
    of: str | None = None
    """The page that opens it; one without stands below every page."""

    def takes_several(self, setting: str) -> bool:
        """Return whether the value of a setting is a list."""
        field = self.changes.model_fields.get(setting)
        return field is not None and get_origin(field.annotation) is tuple

    def change(self, setting: str, value: object, fields: Mapping[str, Any]) -> Command:
        """Return the command for a new value; raises ValidationError if it may not be."""
        changed = {setting: value} if setting != tickets.SILENCE else tickets.silence_of(value)
        return self.command(changes=self.changes.model_validate(changed), **fields)


PAGES: Mapping[str, Page] = {
    "events": Page(events.draw),
    "mentions": Page(mentions.draw, of="events"),
    "staff": Page(staff.draw),
    "tickets": Page(tickets.draw, TicketChanges, ChangeTicketSettings, ReadTicketSettings),
    "locale": Page(locale.draw),
    "listing": Page(listing.draw),
}


def draw(page: str, community: Community) -> Panel:
    """Return a page of the panel as the guild is set up now."""
    fields, rows = PAGES[page].draw(community)
    below = [name for name, each in PAGES.items() if each.of is None]
    return frame.panel(page, below, fields, rows, community.language)
