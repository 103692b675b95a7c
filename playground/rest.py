"""Serve Discord's REST API: read, limit, apply, answer, and keep the record of every call."""

import json
import traceback
from collections import deque
from typing import Any

from aiohttp import web

import playground.rest_channels
import playground.rest_commands
import playground.rest_events
import playground.rest_guild
import playground.rest_interactions
import playground.rest_messages
import playground.rest_start
import playground.rest_threads
import playground.rest_webhooks  # noqa: F401 - importing them enters their routes
from playground import thread_life
from playground.exchange import Exchange, Handler, Route, read_exchange
from playground.faults import Fault, Faults
from playground.rate_limits import RateLimits, limited
from playground.refusals import DiscordRefusal, invalid_form
from playground.world import World

LOOK_FOR_SILENCE_SECONDS = 30.0
OPEN_PATHS = ("/interactions/", "/webhooks/")


class Rest:
    """Answer REST calls on one world."""

    def __init__(
        self, world: World, token: str, faults: Faults, limits: RateLimits, kept_exchanges: int
    ) -> None:
        self._world = world
        self._token = token
        self._faults = faults
        self._limits = limits
        self.exchanges: deque[Exchange] = deque(maxlen=kept_exchanges)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one call from its first byte to its last."""
        # As the bot reaches this server: perhaps not by the name that it listens to.
        self._world.cdn = f"{request.scheme}://{request.host}"
        exchange, route = await read_exchange(request, self._world)
        self.exchanges.append(exchange)
        fault = await self._faults.striking(exchange)
        self._work(exchange, route, fault)
        self._limits.count(exchange)
        if fault is not None and fault.when == "applied" and exchange.was_applied:
            await fault.run_hook(exchange)
        if fault is not None and fault.reset:
            _break(request)
        response = _response(exchange)
        if fault is not None and fault.when == "sent":
            await response.prepare(request)
            await response.write_eof()
            await fault.run_hook(exchange)
        return response

    def _work(self, exchange: Exchange, route: Route | None, fault: Fault | None) -> None:
        """Apply the call, unless a fault or a limit stands before it."""
        replaces = fault is not None and (fault.answer is not None or fault.reset)
        if fault is None or not replaces or fault.is_applied:
            if self._limits.refuses(exchange):
                return
            self._apply(exchange, route)
        if fault is not None and fault.answer is not None:
            _answer_with(exchange, fault)

    def _apply(self, exchange: Exchange, route: Route | None) -> None:
        try:
            self._authorise(exchange)
            thread_life.archive_silent(self._world, LOOK_FOR_SILENCE_SECONDS)
            handler = _handler(exchange, route)
            exchange.status, reply = handler(self._world, exchange, **exchange.arguments)
            exchange.was_applied = True
        except DiscordRefusal as refusal:
            exchange.status, reply = refusal.status, refusal.body
        except (AttributeError, KeyError, TypeError, ValueError):
            # Discord looks at the form first; here the first use of a missing or wrong field fails.
            traceback.print_exc()
            invalid = invalid_form()
            exchange.status, reply = invalid.status, invalid.body
        exchange.reply = json.loads(json.dumps(reply))
        self._world.changes.announce()

    def _authorise(self, exchange: Exchange) -> None:
        is_open = exchange.path.startswith(OPEN_PATHS) or exchange.path == "/gateway"
        is_bot = exchange.headers.get("Authorization") == f"Bot {self._token}"
        if not is_open and (not is_bot or self._world.session_limits.is_token_reset):
            raise DiscordRefusal(401, 0, "401: Unauthorized")


def _handler(exchange: Exchange, route: Route | None) -> Handler:
    if not exchange.is_readable:
        raise DiscordRefusal(400, 50109, "The request body contains invalid JSON.")
    if route is None:
        text = f"The miniature Discord has no {exchange.method} {exchange.path}."
        raise DiscordRefusal(501, 0, text)
    return route.handler


def _answer_with(exchange: Exchange, fault: Fault) -> None:
    if fault.answer == 429:  # noqa: PLR2004 - Too Many Requests
        limited(exchange, fault.retry_after_seconds, fault.scope)
        return
    exchange.status = fault.answer or 0
    exchange.reply = {"message": fault.message, "code": fault.code}


def _response(exchange: Exchange) -> web.Response:
    if exchange.reply is None:
        return web.Response(status=exchange.status, headers=exchange.reply_headers)
    if isinstance(exchange.reply, str):  # not from Discord, but from Cloudflare before it
        return web.Response(
            status=exchange.status, text=exchange.reply, headers=exchange.reply_headers
        )
    # exactly this content type: disnake compares the header for equality
    headers = exchange.reply_headers | {"Content-Type": "application/json"}
    return web.Response(status=exchange.status, body=dump(exchange.reply), headers=headers)


def dump(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    """Write JSON as Discord does: compact, not escaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _break(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
