"""Where the console's menu leads, for whom."""

from base.tenant import Tenant

EVERYBODY = frozenset({"communications", "planner", "privacy_officer", "admin"})
WRITERS = frozenset({"communications", "admin"})
READERS = EVERYBODY - {"admin"}

_PLACES: list[tuple[str, str, frozenset[str]]] = [
    ("/console", "overview", EVERYBODY),
    ("/console/hearings", "hearings", EVERYBODY),
    ("/console/messages", "messages", WRITERS),
    ("/console/zones", "zones", EVERYBODY),
    ("/console/beacons", "beacons", EVERYBODY),
    ("/console/people", "people", frozenset({"admin"})),
    ("/console/oversight", "oversight", frozenset({"privacy_officer", "admin"})),
]


def places(tenant: Tenant) -> list[tuple[str, str]]:
    """The address and the key of each place that staff may open, in the order of the menu."""
    return [(href, key) for href, key, roles in _PLACES if not roles.isdisjoint(tenant.roles)]


def writes(tenant: Tenant) -> bool:
    """Whether these staff may write, launch and moderate, and not only read."""
    return not WRITERS.isdisjoint(tenant.roles)
