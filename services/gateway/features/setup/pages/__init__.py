"""The pages of the panel, in their order: one file and one line here for each."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from services.gateway.features.setup import frame
from services.gateway.features.setup.frame import Community, Field, Panel, Row
from services.gateway.features.setup.pages import events, listing, locale, staff
from shared.messages.envelope import Command
from shared.messages.invitations.guilds import ChangeGuildSettings, GuildChanges

Draw: TypeAlias = Callable[[Community], tuple[list[Field], list[Row]]]


class Page(NamedTuple):
    """What a page shows, and the command that changes one of its settings."""

    draw: Draw
    changes: type[GuildChanges] = GuildChanges
    command: type[ChangeGuildSettings] = ChangeGuildSettings

    def change(self, setting: str, value: object, fields: Mapping[str, Any]) -> Command:
        """Return the command for a new value; raises ValidationError if it may not be."""
        return self.command(changes=self.changes.model_validate({setting: value}), **fields)


PAGES: Mapping[str, Page] = {
    "events": Page(events.draw),
    "staff": Page(staff.draw),
    "locale": Page(locale.draw),
    "listing": Page(listing.draw),
}


def draw(page: str, community: Community) -> Panel:
    """Return a page of the panel as the guild is set up now."""
    fields, rows = PAGES[page].draw(community)
    return frame.panel(page, list(PAGES), fields, rows, community.language)
