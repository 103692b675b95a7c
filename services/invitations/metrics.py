"""What the invitations service measures of its tables."""

from typing import get_args

from prometheus_client import Gauge

from services.invitations.sql import sealed_texts
from shared.database import Pool
from shared.gauges import CLOCK_SKEW, LabelledGauge
from shared.messages.invitations import events
from shared.messages.invitations.repairs import RepairKind
from shared.metrics import MESSAGES_PUBLISHED, SEALED_TEXTS

# A counter that begins at 1 has not increased: the first event after a start would be missed.
for event in (
    events.InvitationPublished,
    events.InvitationCompleted,
    events.InvitationCancelled,
    events.ParticipantJoined,
    events.ParticipantLeft,
    events.ParticipantWaitlisted,
    events.ParticipantPromoted,
):
    MESSAGES_PUBLISHED.labels(message=event.wire_name())

INVITATIONS_OPEN = Gauge("invitations_open", "Invitations that are not over, by state.", ["status"])
# By idx_invitation_auto_close: those that are over, the most, are not read.
COUNT_OPEN = """
SELECT status, count(*)
  FROM invitations
 WHERE status IN ('recruiting', 'full')
 GROUP BY status
"""


async def count_open(pool: Pool) -> dict[str, float]:
    """Count the invitations that are not over, by state."""
    return {row["status"]: row["count"] for row in await pool.fetch(COUNT_OPEN)}


INVITATION_SEATS = Gauge(
    "invitation_seats",
    "Seats of invitations that are not over: taken, free, and waited for in queues.",
    ["state"],
)
# By idx_invitation_auto_close, too.
COUNT_SEATS = """
SELECT coalesce(sum(joined_count), 0) AS taken,
       coalesce(sum(max_participants - joined_count), 0) AS free,
       coalesce(sum(waitlisted_count), 0) AS waited_for
  FROM invitations
 WHERE status IN ('recruiting', 'full')
"""


async def count_seats(pool: Pool) -> dict[str, float]:
    """Count the seats of the invitations that are not over."""
    return dict(await pool.fetchrow(COUNT_SEATS) or {})


REPAIRS_OWED = Gauge(
    "repairs_owed",
    "Invitations that Discord does not let the bot show as they are, by the part that is wrong.",
    ["kind"],
)
REPAIRS_OWED_SECONDS = Gauge(
    "repairs_owed_oldest_age_seconds",
    "For how long the bot has owed the oldest of these repairs, by the part that is wrong.",
    ["kind"],
)
COUNT_OWED = """
SELECT kind, count(*), extract(epoch FROM clock_timestamp() - min(since))::float8 AS age
  FROM owed_repairs
 GROUP BY kind
"""
KINDS = get_args(RepairKind)


async def count_owed(pool: Pool) -> dict[str, float]:
    """Count the repairs that wait for Discord, by kind."""
    return {row["kind"]: row["count"] for row in await pool.fetch(COUNT_OWED)}


async def owed_ages(pool: Pool) -> dict[str, float]:
    """Return how long the oldest repair of each kind has waited, in seconds."""
    return {row["kind"]: row["age"] for row in await pool.fetch(COUNT_OWED)}


GAUGES = (
    CLOCK_SKEW,
    LabelledGauge(SEALED_TEXTS, sealed_texts.count_by_key),
    LabelledGauge(INVITATIONS_OPEN, count_open, ("recruiting", "full")),
    LabelledGauge(INVITATION_SEATS, count_seats),
    LabelledGauge(REPAIRS_OWED, count_owed, KINDS),
    LabelledGauge(REPAIRS_OWED_SECONDS, owed_ages, KINDS),
)
