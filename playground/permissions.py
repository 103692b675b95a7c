"""Permission bits, and what a member may do in a guild and in a channel, as Discord computes it."""

from collections.abc import Iterable, Mapping
from enum import IntFlag

from playground.refusals import Payload

ROLE, MEMBER = 0, 1  # whom an overwrite is for


class Permission(IntFlag):
    """The bits that the miniature Discord checks or shows; ``ALL`` has the others too."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


P = Permission
NONE = Permission(0)
ALL = Permission((1 << 53) - 1)
EVERYONE = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_MESSAGES_IN_THREADS
    | P.READ_MESSAGE_HISTORY
    | P.USE_APPLICATION_COMMANDS
    | P.CONNECT
    | P.SPEAK
)
STAFF = EVERYONE | P.MANAGE_GUILD | P.MANAGE_MESSAGES | P.MANAGE_THREADS
BOT = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_MESSAGES_IN_THREADS
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.MENTION_EVERYONE
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.MANAGE_THREADS
    | P.CREATE_EVENTS
    | P.MANAGE_EVENTS
)
OF_THE_BOT_IN_A_CHANNEL = BOT & ~(P.CREATE_EVENTS | P.MANAGE_EVENTS)
DIRECT = P.VIEW_CHANNEL | P.SEND_MESSAGES | P.EMBED_LINKS | P.ATTACH_FILES | P.READ_MESSAGE_HISTORY


def of_roles(roles: Mapping[str, Payload], role_ids: Iterable[str]) -> Permission:
    """Add up what roles allow; an administrator may do everything."""
    allowed = NONE
    for role_id in role_ids:
        if role_id in roles:
            allowed |= Permission(int(roles[role_id]["permissions"]))
    return ALL if allowed & P.ADMINISTRATOR else allowed


def overwritten(
    allowed: Permission,
    overwrites: Iterable[Payload],
    everyone_id: str,
    role_ids: Iterable[str],
    user_id: str,
) -> Permission:
    """Apply a channel's overwrites: of @everyone, of all roles together, then of the member."""
    if allowed & P.ADMINISTRATOR:
        return ALL
    for ids in ({everyone_id}, set(role_ids), {user_id}):
        mine = [overwrite for overwrite in overwrites if overwrite["id"] in ids]
        for key in ("deny", "allow"):
            for overwrite in mine:
                bits = Permission(int(overwrite[key]))
                allowed = allowed & ~bits if key == "deny" else allowed | bits
    return allowed


def overwrite(target_id: str, kind: int, allow: int, deny: int) -> Payload:
    """Build one overwrite of a channel."""
    return {"id": target_id, "type": kind, "allow": str(int(allow)), "deny": str(int(deny))}
