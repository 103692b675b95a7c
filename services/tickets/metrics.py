"""What the tickets service measures of its tables."""

from prometheus_client import Gauge

from services.tickets.sql import sealed_texts
from shared.database import Pool
from shared.gauges import CLOCK_SKEW, LabelledGauge
from shared.messages.tickets import events
from shared.messages.tickets.commands import ClaimTicket
from shared.metrics import MESSAGES_PUBLISHED, SEALED_TEXTS

STATES = ("waiting", "claimed", "held")

# A counter that begins at 1 has not increased: the first event after a start would be missed.
for event in (events.TicketOpened, events.TicketClaimed, events.TicketClosed):
    MESSAGES_PUBLISHED.labels(message=event.wire_name())

TICKETS_OPEN = Gauge("tickets_open", "Open tickets, by state: waiting, claimed, held.", ["state"])
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


async def count_open(pool: Pool) -> dict[str, float]:
    """Count the open tickets by state: waiting, claimed or on hold."""
    return {row["state"]: row["count"] for row in await pool.fetch(COUNT_OPEN)}


OLDEST_TICKET_AGE_SECONDS = Gauge(
    "ticket_oldest_age_seconds",
    "Age of the oldest open ticket, by state: waiting, claimed, held.",
    ["state"],
)
# By idx_ticket_open, too.
FIND_OLDEST = """
SELECT CASE
         WHEN on_hold THEN 'held'
         WHEN staff_id IS NULL THEN 'waiting'
         ELSE 'claimed'
       END AS state,
       extract(epoch FROM CURRENT_TIMESTAMP - min(created_at))::float8 AS seconds
  FROM tickets
 WHERE status = 'open'
 GROUP BY state
"""


async def find_oldest(pool: Pool) -> dict[str, float]:
    """Tell how old the oldest open ticket of each state is."""
    rows = await pool.fetch(FIND_OLDEST)
    return {row["state"]: row["seconds"] for row in rows}


TICKET_CLAIM_WAIT_SECONDS = Gauge(
    "ticket_claim_wait_seconds",
    "From opening to the first claim, of tickets opened in the last seven days: median, longest.",
    ["rank"],
)
# By idx_audit_log_ticket for each; a week's tickets are found by reading some thousands in all.
MEASURE_CLAIM_WAIT = """
SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY wait), 0) AS median,
       coalesce(max(wait), 0) AS longest
  FROM (
    SELECT extract(epoch FROM min(audit_log.at) - tickets.created_at)::float8 AS wait
      FROM tickets
      JOIN audit_log ON audit_log.ticket_id = tickets.id
     WHERE tickets.created_at > CURRENT_TIMESTAMP - INTERVAL '7 days'
       AND audit_log.action = $1
     GROUP BY tickets.id
  ) AS claims
"""


async def measure_claim_wait(pool: Pool) -> dict[str, float]:
    """Return how long members waited until their ticket was claimed."""
    return dict(await pool.fetchrow(MEASURE_CLAIM_WAIT, ClaimTicket.wire_name()) or {})


GAUGES = (
    CLOCK_SKEW,
    LabelledGauge(SEALED_TEXTS, sealed_texts.count_by_key),
    LabelledGauge(TICKETS_OPEN, count_open, STATES),
    LabelledGauge(OLDEST_TICKET_AGE_SECONDS, find_oldest, STATES),
    LabelledGauge(TICKET_CLAIM_WAIT_SECONDS, measure_claim_wait),
)
