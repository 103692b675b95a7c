"""The mention in an announcement: who is mentioned when it is posted, and nobody afterwards."""

from services.gateway.drawing.announcement import Payload
from shared.messages.invitations.mentions import NOBODY, Mention


def mention_text(mention: Mention) -> str:
    """Return what stands in the message; "" mentions nobody."""
    if mention == NOBODY:
        return ""
    return f"@{mention}" if mention in ("everyone", "here") else f"<@&{mention}>"


def mentioning(mention: Mention) -> Payload:
    """Return the part of a message that mentions exactly one role, or everyone; none for nobody."""
    if mention == NOBODY:
        return {}
    # Discord has one switch for both. Only `content` can mention, and it holds nothing else.
    heard = (
        {"parse": ["everyone"]}
        if mention in ("everyone", "here")
        else {"parse": [], "roles": [mention]}
    )
    return {"content": mention_text(mention), "allowed_mentions": heard}
