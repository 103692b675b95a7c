"""Run the miniature Discord until it is interrupted: ``python -m playground --port 8080``."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys

from playground import demo
from playground.server import MiniatureDiscord


def read_arguments() -> argparse.Namespace:
    """Read host and port."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    return parser.parse_args()


async def run(host: str, port: int, token: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    discord = await MiniatureDiscord.start(port, host, token=token)
    sentence = f"The miniature Discord is open at {discord.page_url} (API {discord.api_url})"
    with contextlib.suppress(OSError):  # a full disk, or no reader: it serves all the same
        print(sentence, flush=True)
    await stopped.wait()
    await discord.stop()


def main() -> None:
    """Start, or say in one sentence why not."""
    arguments = read_arguments()
    token = os.environ.get("DISCORD_TOKEN") or demo.TOKEN
    try:
        asyncio.run(run(arguments.host, arguments.port, token))
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        reason = os.strerror(error.errno or 0).lower()
        sys.exit(f"The miniature Discord cannot listen on {where}: {reason}.")
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
