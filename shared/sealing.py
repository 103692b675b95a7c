"""Texts that only the gateway can read: AES-256-GCM under a ring of keys.

A sealed text is `v1.<key id>.<base64url of nonce, ciphertext and tag>`: 342 characters for the
longest link, inside the design's VARCHAR(500). What it belongs to (column and row) is bound as
associated data, so a text moved to another row or column does not open.
"""

import base64
import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.settings import OperatorMistake

NONCE_BYTES = 12  # NIST SP 800-38D recommends 96 bits
KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9]+")
FORM = "id of a-z and 0-9"


class SealBroken(Exception):  # noqa: N818 - it reads as what happened
    """A sealed text was changed, moved, or sealed with a key that is not on the ring."""


class Sealer:
    """Seal with the first key of the ring; open with any."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the ring: key id → 32 bytes, the sealing key first."""
        self._ring = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.key_id = next(iter(keys))

    @classmethod
    def of(cls, setting: str) -> "Sealer":
        """Read the ring as SEALING_KEYS writes it: `id:base64url, id:base64url …`."""
        return cls(read_ring(setting))

    def seal(self, text: str, *, column: str, row: str) -> str:
        """Encrypt a text for one column of one row."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ring[self.key_id].encrypt(nonce, text.encode(), _bound(column, row))
        return f"v1.{self.key_id}.{text_of(nonce + sealed)}"

    def open(self, sealed: str, *, column: str, row: str) -> str:
        """Decrypt a text where it belongs; raises SealBroken anywhere else."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ring.get(key_id)
        if version != "v1" or cipher is None:
            raise SealBroken(f"no key {key_id!r} for seal version {version!r}")
        try:
            raw = _bytes_of(body)
            opened = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(column, row))
        except (InvalidTag, ValueError):
            raise SealBroken(f"does not open as {column}") from None
        return opened.decode()


def read_ring(
    setting: str, *, name: str = "SEALING_KEYS", key_id: re.Pattern[str] = KEY_ID, form: str = FORM
) -> dict[str, bytes]:
    """Return the keys of a ring by their ids, in its order; raises OperatorMistake."""
    keys: dict[str, bytes] = {}
    for number, part in enumerate(setting.split(","), start=1):
        own_id, _, text = part.strip().partition(":")
        key = _key_bytes(text)
        if not key_id.fullmatch(own_id) or len(key) != KEY_BYTES or own_id in keys:
            raise OperatorMistake(
                f"{name} is wrong at key {number}: each key is "
                f"<{form}>:<base64url of 32 bytes>, and each id stands once."
            )
        keys[own_id] = key
    return keys


def _bound(column: str, row: str) -> bytes:
    return f"{column}\0{row}".encode()


def text_of(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    """Decode base64url without padding; raises ValueError for any other spelling of the bytes."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if text_of(raw) != text:  # the last character can hold bits that mean nothing
        raise ValueError("not the one spelling of these bytes")
    return raw


def _key_bytes(text: str) -> bytes:
    try:
        return _bytes_of(text.rstrip("="))
    except ValueError:
        return b""
