"""No service's transaction stays open: each service ends the old ones of all of them."""

import structlog

from shared.database import Pool
from shared.tasks import forever

LOOK_SECONDS = 30.0

END_OLD_TRANSACTIONS = """
SELECT end_old_transactions()
"""

log = structlog.get_logger()


async def end_old_transactions(pool: Pool) -> None:
    """End sessions whose transaction is older than a minute, until cancelled."""

    async def look() -> None:
        if ended := await pool.fetchval(END_OLD_TRANSACTIONS):
            log.warning("transactions.ended", count=ended)

    await forever("ending_old_transactions", look, every_seconds=LOOK_SECONDS)
