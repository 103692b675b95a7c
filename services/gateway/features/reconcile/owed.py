"""What Discord does not let the bot repair, and why."""

import disnake
import structlog

from services.gateway.discord.permissions import Place, missing_in, missing_in_guild
from services.gateway.discord.rest import NEVER, UNKNOWN_CHANNEL
from shared.messages.invitations.repairs import OwedRepair, RepairKind
from shared.messages.views import InvitationView

PLACES: dict[RepairKind, Place] = {
    "announcement": "announcement",
    "thread": "announcement",
    "panel": "staff",
    "scheduled_event": "mirror",
}
CHANNEL_GONE, MISSING, REFUSED, HOST_LEFT = (
    "channel_gone",
    "missing_permission",
    "refused",
    "host_left",
)

log = structlog.get_logger()


def owed(
    kind: RepairKind,
    error: disnake.HTTPException,
    view: InvitationView,
    guild: disnake.Guild,
    channel_id: str,
) -> OwedRepair:
    """Say what waits for a repair that Discord has refused, and which permissions it needs there.

    Raises the error if Discord may take the same request a moment later.
    """
    if error.status not in NEVER:
        raise error
    log.warning("repair.refused", invitation_id=view.id, repair=kind, code=error.code)
    if PLACES[kind] == "mirror":
        return _lacking(kind, missing_in_guild(guild.me))
    channel = guild.get_channel(int(channel_id))
    if channel is None or error.code == UNKNOWN_CHANNEL:
        return OwedRepair(kind=kind, code=CHANNEL_GONE)
    return _lacking(kind, missing_in(channel, guild.me, PLACES[kind]))


def _lacking(kind: RepairKind, missing: list[str]) -> OwedRepair:
    return OwedRepair(kind=kind, code=MISSING if missing else REFUSED, missing=missing)
