"""Queues that are deleted and declared again: the broker cancels their consumers (basic.cancel)."""

import asyncio
from collections import Counter
from typing import Any

import aio_pika
import aiohttp

from deploy.local.rabbitmq import definitions
from tests.chaos.arena import REPLICAS, Arena
from tests.chaos.faults.scene import Scene
from tests.chaos.management import management

GONE_SECONDS = (0.0, 2.0)
BACK_SECONDS = 60.0  # for a process that ends because it hears nothing, and is started again


async def cancel(scene: Scene) -> None:
    """Delete each queue and declare it again; each process must consume again, or end by itself.

    A deleted queue loses what is in it. So members wait, and every queue is empty.
    """
    arena = scene.arena
    scene.is_quiet = True
    try:
        if unsettled := await scene.judge.settled():
            scene.complaints.append(f"nothing comes to rest: {unsettled[:3]}")
            return
        await _all_empty(arena)
        async with management(arena.site) as http:
            for queue in queues():
                seconds = scene.random.uniform(*GONE_SECONDS)
                await delete_and_declare(http, arena.vhost, queue, seconds)
            missing = await _missing(arena)
    finally:
        scene.is_quiet = False
    scene.complaints += [
        f"{queue} has {count} consumers too few after basic.cancel"
        for queue, count in missing.items()
    ]


def queues() -> list[dict[str, Any]]:
    """Return the queues that services read."""
    names = [service for service, _ in REPLICAS]
    return [each for each in definitions()["queues"] if each["name"].partition(".")[0] in names]


async def _all_empty(arena: Arena) -> None:
    """Wait until nothing is ready in a queue; what a process has in hand, it finishes."""
    async with await aio_pika.connect(arena.site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        for each in queues():
            while True:
                queue = await channel.declare_queue(each["name"], passive=True)
                if not queue.declaration_result.message_count:
                    break
                await asyncio.sleep(0.1)  # the other side is processes and servers


async def delete_and_declare(
    http: aiohttp.ClientSession, vhost: str, queue: dict[str, Any], seconds: float
) -> None:
    """Delete a queue, and declare it again some seconds later as definitions.json has it."""
    name = queue["name"]
    await http.delete(f"queues/{vhost}/{name}")
    await asyncio.sleep(seconds)  # an operator is not always quick
    body = {key: queue[key] for key in ("durable", "auto_delete", "arguments")}
    await http.put(f"queues/{vhost}/{name}", json=body)
    for binding in definitions()["bindings"]:
        if binding["destination"] == name:
            await http.post(
                f"bindings/{vhost}/e/{binding['source']}/q/{name}",
                json={"routing_key": binding["routing_key"], "arguments": binding["arguments"]},
            )


async def _missing(arena: Arena) -> Counter[str]:
    """Wait until each queue is consumed by every process that reads it; return what is missing.

    RabbitMQ does not count the processes that wait behind the single active consumer.
    """
    replicas = dict(REPLICAS)
    wanted = Counter(
        {
            queue["name"]: 1
            if queue["arguments"].get("x-single-active-consumer")
            else replicas[queue["name"].partition(".")[0]]
            for queue in queues()
        }
    )
    ends_at = asyncio.get_running_loop().time() + BACK_SECONDS
    # Not by the management API, which lists consumers of queues that were deleted.
    async with await aio_pika.connect(arena.site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        while True:
            missing = wanted - Counter(
                {
                    name: (
                        await channel.declare_queue(name, passive=True)
                    ).declaration_result.consumer_count
                    or 0
                    for name in wanted
                }
            )
            if not missing or asyncio.get_running_loop().time() > ends_at:
                return missing
            await asyncio.sleep(0.2)  # the other side is processes and servers
