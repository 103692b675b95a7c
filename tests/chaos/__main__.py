"""`make chaos`: members press while everything is killed; then the histories are compared.

Exit code 0 means that nothing was lost, doubled, over-booked or orphaned.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from deploy.local.servers import passing_servers
from deploy.local.steps import step
from tests.chaos.arena import REPLICAS, Arena, arena_on
from tests.chaos.complaints import complaints
from tests.chaos.conductor import FULL, QUICK, Conductor
from tests.chaos.discord_side import Seen, see
from tests.chaos.history import History, call_witness, hear, look
from tests.chaos.members import Crowd

SETTLE_SECONDS = 150.0  # a message on its way through every delay needs 71


async def main() -> int:
    """Play one run and judge it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="some 90 seconds instead of a quarter of an hour"
    )
    parser.add_argument("--presses", type=int, default=FULL.presses, help="a part of the whole")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    logs = Path(tempfile.mkdtemp(prefix="doukikai-chaos-"))
    with passing_servers("chaos", forgetful=False) as servers:
        async with arena_on(servers, logs) as arena:
            measure = QUICK if arguments.quick else FULL.scaled(arguments.presses)
            conductor = Conductor(arena, arguments.seed, measure)
            crowd = Crowd(arena, arguments.seed, conductor.may_press)
            return await _run(arena, conductor, crowd)


async def _run(arena: Arena, conductor: Conductor, crowd: Crowd) -> int:
    await call_witness(arena.site)
    with step("every service"):
        await arena.start()
    with step("first invitations"):
        await crowd.begin()
    began_at = time.monotonic()
    with step("presses and deaths"):
        async with asyncio.TaskGroup() as both:
            both.create_task(conductor.play(lambda: crowd.presses))
            both.create_task(crowd.press_until(conductor.measure.presses))
    played_seconds = time.monotonic() - began_at
    with step("everything comes to rest"):
        await conductor.end()
        await arena.all_ready(90)
        history, seen, wrong = await _settled(arena)
    _report(conductor, crowd, history, seen, played_seconds)
    resumed = sum(said["count"] for said in arena.logged("presses.resumed"))
    print(f"  {resumed} times a press was found on the disk of a gateway that was killed")
    codes = Counter((life.service, life.code) for life in arena.lives if life.code is not None)
    wrong += [
        f"{life.service} ended by itself with {life.code}: {life.said[-200:]}"
        for life in arena.lives
        if life.failed
    ]
    print(f"  services that ended, by code: {dict(codes)}")
    for complaint in wrong[:40]:
        print(f"  ✗ {complaint}")
    print(f"\n{len(wrong)} complaints; seed {conductor.seed}; logs in {arena.logs}")
    return 1 if wrong else 0


async def _settled(arena: Arena) -> tuple[History, Seen, list[str]]:
    """Wait until there is nothing to complain of, or no more patience."""
    history = History()
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        await hear(arena.site, history)
        await look(arena.site, history)
        history.without_claim = {
            each.id
            for each in arena.discord.interactions
            if each.callback is None or each.delivered_to < dict(REPLICAS)["gateway"]
        }
        seen = see(arena, history)
        wrong = [*complaints(history), *seen.complaints]
        if not wrong or time.monotonic() > deadline:
            return history, seen, wrong
        await asyncio.sleep(1)  # the other side is processes and servers


def _report(
    conductor: Conductor, crowd: Crowd, history: History, seen: Seen, seconds: float
) -> None:
    print(f"\n  {crowd.presses} presses in {seconds:.0f} s, meanwhile:")
    for what, count in sorted(conductor.done.items()):
        print(f"    {count:4} × {what}")
    print(f"  {seen.acknowledged} presses acknowledged, {seen.failed} read as failed")
    print(f"    of those {seen.carried_out_unseen} were carried out all the same, once")
    print(f"  {len(history.invitations)} invitations, {len(history.told)} messages compared")
    print(f"  {history.overtaken} events were first told after a newer one")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
