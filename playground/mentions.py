"""Whom a message notifies: what is written in it, as far as the author may mention them."""

import re

from playground.payloads import DIRECT_MESSAGE
from playground.permissions import Permission
from playground.refusals import Payload
from playground.world import World

USER, ROLE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")
ALL_KINDS = ["users", "roles", "everyone"]


def mentioned(world: World, channel: Payload, author_id: str, body: Payload) -> Payload:
    """Give the three keys of a message that say whom it notifies."""
    text = body.get("content") or ""
    wish = body.get("allowed_mentions") or {"parse": ALL_KINDS}
    parsed = wish.get("parse") or []
    users = [u for u in _found(USER, text) if u in world.users and _is_allowed(wish, "users", u)]
    nobody: Payload = {"mention_everyone": False, "mention_roles": []}
    if channel["type"] == DIRECT_MESSAGE:
        return nobody | {"mentions": [world.users[user_id] for user_id in users]}
    roles = world.guild(channel["guild_id"]).roles
    mentions_all = bool(world.permissions_in(author_id, channel) & Permission.MENTION_EVERYONE)
    is_for_all = re.search("@everyone|@here", text) is not None and "everyone" in parsed
    return {
        "mention_everyone": is_for_all and mentions_all,
        "mention_roles": [
            role_id
            for role_id in _found(ROLE, text)
            if role_id in roles
            and _is_allowed(wish, "roles", role_id)
            and (mentions_all or roles[role_id]["mentionable"])
        ],
        "mentions": [world.users[user_id] for user_id in users],
    }


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(pattern.findall(text)))


def _is_allowed(wish: Payload, kind: str, target_id: str) -> bool:
    chosen = [str(each) for each in wish.get(kind) or []]
    return kind in (wish.get("parse") or []) or target_id in chosen
