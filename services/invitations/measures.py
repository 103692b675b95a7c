"""What the invitations service measures of its tables."""

from prometheus_client import Gauge

from services.invitations import sealed
from shared.database import Pool
from shared.measuring import Measure
from shared.metrics import SEALED_TEXTS

# By idx_invitation_auto_close: those that are over, the most, are not read.
COUNT_OPEN = """
SELECT status, count(*)
  FROM invitations
 WHERE status IN ('recruiting', 'full')
 GROUP BY status
"""


async def count_open(pool: Pool) -> dict[str, int]:
    """Count the invitations that are not over, by state."""
    return {row["status"]: row["count"] for row in await pool.fetch(COUNT_OPEN)}


MEASURES = (
    Measure(SEALED_TEXTS, sealed.count_by_key),
    Measure(
        Gauge("invitations_open", "Invitations that are not over, by state.", ["status"]),
        count_open,
    ),
)
