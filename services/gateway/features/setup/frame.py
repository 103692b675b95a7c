"""What every page of the panel has in common: its frame, and the selects and buttons in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import disnake
from disnake import ButtonStyle, ChannelType, SelectDefaultValue, SelectDefaultValueType
from disnake.abc import GuildChannel
from disnake.ui import ActionRow, Button
from disnake.ui.select import ChannelSelect, RoleSelect, StringSelect

from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import SetupPage
from services.gateway.features.setup.custom_ids import Choose, Switch
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.invitations.guilds import MOST_ROLES, GuildView
from shared.messages.tickets.guilds import TicketSettings

Row: TypeAlias = ActionRow[Any]
Field: TypeAlias = tuple[str, str]
"""The name of a field of the embed, and what it says."""

TEXT_CHANNELS = [ChannelType.text, ChannelType.news]
COLOUR = 0x5865F2


@dataclass(frozen=True)
class Community:
    """A guild, the bot's own membership of it, its settings, and the reader's language."""

    guild: disnake.Guild
    me: disnake.Member
    settings: GuildView
    language: Language
    tickets: TicketSettings = field(default_factory=TicketSettings)
    """The settings of tickets, on their page."""

    def channel(self, channel_id: str | None) -> GuildChannel | None:
        """Return a channel of the guild; None for none, and for one that was deleted."""
        return self.guild.get_channel(int(channel_id)) if channel_id else None

    def roles(self, role_ids: Sequence[str]) -> list[disnake.Role]:
        """Return the roles that the guild still has."""
        found = (self.guild.get_role(int(role_id)) for role_id in role_ids)
        return [role for role in found if role is not None]


async def community(
    guilds: DiscordGuilds,
    settings: GuildView,
    language: Language,
    tickets: TicketSettings | None = None,
) -> Community | None:
    """Return what a page is drawn from; None while Discord has not sent the guild."""
    guild = await guilds.find(settings.guild_id)
    if guild is None:
        return None
    return Community(guild, guild.me, settings, language, tickets or TicketSettings())


class Panel(NamedTuple):
    """A page as Discord shows it."""

    text: str
    embed: disnake.Embed
    rows: list[Row]

    def payload(self) -> Payload:
        """Return the panel as Discord's REST API takes it."""
        rows = [row.to_component_dict() for row in self.rows]
        return {"content": self.text, "embeds": [self.embed.to_dict()], "components": rows}


def panel(
    page: str,
    pages: Sequence[str],
    fields: Sequence[Field],
    rows: Sequence[Row],
    language: Language,
) -> Panel:
    """Put a page into the frame: a title above it, and the way to each page below.

    The button of the page itself reads everything again.
    """
    title = translate(language, "setup-title", page=translate_one(language, "page", page))
    embed = disnake.Embed(title=title, colour=COLOUR)
    for name, value in fields:
        embed.add_field(name, value, inline=False)
    others: list[Button[None]] = [
        Button(
            label=translate_one(language, "page", each),
            style=ButtonStyle.primary if each == page else ButtonStyle.secondary,
            custom_id=SetupPage(each).encode(),
        )
        for each in pages
    ]
    return Panel("", embed, [*rows, ActionRow(*others)])


def channel_select(page: str, setting: str, community: Community, chosen: str | None) -> Row:
    """Return the select of a text channel."""
    there = community.channel(chosen)
    return ActionRow(
        ChannelSelect(
            custom_id=Choose(page, setting).encode(),
            placeholder=translate_one(community.language, "setting", setting),
            min_values=0,
            channel_types=TEXT_CHANNELS,
            default_values=_defaults([there] if there else [], SelectDefaultValueType.channel),
        )
    )


def role_select(page: str, setting: str, community: Community, chosen: Sequence[str]) -> Row:
    """Return the select of several roles."""
    there = community.roles(chosen)
    return ActionRow(
        RoleSelect(
            custom_id=Choose(page, setting).encode(),
            placeholder=translate_one(community.language, "setting", setting),
            min_values=0,
            max_values=MOST_ROLES,
            default_values=_defaults(there, SelectDefaultValueType.role),
        )
    )


def string_select(
    page: str,
    setting: str,
    language: Language,
    options: Sequence[disnake.SelectOption],
    *,
    takes_several: bool = False,
) -> Row:
    """Return a select of texts; the present values are the options that are the default."""
    return ActionRow(
        StringSelect(
            custom_id=Choose(page, setting).encode(),
            placeholder=translate_one(language, "setting", setting),
            min_values=0 if takes_several else 1,
            max_values=len(options) if takes_several else 1,
            options=list(options),
        )
    )


def switch(page: str, setting: str, language: Language, *, is_on: bool) -> Button[None]:
    """Return the button that turns a setting on or off; it says what is true now."""
    return Button(
        label=translate(
            language,
            "setup-switch",
            setting=translate_one(language, "setting", setting),
            state=state(language, is_on=is_on),
        ),
        style=ButtonStyle.success if is_on else ButtonStyle.secondary,
        custom_id=Switch(page, setting, not is_on).encode(),
    )


def state(language: Language, *, is_on: bool) -> str:
    """Return the word for a setting that is on or off."""
    return translate(language, "setup-on") if is_on else translate(language, "setup-off")


def _defaults(
    there: Sequence[disnake.abc.Snowflake], kind: SelectDefaultValueType
) -> list[SelectDefaultValue]:
    return [SelectDefaultValue(each.id, kind) for each in there]
