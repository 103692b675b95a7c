"""Discord's objects in full: every field its own server sends, with harmless values."""

from typing import Any

from playground.permissions import Permission
from playground.refusals import Payload

TEXT_CHANNEL, DIRECT_MESSAGE, VOICE_CHANNEL, CATEGORY = 0, 1, 2, 4
ANNOUNCEMENT_CHANNEL, FORUM_CHANNEL = 5, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
SLASH_COMMANDS, READS_MEMBERS, READS_CONTENT = 1 << 23, 1 << 15, 1 << 19
"""Flags of an application; the intents are those of a bot in fewer than a hundred guilds."""
MANAGE_GUILD = Permission.MANAGE_GUILD
EMPTY_IN_A_GUILD = (
    *("icon", "splash", "discovery_splash", "home_header", "description", "banner"),
    *("afk_channel_id", "application_id", "system_channel_id", "rules_channel_id"),
    *("safety_alerts_channel_id", "public_updates_channel_id", "widget_channel_id"),
    *("vanity_url_code", "max_presences", "incidents_data"),
)


def user(user_id: str, name: str, *, is_bot: bool = False) -> Payload:
    """Build a user."""
    return {
        "id": user_id,
        "username": name if is_bot else f"user{user_id[-4:]}",
        "discriminator": "0000" if is_bot else "0",
        "global_name": None if is_bot else name,
        "avatar": None,
        "bot": is_bot,
        "system": False,
        "public_flags": 0,
        "flags": 0,
        "accent_color": None,
        "banner": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def member(of: Payload, roles: list[str], joined_at: str) -> Payload:
    """Build a guild member."""
    return {
        "user": of,
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": roles,
        "joined_at": joined_at,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def role(role_id: str, name: str, allowed: int, position: int, color: int = 0) -> Payload:
    """Build a role; disnake wants all three keys of colors."""
    return {
        "id": role_id,
        "name": name,
        "description": None,
        "color": color,
        "colors": {"primary_color": color, "secondary_color": None, "tertiary_color": None},
        "hoist": position > 0,
        "position": position,
        "permissions": str(int(allowed)),
        "managed": False,
        "mentionable": position > 0,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }


SHAPES: dict[int, Payload] = {
    TEXT_CHANNEL: {"topic": None, "last_message_id": None, "rate_limit_per_user": 0},
    VOICE_CHANNEL: {
        "last_message_id": None,
        "bitrate": 64_000,
        "user_limit": 0,
        "rtc_region": None,
        "rate_limit_per_user": 0,
    },
    CATEGORY: {},
    ANNOUNCEMENT_CHANNEL: {"topic": None, "last_message_id": None},
    FORUM_CHANNEL: {
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "available_tags": [],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    },
}


def channel(
    channel_id: str, guild_id: str, name: str, position: int, kind: int = TEXT_CHANNEL
) -> Payload:
    """Build a channel of a guild, with what its type has more than others."""
    return {
        "id": channel_id,
        "type": kind,
        "guild_id": guild_id,
        "name": name,
        "position": position,
        "permission_overwrites": [],
        "parent_id": None,
        "nsfw": False,
        "flags": 0,
    } | SHAPES[kind]


def direct_channel(channel_id: str, recipient: Payload) -> Payload:
    """Build the bot's direct channel with one person."""
    return {
        "id": channel_id,
        "type": DIRECT_MESSAGE,
        "last_message_id": None,
        "flags": 0,
        "recipients": [recipient],
    }


def thread(thread_id: str, kind: int, parent: Payload, owner_id: str, now: str) -> Payload:
    """Build a thread under a channel; its name and settings are the caller's."""
    return {
        "id": thread_id,
        "type": kind,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "name": "",
        "owner_id": owner_id,
        "last_message_id": None,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "rate_limit_per_user": 0,
        "flags": 0,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": now,
            "auto_archive_duration": 1440,
            "locked": False,
            "create_timestamp": now,
        }
        | ({"invitable": True} if kind == PRIVATE_THREAD else {}),
    }


def thread_member(thread_id: str, user_id: str, now: str) -> Payload:
    """Build one membership of a thread."""
    return {"id": thread_id, "user_id": user_id, "join_timestamp": now, "flags": 1}


def guild(guild_id: str, name: str, owner_id: str, locale: str) -> Payload:
    """Build a guild without its roles and channels."""
    nothing: dict[str, Any] = dict.fromkeys(EMPTY_IN_A_GUILD)
    return nothing | {
        "id": guild_id,
        "name": name,
        "owner_id": owner_id,
        "region": "japan",
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "mfa_level": 0,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": locale,
        "nsfw_level": 0,
        "nsfw": False,
    }


def application(application_id: str, bot: Payload, flags: int, guilds: int) -> Payload:
    """Build the bot's application as its owner sees it."""
    return {
        "id": application_id,
        "name": bot["username"],
        "icon": None,
        "description": "",
        "type": None,
        "bot": bot,
        "owner": bot,
        "team": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "rpc_origins": [],
        "tags": [],
        "bot_public": False,
        "bot_require_code_grant": False,
        "event_webhooks_status": 1,
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "max_participants": None,
        "eligible_oauth2_scopes": [],
        "summary": "",
    }
