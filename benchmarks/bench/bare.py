"""`python -m benchmarks.bench.bare PORT FILE`: the limit, aiohttp that sends the same bytes."""

import asyncio
import sys
from pathlib import Path

import uvloop
from aiohttp import web


async def main(port: int, body: bytes) -> None:
    """Answer until ended."""
    headers = {"ETag": f'"{"0" * 32}"', "Cache-Control": "no-cache"}
    headers["Content-Type"] = "application/json"

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers=headers)

    app = web.Application()
    app.router.add_get("/api/invitations", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
