"""Prometheus metrics of the web process: by route template, never by zone, survey or id."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import REGISTRY, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from geofence.snapshots import Snapshots

BOUNDS = Histogram.DEFAULT_BUCKETS


class Answered(Collector):
    """Counts of what was answered and how long it took, kept as plain numbers by the event loop alone.

    The library's own counters take a lock for each number, which is more than some requests' whole work.
    """

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str], list[float]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        request, place = (method, route, status), (method, route)
        self._requests[request] = self._requests.get(request, 0) + 1
        times = self._seconds.get(place)
        if times is None:
            times = self._seconds[place] = [0.0] * (len(BOUNDS) + 1)
        times[bisect_left(BOUNDS, seconds)] += 1
        times[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        """What Prometheus asks for, in a thread of its own."""
        requests = CounterMetricFamily("medvirk_requests", "Requests answered", labels=["method", "route", "status"])
        for (method, route, status), count in list(self._requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests
        seconds = HistogramMetricFamily("medvirk_request_seconds", "Seconds to answer", labels=["method", "route"])
        for place, times in list(self._seconds.items()):
            buckets = zip(map(floatToGoString, BOUNDS), accumulate(times[:-1]), strict=True)
            seconds.add_metric(list(place), list(buckets), times[-1])
        yield seconds


ANSWERED = Answered()
REGISTRY.register(ANSWERED)
observe = ANSWERED.observe

ZONES = Gauge("medvirk_zones", "Zones held in memory, of all municipalities")
ZONE_BYTES = Gauge("medvirk_zone_bytes", "Memory that they take, estimated from their corners")
ZONE_BUILD_SECONDS = Gauge("medvirk_zone_build_seconds", "Seconds that the slowest snapshot took to build")


def watch_zones(snapshots: Snapshots) -> None:
    """Report what the snapshots of this process take; whose they are is not said."""
    ZONES.set_function(lambda: sum(zones for zones, _, _ in snapshots.sizes()))
    ZONE_BYTES.set_function(lambda: sum(taken for _, _, taken in snapshots.sizes()))
    ZONE_BUILD_SECONDS.set_function(lambda: max((seconds for _, seconds, _ in snapshots.sizes()), default=0.0))
