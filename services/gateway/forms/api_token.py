"""The token of a guild for the API: shown in a form before it is in force, and never again."""

import re
import secrets
from hashlib import sha256

from services.gateway.forms.mistakes import Mistaken

FIELD = "api_token"
LONGEST_TYPED = 100
FORM = re.compile(r"dk_[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a token of 256 random bits."""
    return f"dk_{secrets.token_urlsafe(32)}"


def read_token(typed: str) -> str | None:
    """Return the hash of a token, or None for an empty field; raises Mistaken."""
    token = typed.strip()
    if not token:
        return None
    if FORM.fullmatch(token) is None:
        raise Mistaken([(FIELD, "changed_token")])
    return sha256(token.encode()).hexdigest()
