"""Proves which service sent a command: an HMAC over the bytes of its envelope.

The envelope holds id, name, time, actor and body, so nothing of it can be changed. Each pair of a
publisher and the service that owns the command has a key of its own, derived from a sealing key:
the gateway derives its keys itself, and the other services get theirs as COMMAND_KEYS. So the
tickets service can prove no command to invitations, and command keys change with the sealing keys.
"""

import hmac
import re
from collections.abc import Mapping
from typing import Self

from shared.sealing import KEY_BYTES, read_ring, text_of

PROOF = "x-proof"
GATEWAY, SCHEDULER = "gateway", "scheduler"
PUBLISHERS = (GATEWAY, SCHEDULER)
OWNERS = ("invitations", "tickets")
KEY_NAME = re.compile(rf"({'|'.join(PUBLISHERS)})\.({'|'.join(OWNERS)})\.[a-z0-9]+")


# No command's bytes, which are JSON: a token proves no command, and no proof is a token.
READING = b"doukikai reads"
MEMBERS = b"doukikai member hashes"
FORM = "publisher>.<owner>.<id of a-z and 0-9"


# Of a message that was published rightly, and names what belongs to another member or service.
NOT_ITS_OWN = "not_its_own"
REASONS = (
    "no_proof",
    "unknown_key",
    "wrong_proof",
    "wrong_exchange",
    "wrong_publisher",
    "wrong_id",
    "too_old",
    NOT_ITS_OWN,
)


class Unproven(ValueError):  # noqa: N818 - it reads as what the command is
    """A message that its publisher may not send, or not about that; its text is why, a word."""


class CommandKeys:
    """Keys by their names, `<publisher>.<owner>.<id of the sealing key>`."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys; the first of each pair proves, and all of them are accepted."""
        self._keys = keys
        # Later keys come first here, so that the first one of the ring stays.
        self._proving = {name.rpartition(".")[0]: name for name in reversed(list(keys))}

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting COMMAND_KEYS; raises OperatorMistake."""
        return cls(read_ring(setting, name="COMMAND_KEYS", key_id=KEY_NAME, form=FORM))

    @classmethod
    def derived(cls, sealing_keys: str, service: str) -> Self:
        """Derive the keys that a service needs from the ring of sealing keys."""
        pairs = [
            f"{publisher}.{owner}"
            for publisher in PUBLISHERS
            for owner in OWNERS
            if service in (publisher, owner)
        ]
        ring = read_ring(sealing_keys)
        names = {f"{pair}.{key_id}": key for key_id, key in ring.items() for pair in pairs}
        return cls({name: _derive(key, name) for name, key in names.items()})

    def __str__(self) -> str:
        """Write the keys as COMMAND_KEYS has them."""
        return ",".join(f"{name}:{text_of(key)}" for name, key in self._keys.items())

    def prove(self, publisher: str, owner: str, body: bytes) -> str | None:
        """Return the proof for a command's bytes; None without a key for its owner."""
        name = self._proving.get(f"{publisher}.{owner}")
        return name and f"{name}.{_mac(self._keys[name], body)}"

    def publisher_of(self, body: bytes, proof: object) -> str:
        """Return which service has proved a command; raises Unproven."""
        if not isinstance(proof, str):
            raise Unproven("no_proof")
        name, _, mac = proof.rpartition(".")
        key = self._keys.get(name)
        if key is None:
            raise Unproven("unknown_key")
        if not hmac.compare_digest(_mac(key, body).encode(), mac.encode()):
            raise Unproven("wrong_proof")
        return name.partition(".")[0]

    def reading_token(self, owner: str) -> str:
        """Return the bearer token by which a service knows that the gateway reads from its API."""
        token = self.prove(GATEWAY, owner, READING)
        assert token is not None  # noqa: S101 - a gateway derives a key for each service
        return token

    def hashing_keys(self, owner: str) -> list[bytes]:
        """Return the keys by which a service hashes members' ids, in the order of the ring.

        They come and go with the proofs. So a press that is older than the hashes of a key that has
        left the ring is refused all the same, by its proof.
        """
        names = [name for name in self._keys if name.startswith(f"{GATEWAY}.{owner}.")]
        return [hmac.digest(self._keys[name], MEMBERS, "sha256") for name in names]

    def is_reading_token(self, token: str) -> bool:
        """Return whether the gateway has made a token, with any key of the ring."""
        try:
            return self.publisher_of(READING, token) == GATEWAY
        except ValueError:  # Unproven, or a header of bytes that are no text
            return False


def _derive(sealing_key: bytes, name: str) -> bytes:
    """Derive a key from which nobody can tell the sealing key or another derived one."""
    key = hmac.digest(sealing_key, f"doukikai command key {name}".encode(), "sha256")
    assert len(key) == KEY_BYTES  # noqa: S101 - SHA-256 gives as many
    return key


def _mac(key: bytes, body: bytes) -> str:
    return text_of(hmac.digest(key, body, "sha256"))
