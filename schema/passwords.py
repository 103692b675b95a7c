"""Tell whether a password is the one PostgreSQL keeps a SCRAM verifier of."""

import base64
import hashlib
import hmac
import re

VERIFIER = re.compile(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):.+")


def matches(password: str, verifier: str) -> bool:
    """Compare a password with a stored verifier (RFC 5803, section 3)."""
    parts = VERIFIER.fullmatch(verifier)
    if parts is None:
        return False
    iterations, salt, stored_key = parts.groups()
    salted = hashlib.pbkdf2_hmac(
        "sha256", password.encode(), base64.b64decode(salt), int(iterations)
    )
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(hashlib.sha256(client_key).digest(), base64.b64decode(stored_key))
