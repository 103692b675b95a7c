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
from tests.chaos.arena import Arena, arena_on
from tests.chaos.conductor import Conductor
from tests.chaos.followers import FOLLOWER, Followers
from tests.chaos.history import call_witness
from tests.chaos.judge import Judge
from tests.chaos.members import Crowd
from tests.chaos.plan import FULL, QUICK

ERASED = 3  # members who erase their data at the end


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
            judge = Judge(arena)
            conductor = Conductor(arena, judge, arguments.seed, measure)
            crowd = Crowd(arena, arguments.seed, conductor.may_press)
            servers.create_vhost(arena.vhost, (FOLLOWER,))
            followers = Followers(arena)
            async with followers.running():
                return await _run(arena, judge, conductor, crowd, followers)


async def _run(
    arena: Arena, judge: Judge, conductor: Conductor, crowd: Crowd, followers: Followers
) -> int:
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
        wrong = [*conductor.scene.complaints, *await judge.settled()]
    with step("copies of programs outside"):
        erased = await crowd.erase(ERASED)
        wrong += await followers.settled(judge.history, erased)
    _report(conductor, crowd, judge, played_seconds)
    print(f"  two programs outside were killed {followers.kills} times, and their copies compared")
    resumed = sum(said["count"] for said in arena.logged("presses.resumed"))
    print(f"  {resumed} times a press was found on the disk of a gateway that was killed")
    codes = Counter((life.service, life.code) for life in arena.lives if life.code is not None)
    wrong += [
        f"{life.service} ended by itself with {life.code}: {life.said[-200:]}"
        for life in arena.lives
        if life.failed
    ]
    print(f"  services that ended, by code: {dict(codes)}")
    (arena.logs / "complaints.log").write_text("\n".join(wrong))
    for complaint in wrong[:40]:
        print(f"  ✗ {complaint}")
    print(f"\n{len(wrong)} complaints; seed {conductor.seed}; logs in {arena.logs}")
    return 1 if wrong else 0


def _report(conductor: Conductor, crowd: Crowd, judge: Judge, seconds: float) -> None:
    history, seen = judge.history, judge.seen
    print(f"\n  {crowd.presses} presses in {seconds:.0f} s, meanwhile:")
    for what, count in sorted(conductor.done.items()):
        print(f"    {count:4} × {what}")
    print(f"  {seen.acknowledged} presses acknowledged, {seen.failed} read as failed")
    print(f"    of those {seen.carried_out_unseen} were carried out all the same, once")
    print(f"  {len(history.invitations)} invitations, {len(history.messages)} messages compared")
    print(f"  {history.overtaken} events were first published after a newer one")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
