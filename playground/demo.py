"""The demo guild: VRC同期会 with its channels and people, under ids that never change.

A visitor of the page can create more guilds and invite the bot into them.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground import guild_changes, payloads, permissions
from playground.guilds import Guild
from playground.permissions import Permission
from playground.snowflakes import Clock
from playground.world import World

BOT_ID = "1400000000000000001"
GUILD_ID = "1400000000000000010"
STAFF_ROLE_ID = "1400000000000000020"
BOT_ROLE_ID = "1400000000000000021"
ANNOUNCEMENT_CHANNEL_ID = "1400000000000000031"
CHAT_CHANNEL_ID = "1400000000000000032"
STAFF_CHANNEL_ID = "1400000000000000033"
# How the demo's guild uses the bot; the miniature Discord itself does not read it.
SETTINGS: Mapping[str, Any] = {
    "announcement_channel_id": ANNOUNCEMENT_CHANNEL_ID,
    "staff_channel_id": STAFF_CHANNEL_ID,
    "staff_role_ids": (STAFF_ROLE_ID,),
    "mirrors_scheduled_events": True,
}
TICKET_SETTINGS: Mapping[str, Any] = {"log_channel_id": STAFF_CHANNEL_ID}
SAKURA = "1400000000000000101"
TARO = "1400000000000000102"
HANAKO = "1400000000000000103"
JIRO = "1400000000000000104"
MIDORI = "1400000000000000105"
ALEX = "1400000000000000106"
KAEDE = "1400000000000000107"
OWNER = KAEDE


@dataclass(frozen=True)
class Person:
    """Someone a visitor of the page can be."""

    id: str
    name: str
    locale: str
    part: str
    is_staff: bool = False


PEOPLE = (
    Person(SAKURA, "さくら", "ja", "主催者"),
    Person(TARO, "たろう", "ja", "メンバー"),
    Person(HANAKO, "はなこ", "ja", "メンバー"),
    Person(JIRO, "じろう", "ja", "メンバー"),
    Person(MIDORI, "みどり", "ja", "スタッフ", is_staff=True),
    Person(ALEX, "Alex", "en-US", "Member"),
    Person(KAEDE, "かえで", "ja", "サーバーの所有者"),
)
CHANNELS = (
    (ANNOUNCEMENT_CHANNEL_ID, "お誘い募集"),
    (CHAT_CHANNEL_ID, "雑談"),
    (STAFF_CHANNEL_ID, "スタッフ"),
)
NEW_KINDS = {
    "news": payloads.ANNOUNCEMENT_CHANNEL,
    "chat": payloads.TEXT_CHANNEL,
    "staff": payloads.TEXT_CHANNEL,
    "forum": payloads.FORUM_CHANNEL,
    "voice": payloads.VOICE_CHANNEL,
}
NEW_CHANNELS = {
    "ja": {
        "category": "みんなの場所",
        "news": "お知らせ",
        "chat": "雑談",
        "staff": "スタッフ",
        "forum": "掲示板",
        "voice": "通話",
    },
    "en": {
        "category": "For everyone",
        "news": "announcements",
        "chat": "general",
        "staff": "staff",
        "forum": "forum",
        "voice": "Lounge",
    },
}


def token_for(bot_id: str) -> str:
    """Build a token whose first part names the bot, as Discord's do; it opens nothing real."""
    return base64.b64encode(bot_id.encode()).decode().rstrip("=") + ".demo.miniature-discord"


def bot_id_of(token: str) -> str:
    """Read the bot's id out of a token; ValueError when it is none of Discord's form."""
    first = token.split(".", maxsplit=1)[0]
    try:
        bot_id = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode("ascii")
    except ValueError:
        bot_id = ""
    if not bot_id.isdecimal():
        text = "The token is not of Discord's form: its first part must be the bot's id in base64."
        raise ValueError(text)
    return bot_id


TOKEN = token_for(BOT_ID)


def build(token: str, clock: Clock) -> World:
    """Build the demo world for the bot that a token names; its ids are born by the clock."""
    world = World(GUILD_ID, bot_id_of(token), clock)
    guild = guild_changes.create_guild(world, "VRC同期会", OWNER, guild_id=GUILD_ID)
    guild.add_role(STAFF_ROLE_ID, "スタッフ", permissions.STAFF, 0x2ECC71)
    guild_changes.add_bot(world, GUILD_ID, role_id=BOT_ROLE_ID)
    for channel_id, name in CHANNELS:
        world.add_channel(name, channel_id)
    _hide(world, guild, STAFF_CHANNEL_ID, STAFF_ROLE_ID, BOT_ROLE_ID)
    for person in PEOPLE:
        roles = [STAFF_ROLE_ID] if person.is_staff else []
        world.add_member(person.name, person.locale, roles, person.id)
    return world


def _hide(world: World, guild: Guild, channel_id: str, *role_ids: str) -> None:
    """Hide a channel from all members without one of these roles."""
    guild_changes.set_overwrite(world, channel_id, guild.id, deny=Permission.VIEW_CHANNEL)
    for role_id in role_ids:
        guild_changes.set_overwrite(world, channel_id, role_id, allow=Permission.VIEW_CHANNEL)


def create_community(world: World, name: str, owner_id: str) -> str:
    """Create a guild with channels of every type and every person but the bot; return its id."""
    locale = world.locales[owner_id]
    guild = guild_changes.create_guild(world, name, owner_id, locale)
    names = NEW_CHANNELS["ja" if locale == "ja" else "en"]
    staff = guild.add_role(world.ids.next(), names["staff"], permissions.STAFF, 0x2ECC71)
    category = world.add_channel(names["category"], kind=payloads.CATEGORY, guild_id=guild.id)
    opened = {
        key: world.add_channel(names[key], kind=kind, parent_id=category, guild_id=guild.id)
        for key, kind in NEW_KINDS.items()
    }
    guild.payload["system_channel_id"] = opened["chat"]
    _hide(world, guild, opened["staff"], staff["id"])
    for person in PEOPLE:
        roles = [staff["id"]] if person.is_staff else []
        world.add_member(person.name, world.locales[person.id], roles, person.id, guild.id)
    return guild.id
