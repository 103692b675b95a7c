"""Whom a host may mention with a draft, by the settings of the guild and the names on Discord."""

from collections.abc import Mapping
from typing import NamedTuple

import disnake

from services.gateway.discord.permissions import missing_in
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.mentions import NOBODY, Mention


class Mentionable(NamedTuple):
    """A role, @everyone or @here."""

    name: str
    is_notified: bool
    """Whether Discord notifies them: everyone may mention them, or the bot may mention all."""


def mentionable(guild: disnake.Guild | None, settings: GuildView) -> Mapping[Mention, Mentionable]:
    """Return whom hosts may mention; while Discord has not sent the guild, by ids."""
    if guild is None:
        return {each: Mentionable(f"@{each}", is_notified=True) for each in _allowed(settings)}
    mentions_all = _mentions_all(guild, settings)
    found = dict[Mention, Mentionable]()
    for each in _allowed(settings):
        if each in ("everyone", "here"):
            found[each] = Mentionable(f"@{each}", mentions_all)
        elif role := guild.get_role(int(each)):
            found[each] = Mentionable(f"@{role.name}", mentions_all or role.mentionable)
    return found


def _allowed(settings: GuildView) -> list[Mention]:
    everyone: list[Mention] = ["everyone", "here"] if settings.mentions_everyone else []
    return [*settings.mention_role_ids, *everyone]


def _mentions_all(guild: disnake.Guild, settings: GuildView) -> bool:
    channel_id = settings.announcement_channel_id
    channel = guild.get_channel(int(channel_id)) if channel_id else None
    return channel is None or not missing_in(channel, guild.me, "mention")


def is_possible(mention: Mention, among: Mapping[Mention, Mentionable]) -> bool:
    """Return whether a choice can be posted: the role may have been deleted or disallowed since."""
    return mention == NOBODY or mention in among
