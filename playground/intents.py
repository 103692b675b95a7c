"""Which session receives an event: by its intents, its shard, and what the bot may see."""

from playground.gateway_payloads import is_of_shard
from playground.refusals import Payload
from playground.sessions import Session
from playground.world import World

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
KNOWN_INTENTS = (1 << 26) - 1
INTENTS = {
    "GUILD_MEMBER_": GUILD_MEMBERS,
    "GUILD_SCHEDULED_EVENT_": 1 << 16,
    "GUILD_": GUILDS,
    "CHANNEL_": GUILDS,
    "THREAD_": GUILDS,
}
OF_THE_GUILD_ITSELF = ("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE")


def intent_of(event: str, payload: Payload) -> int:
    """Name the intent a session must have asked for to receive an event; 0 when none."""
    if event.startswith("MESSAGE_"):
        return GUILD_MESSAGES if "guild_id" in payload else DIRECT_MESSAGES
    return next((bit for start, bit in INTENTS.items() if event.startswith(start)), 0)


def forbidden_intents(world: World) -> int:
    """Name the privileged intents that are switched off in the developer portal."""
    members = 0 if world.allows_members_intent else GUILD_MEMBERS
    return GUILD_PRESENCES | members | (0 if world.reads_content else MESSAGE_CONTENT)


def receivers(world: World, sessions: list[Session], event: str, payload: Payload) -> list[Session]:
    """List the sessions that an event is for."""
    key = "id" if event in OF_THE_GUILD_ITSELF else "guild_id"
    guild_id = payload.get(key)
    if guild_id is not None and not world.has_bot(guild_id):
        return []
    if not _is_seen(world, event, payload):
        return []
    needed = 0 if _is_about_the_bot(world, event, payload) else intent_of(event, payload)
    return [
        session
        for session in sessions
        if (session.intents & needed or not needed) and is_of_shard(guild_id, session.shard)
    ]


def _is_about_the_bot(world: World, event: str, payload: Payload) -> bool:
    """Say whether the event tells the bot about its own member, which needs no intent."""
    return event == "GUILD_MEMBER_UPDATE" and payload["user"]["id"] == world.bot_id


def _is_seen(world: World, event: str, payload: Payload) -> bool:
    """Say whether the bot sees the channel of a message, or the thread."""
    if event.startswith("MESSAGE_"):
        return world.can_view(world.bot_id, payload["channel_id"])
    if event in ("THREAD_CREATE", "THREAD_UPDATE"):
        return world.can_view(world.bot_id, payload["id"])
    return True
