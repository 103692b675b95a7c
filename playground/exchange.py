"""One REST call as it was asked and answered, and the table of calls the server knows."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web

from playground.refusals import Payload
from playground.world import World

API_PATH = "/api/v10"


@dataclass
class Exchange:
    """Keep everything about one REST call."""

    method: str
    path: str
    template: str
    arguments: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    content_type: str
    at: float
    body: Any = None
    files: list[Payload] = field(default_factory=list)
    status: int = 0
    reply: Any = None
    reply_headers: dict[str, str] = field(default_factory=dict)
    is_readable: bool = True
    was_applied: bool = False


Answer: TypeAlias = "tuple[int, Any]"
Handler: TypeAlias = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """Bind a method and path template to its handler."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, template: str) -> Callable[[Handler], Handler]:
    """Enter a handler ``(world, exchange, **path arguments) -> (status, reply)`` in the table."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))

    def enter(handler: Handler) -> Handler:
        ROUTES.append(Route(method, template, pattern, handler))
        ROUTES.sort(key=lambda entry: entry.template.count("{"))
        return handler

    return enter


def find_route(method: str, path: str) -> tuple[Route | None, dict[str, str]]:
    """Find the handler of a call; literal paths win over those with arguments."""
    for entry in ROUTES:
        if entry.method == method and (match := entry.pattern.fullmatch(path)):
            return entry, match.groupdict()
    return None, {}


async def read_exchange(request: web.Request, world: World) -> tuple[Exchange, Route | None]:
    """Read a request, with the JSON part and the files of a multipart body separated."""
    path = request.path.removeprefix(API_PATH)
    found, arguments = find_route(request.method, path)
    exchange = Exchange(
        request.method,
        path,
        found.template if found else path,
        arguments,
        dict(request.query),
        dict(request.headers),
        request.content_type,
        world.clock.now(),
    )
    if request.content_type == "multipart/form-data":
        await _read_parts(request, exchange)
    elif request.can_read_body:
        _read_body(await request.read(), exchange)
    return exchange, found


def _read_body(raw: bytes, exchange: Exchange) -> None:
    try:
        if exchange.content_type == "application/x-www-form-urlencoded":
            form = dict(parse_qsl(raw.decode()))
            packed = form.get("payload_json")  # some clients send a form without a file so
            exchange.body = form if packed is None else json.loads(packed)
        elif raw.strip():
            exchange.body = json.loads(raw)
    except ValueError:
        exchange.is_readable = False


async def _read_parts(request: web.Request, exchange: Exchange) -> None:
    async for part in await request.multipart():
        if getattr(part, "name", None) == "payload_json":
            _read_body(await part.read(), exchange)  # type: ignore[union-attr]  # never nested
        else:
            content = await part.read(decode=False)  # type: ignore[union-attr]
            exchange.files.append(
                {
                    "name": part.name,  # type: ignore[union-attr]
                    "filename": part.filename,  # type: ignore[union-attr]
                    "content": bytes(content),
                }
            )
