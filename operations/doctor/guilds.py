"""Looks at each guild: its channels and roles on Discord, and what the bot may do there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations import discord, guilds
from operations.doctor.check import Absent, Broken
from operations.guilds import StoredGuild
from operations.settings import Settings
from services.gateway.discord.permissions import Place, missing_of
from services.gateway.i18n.translate import FALLBACK, translate_one
from shared.messages.invitations.guilds import GuildSettings

TEXT_CHANNELS = {0, 5}  # text and announcement: members can write in them, and threads open there
ADMINISTRATOR = 1 << 3


@dataclass(frozen=True)
class Surroundings:
    """A guild as Discord has it: its name, channels and roles, and the bot's own roles in it."""

    guild: Mapping[str, Any]
    channels: Mapping[str, Mapping[str, Any]]
    bot_id: str
    bot_roles: frozenset[str]

    @property
    def roles(self) -> dict[str, int]:
        """Return what each role allows, by its id."""
        return {each["id"]: int(each["permissions"]) for each in self.guild["roles"]}

    def allowed(self, channel: Mapping[str, Any] | None = None) -> int:
        """Return what the bot may do in the guild, or in a channel after its overwrites."""
        guild_id, found = self.guild["id"], 0
        for role_id in {guild_id, *self.bot_roles}:
            found |= self.roles.get(role_id, 0)
        if found & ADMINISTRATOR:
            return -1
        overwrites = channel["permission_overwrites"] if channel else ()
        for ids in ({guild_id}, self.bot_roles - {guild_id}, {self.bot_id}):
            own = [each for each in overwrites if each["id"] in ids]
            for each in own:
                found &= ~int(each["deny"])
            for each in own:
                found |= int(each["allow"])
        return found


async def guild(settings: Settings, stored: StoredGuild) -> str:
    """See that a guild's channels and roles are there, and that the bot may do what it needs."""
    view = stored.settings
    async with discord.opened(settings) as asked:
        found = await asked.guild(view.guild_id)
        if found is None:
            raise Absent(
                "The bot was removed from it; what is stored stays until"
                f" `doukikai guilds erase {view.guild_id}`."
            )
        if not view.is_set_up:
            raise Absent(f"{found['name']}: it has no channel for events yet (/setup).")
        bot_id = await asked.bot_id()
        roles = await asked.roles_of(view.guild_id, bot_id)
        channels = await asked.channels(view.guild_id)
    where = Surroundings(found, channels, bot_id, frozenset(roles))
    wrong = [*_channels(stored, where), *_guild_itself(view, where), *_mentions(view, where)]
    if wrong := [*wrong, *_owed(stored)]:
        raise Broken(f"{found['name']}: {' '.join(wrong)}")
    return f"{found['name']}: channels, roles and permissions are as they should be."


async def known(settings: Settings) -> list[StoredGuild]:
    """Return every guild that something is stored about; raises Absent if none."""
    found = await guilds.stored(settings)
    if not found:
        raise Absent("No server has used the bot yet.")
    return [found[guild_id] for guild_id in sorted(found, key=int)]


def _channels(stored: StoredGuild, where: Surroundings) -> Iterator[str]:
    chosen: tuple[tuple[str, Place, str | None], ...] = (
        ("channel for events", "announcement", stored.settings.announcement_channel_id),
        ("staff channel", "staff", stored.settings.staff_channel_id),
        ("channel for transcripts", "ticket_log", stored.tickets.log_channel_id),
    )
    for meaning, place, channel_id in chosen:
        if channel_id is None:
            continue
        channel = where.channels.get(channel_id)
        if channel is None:
            yield f"The {meaning} was deleted."
        elif channel["type"] not in TEXT_CHANNELS:
            yield f"The {meaning} #{channel['name']} is no text channel."
        elif missing := missing_of(where.allowed(channel), place):
            yield f"In #{channel['name']} the bot lacks {_named(missing)}."


def _guild_itself(view: GuildSettings, where: Surroundings) -> Iterator[str]:
    chosen = (
        ("staff", view.staff_role_ids),
        ("hosts", view.host_role_ids),
        ("mentions", view.mention_role_ids),
    )
    for meaning, role_ids in chosen:
        if gone := sum(role_id not in where.roles for role_id in role_ids):
            yield f"Of the roles of {meaning}, {gone} {'was' if gone == 1 else 'were'} deleted."
    if view.mirrors_scheduled_events and (missing := missing_of(where.allowed(), "mirror")):
        yield f"In the server the bot lacks {_named(missing)}."


def _mentions(view: GuildSettings, where: Surroundings) -> Iterator[str]:
    """Say whom Discord does not notify although the settings let hosts mention them."""
    channel = where.channels.get(view.announcement_channel_id or "")
    if channel is None or not (missing := missing_of(where.allowed(channel), "mention")):
        return
    roles = [each for each in where.guild["roles"] if each["id"] in view.mention_role_ids]
    silent = ["@everyone"] if view.mentions_everyone else []
    silent += [f"@{role['name']}" for role in roles if not role["mentionable"]]
    if silent:
        lacking = f"In #{channel['name']} the bot lacks {_named(missing)}"
        yield f"{lacking}, so mentions of {', '.join(silent)} notify nobody."


def _owed(stored: StoredGuild) -> Iterator[str]:
    for kind, events in stored.owed.items():
        what = translate_one(FALLBACK, "repair", kind)
        yield f"{what} cannot be repaired for {events} {'event' if events == 1 else 'events'}."


def _named(permissions: list[str]) -> str:
    return ", ".join(translate_one(FALLBACK, "permission", name) for name in permissions)
