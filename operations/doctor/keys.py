"""Looks at the key ring: every key that has sealed something must be on it."""

from operations import databases
from operations.doctor.check import Broken
from operations.settings import Settings
from shared.sealing import Sealer
from shared.settings import OperatorMistake


async def ring(settings: Settings) -> str:
    """Compare the ring with the keys that texts in the tables are sealed with."""
    text = settings.needed("sealing_keys")
    sealing = Sealer.of(text).key_id
    known = {part.strip().partition(":")[0] for part in text.split(",")}
    lost = []
    for role in databases.COUNTS:
        try:
            counts = await databases.sealed_texts(settings, role)
        except OperatorMistake as mistake:
            lost.append(str(mistake))
            continue
        lost += [
            f"{count} texts of {role} are sealed with the key {key_id}, which is not on the ring."
            for key_id, count in sorted(counts.items())
            if key_id not in known
        ]
    if lost:
        raise Broken(" ".join(lost))
    return f"The key {sealing} seals, and every text can be opened."
