"""What the tickets service measures of its tables."""

import asyncio

import structlog

from services.tickets import sealed
from shared.database import AWAY, Pool
from shared.metrics import SEALED_TEXTS

LOOK_SECONDS = 30.0

log = structlog.get_logger()


async def watch(pool: Pool) -> None:
    """Measure for ever; while the database is away the last figures stay."""
    known: set[str] = set()
    while True:
        try:
            counts = await sealed.count_by_key(pool)
        except AWAY as error:
            log.warning("measuring.paused", reason=type(error).__name__)
        else:
            known |= counts.keys()
            for key_id in known:
                SEALED_TEXTS.labels(key_id).set(counts.get(key_id, 0))
        await asyncio.sleep(LOOK_SECONDS)
