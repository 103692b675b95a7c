"""`make peers`: tools of others read our documents, programs made with them read a running API,
and bots by other clients of Discord are played on the miniature Discord.

Exit code 0 means that each peer does what its line says. Nothing is installed but in a new folder.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.peers.peers import PEERS, Peer
from tests.peers.workshop import Failed, Workshop

SAID_LINES = 30


async def main() -> int:
    """Try each peer, or those that are named; return 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    names = [peer.name for peer in PEERS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(names)}")
    chosen = parser.parse_args().names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="doukikai-peers-") as folder:
        async with Workshop.opened(Path(folder)) as workshop:
            failed = [
                peer.name
                for peer in PEERS
                if peer.name in chosen and not await _is_well(peer, workshop)
            ]
    print(f"\n{len(chosen) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


async def _is_well(peer: Peer, workshop: Workshop) -> bool:
    began_at = time.monotonic()
    print(f"▸ {peer.name} {' '.join((*peer.npm, *peer.pip))}", flush=True)
    try:
        await workshop.install(peer.name, peer.npm, peer.pip)
        found = (await peer.run(workshop)).strip()
    except Failed as failed:
        _say("✗", failed.code, failed.sentence, began_at)
        print(_end(failed.said.splitlines()), flush=True)
        return False
    _say("✓", 0, f"{peer.shows}: {found}.", began_at)
    return True


def _say(mark: str, code: int, sentence: str, began_at: float) -> None:
    seconds = time.monotonic() - began_at
    print(f"  {mark} {sentence} (exit code {code}, {seconds:.0f} s)", flush=True)


def _end(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines[-SAID_LINES:])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
