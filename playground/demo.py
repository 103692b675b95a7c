"""The demo guild: VRC同期会 with its channels and people, under ids that never change."""

import base64
from dataclasses import dataclass

from playground import payloads
from playground.snowflakes import Clock
from playground.world import World

BOT_ID = "1400000000000000001"
GUILD_ID = "1400000000000000010"
STAFF_ROLE_ID = "1400000000000000020"
ANNOUNCEMENT_CHANNEL_ID = "1400000000000000031"
CHAT_CHANNEL_ID = "1400000000000000032"
STAFF_CHANNEL_ID = "1400000000000000033"
SAKURA = "1400000000000000101"
TARO = "1400000000000000102"
HANAKO = "1400000000000000103"
JIRO = "1400000000000000104"
MIDORI = "1400000000000000105"
ALEX = "1400000000000000106"


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
)
CHANNELS = (
    (ANNOUNCEMENT_CHANNEL_ID, "お誘い募集"),
    (CHAT_CHANNEL_ID, "雑談"),
    (STAFF_CHANNEL_ID, "スタッフ"),
)


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
    world = World(GUILD_ID, "VRC同期会", SAKURA, bot_id_of(token), clock)
    world.add_role(STAFF_ROLE_ID, "スタッフ", payloads.STAFF_PERMISSIONS, 0x2ECC71)
    for channel_id, name in CHANNELS:
        world.add_channel(name, channel_id)
    world.hide_channel(STAFF_CHANNEL_ID, STAFF_ROLE_ID)
    for person in PEOPLE:
        roles = [STAFF_ROLE_ID] if person.is_staff else []
        world.add_member(person.name, person.locale, roles, person.id)
    return world
