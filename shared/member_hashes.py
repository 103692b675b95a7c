"""What stands for a member in tables that name nobody: a hash under a key that no database holds.

A dump and a list of members tell nothing without the key. New rows are written by the ring's first
key. Rows that another key of the ring wrote are found as well.
"""

import hmac
from collections.abc import Sequence

LONG, SHORT = 8, 4  # bytes of a bigint and of an integer

_keys: list[bytes] = []


def use(keys: Sequence[bytes]) -> None:
    """Let this process hash by these keys, the first one for what it writes."""
    _keys[:] = keys


def hashes_of(text: str, size: int = LONG) -> list[int]:
    """Return the hashes under each key, that for new rows first; `size` is in bytes."""
    if not _keys:
        raise RuntimeError("No key was chosen to hash members' ids by: call use() first.")
    return [
        int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:size], signed=True)
        for key in _keys
    ]


def hash_of(text: str, size: int = LONG) -> int:
    """Return the hash for new rows."""
    return hashes_of(text, size)[0]


def buckets_of(member: str) -> list[int]:
    """Return the rows of member_locks that a member's commands lock, one for each key.

    So that two processes exclude each other while a rotation changes the order of the keys.
    """
    return [each & 0xFFFF for each in hashes_of(member)]
