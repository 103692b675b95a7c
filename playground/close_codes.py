"""The codes with which Discord's gateway ends a connection."""

from enum import Enum


class Close(Enum):
    """A close code and Discord's words for it."""

    UNKNOWN_OPCODE = (4001, b"Unknown opcode.")
    UNDECODABLE = (4002, b"Error while decoding payload.")
    NOT_AUTHENTICATED = (4003, b"Not authenticated.")
    AUTHENTICATION_FAILED = (4004, b"Authentication failed.")
    ALREADY_AUTHENTICATED = (4005, b"Already authenticated.")
    INVALID_SEQUENCE = (4007, b"Invalid seq.")
    TOO_MANY = (4008, b"Rate limited.")
    TIMED_OUT = (4009, b"Session timed out.")
    INVALID_SHARD = (4010, b"Invalid shard.")
    SHARDING_REQUIRED = (4011, b"Sharding required.")
    INVALID_VERSION = (4012, b"Invalid API version.")
    INVALID_INTENTS = (4013, b"Invalid intent(s).")
    DISALLOWED_INTENTS = (4014, b"Disallowed intent(s).")

    @property
    def code(self) -> int:
        """Give the number."""
        return self.value[0]

    @property
    def reason(self) -> bytes:
        """Give the words."""
        return self.value[1]


ENDING_SESSIONS = {Close.TIMED_OUT, Close.INVALID_SEQUENCE}
