"""Members' own words, made harmless for Discord's markdown and cut to its limits."""

import re
from datetime import datetime

from shared.messages.characters import readable

# Everything that formats, links, mentions or makes a timestamp. A backslash shows it as typed.
SPECIAL = re.compile(r"([\\*_~`|<>#\[\]()@:/-])")


def plain(text: str, most: int) -> str:
    """Show a text as it was typed, in at most so many characters."""
    escaped = SPECIAL.sub(r"\\\1", readable(text))
    if len(escaped) <= most:
        return escaped
    # Never cut between a backslash and what it escapes.
    cut = escaped[: most - 1]
    hanging = len(cut) - len(cut.rstrip("\\"))
    return (cut[:-1] if hanging % 2 else cut) + "…"


def without_masked_links(text: str) -> str:
    """Keep a host's markdown, but no link that says one address and opens another."""
    return readable(text).replace("](", "]\\(")


def web_link(url: str, most: int) -> str:
    """Show an address as a link and nothing but a link; empty when it is too long."""
    shown = f"<{url.replace('<', '%3C').replace('>', '%3E')}>"
    return shown if len(shown) <= most else ""


def moment(at: datetime, style: str) -> str:
    """Show a moment in each reader's own zone."""
    return f"<t:{int(at.timestamp())}:{style}>"


def message_link(guild_id: str, channel_id: str, message_id: str) -> str:
    """Give the address of a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
