"""How long each HTTP request takes, by its route and what was answered."""

from functools import lru_cache

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from prometheus_client import Histogram

HTTP_SECONDS = Histogram(
    "http_request_duration_seconds",
    "From a request's head to its answer, by the route's pattern: never by an address asked for.",
    ["route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)


class HttpMetrics(AbstractAccessLogger):
    """Measures every answer where aiohttp would log it: cheaper than a middleware around each."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Measure an answer that took so many seconds; what was no HTTP has no route.

        A stream takes as long as its reader likes.
        """
        if isinstance(request, web.Request) and response.content_type != "text/event-stream":
            # By the pattern: addresses are chosen by who asks, and some are secrets.
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"
            _seconds_of(route, response.status).observe(time)


# To find a series costs a cached read more than to count in it.
@lru_cache(maxsize=1024)
def _seconds_of(route: str, status: int) -> Histogram:
    return HTTP_SECONDS.labels(route=route, status=status)
