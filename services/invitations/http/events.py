"""`GET /api/events`: the feed page by page, also as CloudEvents, or as a stream."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing

from aiohttp import hdrs, web
from prometheus_client import Counter

from services.invitations.feed import cloudevents
from services.invitations.feed.tail import Tail, check
from services.invitations.http.access import Access, TokenError, Tokens
from services.invitations.http.answers import failed
from services.invitations.http.queries import EventQuery
from services.invitations.http.questions import read
from services.invitations.http.responses import Found
from services.invitations.sql import feed
from services.invitations.sql.feed import Numbered
from shared.read_router import ReadRouter

STREAM = "text/event-stream"
BOUNDS = ("Doukikai-Next", "Doukikai-Oldest", "Doukikai-Newest")
VARY = {"Vary": "Accept"}
LAST_EVENT_ID = "Last-Event-ID"
SLOW_SECONDS = 10.0
CHECK_SECONDS = 30.0  # a revoked token ends a stream by then

DROPPED = Counter(
    "event_followers_dropped_total",
    "Clients that followed the event feed and read too slowly, so that their connection was cut.",
)


class Events:
    """Answers who reads the feed, and who follows it."""

    def __init__(self, reads: ReadRouter, tail: Tail, tokens: Tokens) -> None:
        self._reads = reads
        self._tail = tail
        self._tokens = tokens

    async def answer(self, request: web.Request) -> Found | web.StreamResponse:
        """Show a page, or to a client that accepts it a batch or a stream; only with a token.

        The token of a guild opens the events of that guild, so the request must name it.
        A browser that connects again repeats the address, so its Last-Event-ID goes before `after`.
        """
        access = await self._tokens.access(request)
        if access == Access():
            raise TokenError
        asked, accepted = dict(request.query), request.headers.get(hdrs.ACCEPT, "")
        if request.method == hdrs.METH_GET and STREAM in accepted:
            if last := request.headers.get(LAST_EVENT_ID):
                asked["after"] = last
            query = _query(asked, access)
            return await self._stream(request, query)
        query = _query(asked, access)
        page = await feed.page(self._reads.session(), query.after, query.wanted, query.limit)
        check(page, query.after)
        return _batch(page) if cloudevents.BATCH in accepted else _page(page)

    async def _stream(self, request: web.Request, query: EventQuery) -> web.StreamResponse:
        """Write events until the client, this process or the token ends.

        Raises Behind before the first.
        """
        checked_at = time.monotonic()
        response = web.StreamResponse(
            headers={
                hdrs.CONTENT_TYPE: STREAM,
                hdrs.CACHE_CONTROL: "no-store",
                "X-Accel-Buffering": "no",  # nginx would keep events back
            }
        )
        with self._tail.place():
            try:
                async with aclosing(self._tail.follow(query.after, query.wanted)) as following:
                    async for events, reached in following:
                        if not response.prepared:
                            await response.prepare(request)
                        if time.monotonic() - checked_at > CHECK_SECONDS:
                            _query(request.query, await self._tokens.access(request))
                            checked_at = time.monotonic()
                        async with asyncio.timeout(SLOW_SECONDS):
                            await response.write(_frames(events, reached))
            except TokenError:
                pass  # it was revoked: the client connects again, and is refused
            except Exception as error:
                if not response.prepared:
                    raise
                _cut(request, error)
        return response


def _query(asked: Mapping[str, str], access: Access) -> EventQuery:
    """Read what is asked for; raises TokenError if the token does not open it."""
    query = read(EventQuery, asked)
    if not access.sees(query.guild):
        raise TokenError
    return query


def _page(page: feed.Page) -> Found:
    events = ",".join(event.json for event in page.events)
    bounds = f'"next":{page.next},"oldest":{page.oldest},"newest":{page.newest}'
    body = f'{{"events":[{events}],{bounds}}}'.encode()
    return Found(body, cache_control="private, no-cache", more_headers=VARY)


def _batch(page: feed.Page) -> Found:
    """Write a page as CloudEvents; what stands beside the events in a page is in headers."""
    body = f"[{','.join(cloudevents.written(event.json) for event in page.events)}]".encode()
    numbers = map(str, (page.next, page.oldest, page.newest))
    more = VARY | dict(zip(BOUNDS, numbers, strict=True))
    return Found(body, cloudevents.BATCH, "private, no-cache", more_headers=more)


def _frames(events: Sequence[Numbered], reached: int) -> bytes:
    """Write events, and the number that is reached: who wants few of them comes far by it, too."""
    frames = [f"id: {event.sequence}\ndata: {event.json}\n\n" for event in events]
    if not events or events[-1].sequence < reached:
        frames.append(f"id: {reached}\n\n")
    return "".join(frames).encode()


def _cut(request: web.Request, error: Exception) -> None:
    """End a connection whose answer has begun: the client connects again and is answered then."""
    if isinstance(error, TimeoutError):
        DROPPED.inc()
    else:
        failed(error)
    if request.transport is not None:
        request.transport.abort()  # a polite end would wait for a client that does not read
