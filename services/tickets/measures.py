"""What the tickets service measures of its tables."""

from prometheus_client import Gauge

from services.tickets import sealed
from shared.database import Pool
from shared.measuring import Measure
from shared.metrics import SEALED_TEXTS

# By idx_ticket_open: closed tickets, the most, are not read.
COUNT_OPEN = """
SELECT CASE
         WHEN on_hold THEN 'held'
         WHEN staff_id IS NULL THEN 'waiting'
         ELSE 'claimed'
       END AS state,
       count(*)
  FROM tickets
 WHERE status = 'open'
 GROUP BY state
"""


async def count_open(pool: Pool) -> dict[str, int]:
    """Count the open tickets: nobody has claimed it yet, somebody has, or it is on hold."""
    return {row["state"]: row["count"] for row in await pool.fetch(COUNT_OPEN)}


MEASURES = (
    Measure(SEALED_TEXTS, sealed.count_by_key),
    Measure(
        Gauge("tickets_open", "Open tickets, by state: waiting, claimed, held.", ["state"]),
        count_open,
    ),
)
