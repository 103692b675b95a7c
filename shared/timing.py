"""How long each HTTP request takes, by its route and what was answered."""

import time
from functools import lru_cache

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import Histogram

HTTP_SECONDS = Histogram(
    "http_request_duration_seconds",
    "From a request's head to its answer, by the route's pattern: never by an address asked for.",
    ["route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)


@web.middleware
async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Measure a request, whatever comes of it."""
    started_at = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        seconds = time.perf_counter() - started_at
        _series(request.match_info.route.resource, status).observe(seconds)
    return response


@lru_cache  # to look a series up takes prometheus_client longer than to measure
def _series(resource: web.AbstractResource | None, status: int) -> Histogram:
    """Find the series by the pattern: addresses are chosen by who asks, and some are secrets."""
    return HTTP_SECONDS.labels(resource.canonical if resource else "none", status)
