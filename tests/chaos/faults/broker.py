"""RabbitMQ that cuts connections, runs out of memory, or delivers old messages once more."""

import asyncio
import contextlib
import os
from pathlib import Path

from deploy.local.programs import program
from deploy.local.server import Server
from shared.exchanges import COMMANDS
from shared.messages.envelope import Command
from tests.chaos.faults.scene import Scene
from tests.chaos.history import hear
from tests.keys import publisher

# The watermark goes down to less than RabbitMQ needs itself, then back to its default.
ALARM = """
Set = fun(Share) ->
    ok = rpc:call(doukikai@localhost, vm_memory_monitor, set_vm_memory_high_watermark, [Share])
end,
Set(0.00001), timer:sleep({milliseconds}), Set(0.4), halt().
"""
ATTEMPTS = 5
REPEATED = 100


async def cut(scene: Scene) -> None:
    """Close every connection of every service."""
    with contextlib.suppress(OSError, TimeoutError):
        await scene.arena.cut_connections()


async def memory_alarm(scene: Scene) -> None:
    """Set off the memory alarm for a while: connections that publish are not read."""
    for _ in range(ATTEMPTS):  # a node that starts, or a machine that is busy, refuses some
        if await _set_off_alarm(scene) == 0:
            return
    raise AssertionError("RabbitMQ takes no memory alarm")


async def _set_off_alarm(scene: Scene) -> int:
    instance = scene.arena.servers.instance
    # rabbitmqctl needs three times as long to start.
    control = await asyncio.create_subprocess_exec(
        *(*instance.as_user(), program("erl", "erlang-base"), "-noinput", "-hidden"),
        *("-sname", f"chaos{os.getpid()}@localhost"),
        *("-kernel", "inet_dist_use_interface", "{127,0,0,1}"),
        *("-eval", ALARM.format(milliseconds=round(scene.draw_seconds() * 1000))),
        env=_environment(scene.arena.server("rabbitmq")),
        cwd="/",
    )
    return await control.wait()


def _environment(server: Server) -> dict[str, str]:
    """Return the node's environment, which names its cookie and its port mapper."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if line)


async def repeat_old(scene: Scene) -> None:
    """Publish a sample of all commands so far again, in random order: nothing may come of it."""
    site, history = scene.arena.site, scene.judge.history
    await hear(site, history)
    old = [each for each in history.messages.values() if isinstance(each.body, Command)]
    broker = await publisher(site.rabbitmq_url("gateway"))
    for envelope in scene.random.sample(old, min(REPEATED, len(old))):
        await broker.publish(COMMANDS, envelope.name, envelope)
    await broker.close()
