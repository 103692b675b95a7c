"""Which guilds a request may read: those that are listed, one by its token, or all."""

from hashlib import sha256
from typing import NamedTuple

from aiohttp import hdrs, web

from services.invitations.sql import guilds
from shared.proofs import CommandKeys
from shared.read_router import ReadRouter


class TokenError(Exception):
    """A request lacks the token that its route needs, or has a wrong one."""


class Access(NamedTuple):
    """What the token of a request opens; without a token, nothing."""

    is_gateway: bool = False
    guild_id: str | None = None

    def sees(self, guild_id: str | None) -> bool:
        """Return whether what a guild does not publish may be read; None is every guild."""
        return self.is_gateway or (guild_id is not None and guild_id == self.guild_id)


class Tokens:
    """Knows the gateway's token by the keys, and those of guilds by the database."""

    def __init__(self, keys: CommandKeys, reads: ReadRouter) -> None:
        self._keys = keys
        self._reads = reads

    async def access(self, request: web.Request) -> Access:
        """Return what a request may read; raises TokenError for a wrong token."""
        token = _bearer(request)
        if token is None:
            return Access()
        if self._keys.is_reading_token(token):
            return Access(is_gateway=True)
        # Looked up by its hash: a wrong token costs as long as the right one.
        digest = sha256(token.encode(errors="replace")).hexdigest()
        guild_id = await guilds.owner_of_digest(self._reads.session(), digest)
        if guild_id is None:
            raise TokenError
        return Access(guild_id=guild_id)

    def check_gateway(self, request: web.Request) -> None:
        """Refuse all but the gateway; raises TokenError."""
        token = _bearer(request)
        if token is None or not self._keys.is_reading_token(token):
            raise TokenError


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token if scheme.lower() == "bearer" else None  # or a proxy's own credentials
