"""What the bot must be allowed to do on Discord, and how to see what is missing.

One table for the panel of `/setup`, for the invite link and for the install guide. The reason of
each permission is a text: `need-<permission>`.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import disnake
from disnake.abc import GuildChannel

Place: TypeAlias = Literal["announcement", "mention", "staff", "mirror", "ticket", "ticket_log"]
"""Where a permission is needed, or for what: `mirror` is the guild itself, `mention` is the channel
of announcements where hosts may mention roles that not everyone may mention."""

# The names are disnake's. Each is here because of a call of the gateway to Discord's REST API.
NEEDS: Mapping[Place, tuple[str, ...]] = {
    "announcement": (
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",  # the picture of an event
        "read_message_history",  # Messages.write_once looks for what stands already
        "create_public_threads",
        "send_messages_in_threads",  # also to add a member
        "manage_threads",  # to lock, to delete, and to remove a member
    ),
    "mention": ("mention_everyone",),
    "staff": ("view_channel", "send_messages", "embed_links", "read_message_history"),
    # The bot changes only events of its own, which Manage Events is not needed for.
    "mirror": ("create_events",),
    "ticket": (
        "view_channel",
        "embed_links",
        "read_message_history",
        "create_private_threads",
        "send_messages_in_threads",
        "manage_threads",
    ),
    "ticket_log": ("view_channel", "send_messages", "attach_files", "read_message_history"),
}


def all_needed(*, with_mirror: bool = True) -> disnake.Permissions:
    """Return what the invite link asks for, with or without what only the mirror needs.

    Mentions are for the guilds that choose roles which not everyone may mention; they read so then.
    """
    places = asked_places(with_mirror=with_mirror)
    names = {name for place in places for name in NEEDS[place]}
    return disnake.Permissions(**dict.fromkeys(names, True))


def asked_places(*, with_mirror: bool) -> list[Place]:
    """Return the places whose permissions the invite link asks for."""
    return [each for each in NEEDS if each != "mention" and (with_mirror or each != "mirror")]


def missing_of(allowed: int, place: Place) -> list[str]:
    """Return the names of what permissions lack that Discord's REST API has added up."""
    return [name for name in NEEDS[place] if not getattr(disnake.Permissions(allowed), name)]


def missing_in(channel: GuildChannel, me: disnake.Member, place: Place) -> list[str]:
    """Return the names of what the bot lacks in a channel."""
    allowed = _allowed_in(channel, me)
    return [name for name in NEEDS[place] if not getattr(allowed, name)]


def missing_in_guild(me: disnake.Member) -> list[str]:
    """Return the names of what the bot lacks in the guild itself."""
    return [name for name in NEEDS["mirror"] if not getattr(me.guild_permissions, name)]


def _allowed_in(channel: GuildChannel, me: disnake.Member) -> disnake.Permissions:
    """Return what the roles and the channel's overwrites switch on for a member.

    `channel.permissions_for` also drops every permission that has no effect without View Channel
    or Send Messages. A member who sees a switch in Discord must read of that switch alone.
    """
    allowed = me.guild_permissions
    if allowed.administrator:
        return allowed
    everyone, *roles = me.roles
    for step in ([everyone], roles, [me]):
        pairs = [channel.overwrites_for(each).pair() for each in step]
        for _, denied in pairs:
            allowed &= ~denied
        for granted, _ in pairs:
            allowed |= granted
    return allowed
