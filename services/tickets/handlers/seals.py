"""What the tickets service does while another key takes the place of the sealing one."""

from services.tickets import sealed
from shared.database import Connection
from shared.dispatch import Outcome
from shared.messages.seals import SealPlace
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals, SealsOutdated


async def find_outdated_seals(command: FindOutdatedSeals, connection: Connection) -> Outcome:
    """Hand the gateway what another key has sealed."""
    return await _next_batch(connection, command.key_id, command.after)


async def replace_seals(command: ReplaceSeals, connection: Connection) -> Outcome:
    """Keep what the gateway has sealed anew, unless it has changed meanwhile; hand out the rest."""
    await sealed.replace(connection, command.texts)
    return await _next_batch(connection, command.key_id, command.after)


async def _next_batch(connection: Connection, key_id: str, after: SealPlace | None) -> Outcome:
    texts = await sealed.outdated(connection, key_id, after)
    return Outcome([SealsOutdated(key_id=key_id, texts=texts)] if texts else [])
