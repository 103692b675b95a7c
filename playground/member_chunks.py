"""Answer a client that asks its session for members of a guild (op 8)."""

from playground.gateway_payloads import is_of_shard
from playground.guilds import Guild
from playground.intents import GUILD_MEMBERS
from playground.refusals import Payload
from playground.sessions import Session
from playground.world import World

IN_A_CHUNK = 1000
MOST_FOUND = 100  # of those that are asked for by id or name
LONGEST_NONCE_BYTES = 32


def chunks(world: World, session: Session, wish: Payload) -> list[Payload]:
    """Build the GUILD_MEMBERS_CHUNK events of an answer.

    There are none for a guild that the session does not serve, and none for all members of a
    guild if the session has not the members intent.
    """
    guild_id = str(wish["guild_id"])
    if not world.has_bot(guild_id) or not is_of_shard(guild_id, session.shard):
        return []
    asks_for_all = wish.get("user_ids") is None and not wish.get("query")
    if asks_for_all and not session.intents & GUILD_MEMBERS:
        return []
    found, missing = _found(world.guild(guild_id), wish)
    parts = [found[at : at + IN_A_CHUNK] for at in range(0, len(found), IN_A_CHUNK)] or [[]]
    nonce = wish.get("nonce")
    is_kept = nonce is not None and len(str(nonce).encode()) <= LONGEST_NONCE_BYTES
    about = {"guild_id": guild_id, "chunk_count": len(parts)} | (
        {"nonce": nonce} if is_kept else {}
    )
    if missing:
        about["not_found"] = missing
    return [about | {"chunk_index": index, "members": part} for index, part in enumerate(parts)]


def _found(guild: Guild, wish: Payload) -> tuple[list[Payload], list[str]]:
    """Find who is asked for, by ids or by the beginning of a name, and which ids are nobody's."""
    if (asked := wish.get("user_ids")) is not None:
        ids = [str(each) for each in (asked if isinstance(asked, list) else [asked])][:MOST_FOUND]
        there = [guild.members[user_id] for user_id in ids if user_id in guild.members]
        return there, [user_id for user_id in ids if user_id not in guild.members]
    start, limit = wish.get("query", "").lower(), int(wish["limit"])
    named = [m for m in guild.members.values() if m["user"]["username"].lower().startswith(start)]
    return named[: min(limit or MOST_FOUND, MOST_FOUND) if start else limit or None], []
