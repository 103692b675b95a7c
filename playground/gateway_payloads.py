"""What the gateway tells a client about itself and about each guild."""

from typing import Any

from playground.guilds import Guild
from playground.refusals import Payload
from playground.world import World


def ready(world: World, session_id: str, host: str, shard: list[int] | None) -> Payload:
    """Build the first event of a session; its guilds are still unavailable."""
    bot = world.users[world.bot_id]
    return {
        "v": 10,
        "user": bot | {"verified": True, "email": None, "mfa_enabled": True},
        "guilds": [{"id": g.id, "unavailable": True} for g in guilds_of(world, shard or [0, 1])],
        "session_id": session_id,
        "resume_gateway_url": f"ws://{host}/resume/",
        "application": {"id": world.bot_id, "flags": world.application_flags},
        "private_channels": [],
        "session_type": "normal",
    } | ({"shard": shard} if shard else {})


def is_of_shard(guild_id: str | None, shard: list[int]) -> bool:
    """Say whether a shard serves a guild; the first one serves direct messages."""
    number, count = shard
    return (int(guild_id or 0) >> 22) % count == number


def guilds_of(world: World, shard: list[int]) -> list[Guild]:
    """List the bot's guilds that a shard serves."""
    mine = [guild for guild in world.guilds.values() if world.has_bot(guild.id)]
    return [guild for guild in mine if is_of_shard(guild.id, shard)]


def _is_active(world: World, channel: Payload) -> bool:
    """Return whether this is a thread that is not archived and that the bot sees."""
    settings = channel.get("thread_metadata")
    if settings is None or settings["archived"]:
        return False
    return world.can_view(world.bot_id, channel["id"])


def guild_create(
    world: World, guild: Guild, inside: list[Payload], *, is_joined: bool = False
) -> Payload:
    """Build the event of a guild that is available, or that the bot has just joined.

    Clients tell the two apart by the key `unavailable`. `inside` has the guild's channels and
    threads. Of the members only the bot is in the event.
    """
    bot = guild.members[world.bot_id]
    empty: dict[str, list[Any]] = {
        key: [] for key in ("voice_states", "presences", "stage_instances", "soundboard_sounds")
    }
    return guild.with_roles() | {
        "joined_at": bot["joined_at"],
        "large": False,
        "member_count": len(guild.members),
        "members": [bot],
        "channels": [channel for channel in inside if "thread_metadata" not in channel],
        "threads": [channel for channel in inside if _is_active(world, channel)],
        "guild_scheduled_events": list(guild.scheduled_events.values()),
        **empty,
        **({} if is_joined else {"unavailable": False}),
    }
