"""The client of the invitations service's HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import aiohttp
from aiohttp import hdrs
from pydantic import BaseModel, ValidationError

from services.gateway.discord.clocks import RemoteClock
from shared.errors import TransientError
from shared.exchanges import EVENTS, own_exchange
from shared.messages.invitations.drafting import DraftList
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.repairs import InvitationPlace, InvitationPlaces
from shared.messages.invitations.templates import TemplateList
from shared.messages.views import POSITION_HEADER, InvitationList, InvitationView

TIMEOUT_SECONDS, IMAGE_SECONDS = 1.0, 10.0
FOUND, NOT_FOUND, WRONG = 200, 404, 400
INVITATIONS_EVENTS = own_exchange(EVENTS, "invitations")
ModelT = TypeVar("ModelT", bound=BaseModel)


class ApiUnavailable(TransientError):  # noqa: N818 - it reads as what happened
    """The invitations service gives no answer at the moment."""


class ApiTooOld(ApiUnavailable):
    """The service is of a release that does not have what is asked for."""


class InvitationsApi:
    """The HTTP client of the invitations API."""

    def __init__(self, address: str, token: str) -> None:
        """Take the API's address, and the token by which it knows the gateway."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        headers = {hdrs.AUTHORIZATION: f"Bearer {token}"}
        self._session = aiohttp.ClientSession(address, timeout=timeout, headers=headers)
        RemoteClock("invitations").listen_to(self._session)
        self._newest = 0
        self._knows_newest = False
        # As the places that were read last say; before, nobody knows how old the services are.
        self.restates_tickets = False

    def hear(self, origin: str, position: int | None) -> None:
        """Read from now on what is as new as any event heard, or newer.

        Of all, not only of the one at hand: one read may serve several events. Another service's
        word does not count: a position that is never reached would end all reads.
        """
        if origin != INVITATIONS_EVENTS:
            return
        if position is None:
            self._knows_newest = False  # an older service's word may be newer than all others
        elif position > self._newest:
            self._newest, self._knows_newest = position, True

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def invitation(
        self, invitation_id: str, guild_id: str | None = None
    ) -> InvitationView | None:
        """Read one invitation, of any guild or of one; None when there is none.

        Raises ApiUnavailable.
        """
        return await self._invitation(invitation_id, self._heard(), guild_id)

    async def newest(self, invitation_id: str) -> InvitationView | None:
        """Read the newest state of one invitation; raises ApiUnavailable."""
        return await self._invitation(invitation_id, {})

    async def invitations(self, query: Mapping[str, str]) -> InvitationList:
        """Read a page of a list. Raises ApiUnavailable."""
        body = await self._get("/api/invitations", query, self._heard())
        return _read(InvitationList, body) if body else InvitationList(invitations=[])

    async def guild_settings(self, guild_id: str) -> GuildView:
        """Read the newest settings of a guild. Raises ApiUnavailable."""
        body = await self._get(f"/api/guilds/{guild_id}/settings", {}, {})
        if body is None:
            raise ApiUnavailable("an older service has no settings of guilds")
        return _read(GuildView, body)

    async def places(self, guild_id: str) -> list[InvitationPlace]:
        """Read where the open invitations of a guild stand, as it is now. Raises ApiUnavailable."""
        found = list[InvitationPlace]()
        after: str | None = "0"
        while after is not None:
            path = f"/api/guilds/{guild_id}/places"
            body = await self._get(path, {"after": after}, {})
            if body is None:
                raise ApiUnavailable("an older service has no places")
            page = _read(InvitationPlaces, body)
            self.restates_tickets = page.restates_tickets
            found += page.invitations
            after = page.next
        return found

    async def drafts(self, guild_id: str, host_id: str, draft_id: UUID | None = None) -> DraftList:
        """Read the newest state of a host's drafts, or of one of them. Raises ApiUnavailable."""
        query = {"draft": str(draft_id)} if draft_id else {}
        body = await self._get(f"/api/guilds/{guild_id}/hosts/{host_id}/drafts", query, {})
        if body is None:
            raise ApiTooOld("an older service has no drafts to show")
        return _read(DraftList, body)

    async def templates(self, guild_id: str, host_id: str) -> TemplateList:
        """Read the newest state of the templates that a host can open. Raises ApiUnavailable."""
        body = await self._get(f"/api/guilds/{guild_id}/hosts/{host_id}/templates", {}, {})
        if body is None:
            raise ApiTooOld("an older service has no templates")
        return _read(TemplateList, body)

    async def image(self, guild_id: str, name: str) -> bytes | None:
        """Read a picture; None if the guild has none of this name. Raises ApiUnavailable."""
        return await self._get(f"/api/guilds/{guild_id}/images/{name}", {}, {}, IMAGE_SECONDS)

    def _heard(self) -> Mapping[str, str]:
        """Return the position that the answer must include; without one, the newest."""
        return {POSITION_HEADER: str(self._newest)} if self._knows_newest else {}

    async def _invitation(
        self, invitation_id: str, headers: Mapping[str, str], guild_id: str | None = None
    ) -> InvitationView | None:
        query = {"guild": guild_id} if guild_id else {}
        body = await self._get(f"/api/invitations/{invitation_id}", query, headers)
        return _read(InvitationView, body) if body is not None else None

    async def _get(
        self,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        seconds: float = TIMEOUT_SECONDS,
    ) -> bytes | None:
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.get(
                path, params=query, headers=headers, timeout=timeout
            ) as response:
                if response.status == NOT_FOUND:
                    return None
                if response.status == WRONG:
                    # Our own mistake: to ask again would hold up what waits behind it.
                    raise RuntimeError(f"the API does not understand {path}")
                if response.status != FOUND:
                    raise ApiUnavailable(f"status {response.status}")
                return await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ApiUnavailable(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class GuildReads:
    """What a member can read: the invitations of the guild in which they press."""

    api: InvitationsApi
    guild_id: str

    async def invitation(self, invitation_id: str) -> InvitationView | None:
        """Read one invitation; None when the guild has none of this id. Raises ApiUnavailable."""
        return await self.api.invitation(invitation_id, self.guild_id)

    async def places(self) -> list[InvitationPlace]:
        """Read where the guild's open invitations stand. Raises ApiUnavailable."""
        return await self.api.places(self.guild_id)

    async def sealable(self, invitation_id: str) -> InvitationView | None:
        """Read one invitation with the row that its secrets are bound to. Raises ApiUnavailable."""
        view = await self.invitation(invitation_id)
        if view is not None and view.request_id is None:
            raise ApiUnavailable("an older service tells no request_id")
        return view

    async def invitations(self, query: Mapping[str, str]) -> InvitationList:
        """Read a page of a list. Raises ApiUnavailable."""
        return await self.api.invitations({**query, "guild": self.guild_id})

    async def drafts(self, host_id: str, draft_id: UUID | None = None) -> DraftList:
        """Read a host's drafts in this guild, or one of them. Raises ApiUnavailable."""
        return await self.api.drafts(self.guild_id, host_id, draft_id)

    async def templates(self, host_id: str) -> TemplateList:
        """Read the templates that a host can open in this guild. Raises ApiUnavailable."""
        return await self.api.templates(self.guild_id, host_id)

    async def newest_settings(self) -> GuildView:
        """Read the guild's settings as they are now. Raises ApiUnavailable."""
        return await self.api.guild_settings(self.guild_id)


def _read(model: type[ModelT], body: bytes) -> ModelT:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        # Another version of the service answers during a deployment.
        raise ApiUnavailable("unreadable answer") from error
