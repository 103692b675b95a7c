"""How long each HTTP request takes, by its route and what was answered."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from prometheus_client import REGISTRY
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, float("inf"))


class _Series:
    """What had the same labels: how many in each bucket, and the sum of all."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * len(BUCKETS)
        self.seconds = 0.0


class Durations(Collector):
    """A histogram of one thread: prometheus_client's has locks, a tenth of a cached read."""

    def __init__(self, name: str, documentation: str, labels: tuple[str, ...]) -> None:
        """Name it, say what it means and what tells its series apart."""
        self._name, self._documentation, self._labelnames = name, documentation, labels
        self._series: dict[tuple[str, ...], _Series] = {}
        REGISTRY.register(self)

    def observe(self, seconds: float, *labels: str) -> None:
        """Count one that took so long."""
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = _Series()
        series.counts[bisect_left(BUCKETS, seconds)] += 1
        series.seconds += seconds

    def describe(self) -> Iterator[HistogramMetricFamily]:
        """Tell name and meaning."""
        yield HistogramMetricFamily(self._name, self._documentation, labels=self._labelnames)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Tell what was counted."""
        for family in self.describe():
            for labels, series in self._series.items():
                counts = zip(map(floatToGoString, BUCKETS), accumulate(series.counts), strict=True)
                family.add_metric(labels, list(counts), series.seconds)
            yield family


HTTP_SECONDS = Durations(
    "http_request_duration_seconds",
    "From a request's head to its answer, by the route's pattern: never by an address asked for.",
    ("route", "status"),
)


class Timing(AbstractAccessLogger):
    """Measures every answer where aiohttp would log it: cheaper than a middleware around each."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Measure an answer that took so many seconds; what was no HTTP has no route."""
        if isinstance(request, web.Request):
            # By the pattern: addresses are chosen by who asks, and some are secrets.
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"
            HTTP_SECONDS.observe(time, route, str(response.status))
