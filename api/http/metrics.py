"""Prometheus metrics of the web process: by route template, never by zone, survey or id."""

from prometheus_client import REGISTRY, Gauge, disable_created_metrics

from api.http.fast_path import RequestCounts
from geofence.snapshots import Snapshots

# When something was first answered is nobody's business.
disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client has no types here

_COUNTS = RequestCounts()
REGISTRY.register(_COUNTS)
observe = _COUNTS.observe

ZONES = Gauge("medvirk_zones", "Zones held in memory, of all municipalities")
ZONE_BYTES = Gauge("medvirk_zone_bytes", "Memory that they take, estimated from their corners")
ZONE_BUILD_SECONDS = Gauge("medvirk_zone_build_seconds", "Seconds that the slowest snapshot took to build")


def watch_zones(snapshots: Snapshots) -> None:
    """Report what the snapshots of this process take; whose they are is not said."""
    ZONES.set_function(lambda: sum(zones for zones, _, _ in snapshots.sizes()))
    ZONE_BYTES.set_function(lambda: sum(taken for _, _, taken in snapshots.sizes()))
    ZONE_BUILD_SECONDS.set_function(lambda: max((seconds for _, seconds, _ in snapshots.sizes()), default=0.0))
