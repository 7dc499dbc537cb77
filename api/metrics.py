"""Prometheus metrics of the web process: by route template, never by zone, survey or id."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

from geofence.snapshots import Snapshots

REQUESTS = Counter("medvirk_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("medvirk_request_seconds", "Seconds to answer", ["method", "route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    _requests(method, route, status).inc()
    _seconds(method, route).observe(seconds)


@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, status)


@cache
def _seconds(method: str, route: str) -> Histogram:
    return SECONDS.labels(method, route)


ZONES = Gauge("medvirk_zones", "Zones held in memory, of all municipalities")
ZONE_BYTES = Gauge("medvirk_zone_bytes", "Memory that they take, estimated from their corners")
ZONE_BUILD_SECONDS = Gauge("medvirk_zone_build_seconds", "Seconds that the slowest snapshot took to build")


def watch_zones(snapshots: Snapshots) -> None:
    """Report what the snapshots of this process take; whose they are is not said."""
    ZONES.set_function(lambda: sum(zones for zones, _, _ in snapshots.sizes()))
    ZONE_BYTES.set_function(lambda: sum(taken for _, _, taken in snapshots.sizes()))
    ZONE_BUILD_SECONDS.set_function(lambda: max((seconds for _, seconds, _ in snapshots.sizes()), default=0.0))
