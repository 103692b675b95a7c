"""Makes and decrypts the secrets of calendars; only a member's answer shows them."""

import hashlib
import secrets

import structlog

from services.gateway.i18n.translate import Language
from shared.messages.invitations.calendars import CalendarOwner, NewAddress
from shared.messages.replies import CalendarsShown
from shared.sealing import SealBroken, Sealer

BYTES = 32

log = structlog.get_logger()


def new_address(sealer: Sealer, owner: CalendarOwner, owner_id: str) -> NewAddress:
    """Return a new secret of 256 bits, encrypted for the calendar's owner."""
    token = secrets.token_urlsafe(BYTES)
    return NewAddress(
        token=sealer.seal(token, column=_column(owner), row=owner_id),
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
    )


class CalendarAddresses:
    """Writes the addresses of calendars as members give them to their programs."""

    def __init__(self, calendar_url: str | None, sealer: Sealer) -> None:
        self._url = (calendar_url or "").rstrip("/")
        self._sealer = sealer

    @property
    def are_offered(self) -> bool:
        """Whether there is a public address."""
        return bool(self._url)

    def opened(self, shown: CalendarsShown, language: Language) -> dict[CalendarOwner, str | None]:
        """Return the address of each calendar; None if there is none or it cannot be decrypted."""
        tokens: dict[CalendarOwner, str | None] = {
            "member": self._token("member", shown.member_id, shown.member),
            "guild": self._token("guild", shown.guild_id, shown.guild),
        }
        return {
            owner: token and f"{self._url}/calendars/{token}.ics?lang={language}"
            for owner, token in tokens.items()
        }

    def _token(self, owner: CalendarOwner, owner_id: str, sealed: str | None) -> str | None:
        if sealed is None or not self.are_offered:
            return None
        try:
            return self._sealer.open(sealed, column=_column(owner), row=owner_id)
        except SealBroken as error:
            log.error("calendar.unopened", owner=owner, reason=str(error))
            return None


def _column(owner: CalendarOwner) -> str:
    return "calendar_guild" if owner == "guild" else "calendar_member"
