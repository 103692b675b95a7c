"""The keys that the services of a test have: what is sealed and proved by one opens in another."""

from shared import member_hashes
from shared.broker import Broker
from shared.origins import CheckOrigin, commands_of
from shared.proofs import CommandKeys

SEALING_KEYS = "k1:" + "A" * 43
KEYS = {
    name: CommandKeys.derived(SEALING_KEYS, name)
    for name in ("gateway", "scheduler", "invitations", "tickets")
}


# For handlers that a test calls itself.
member_hashes.use(KEYS["invitations"].hashing_keys("invitations"))


def command_keys(service: str) -> dict[str, str]:
    """Return the setting of a service that holds no sealing keys."""
    return {"COMMAND_KEYS": str(KEYS[service])}


def proved(service: str) -> CheckOrigin:
    """Return the check of a service's commands."""
    return commands_of(KEYS[service])


async def publisher(url: str, sealing_keys: str = SEALING_KEYS) -> Broker:
    """Connect as a gateway, which proves its commands."""
    return await Broker.connect(url, CommandKeys.derived(sealing_keys, "gateway"))
