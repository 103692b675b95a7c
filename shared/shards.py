"""What the services are called that run the gateway of each shard."""

from shared.settings import OperatorMistake


def further_shards(shard: str) -> list[str]:
    """Return the services of the shards after the first, by the names in docs/scaling.md.

    `shard` is the first gateway's SHARD, for example `0/4`, or empty.
    """
    if not shard:
        return []
    number, _, count = shard.partition("/")
    if not (number.isdigit() and count.isdigit()):
        raise OperatorMistake(f"SHARD is wrong: {shard!r} is not like 0/4.")
    return [f"gateway-shard-{each}" for each in range(1, int(count))]
