"""Looks at the key ring: every key that has sealed something must be on it."""

from operations import databases
from operations.doctor.check import Broken
from operations.ring import Ring
from operations.settings import Settings
from shared.settings import OperatorMistake


async def ring(settings: Settings) -> str:
    """Compare the ring with the keys that texts in the tables are sealed with."""
    found = Ring.of(settings.ring())
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
            if key_id not in found.keys
        ]
    if lost:
        raise Broken(" ".join(lost))
    return f"The key {found.sealing} seals, and every text can be opened."
