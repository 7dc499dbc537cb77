"""A flat piece of Sandefjord to walk about on: metres from a corner of the square, and phones that report."""

import json
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from base.clock import monotonic
from base.minted import SEAL  # pure tests have no gate to ask
from consent.permits import Permit
from consent.purposes import LocationBeacons, LocationZones
from geofence.engine.geometry import transformer
from geofence.engine.observations import RawFix, RawSighting
from geofence.engine.places import CompiledBeacon, CompiledTrigger, CompiledZone, FiredTrigger, On, Once
from geofence.engine.presence import PresenceOutcome, PresencePermits, advance
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import State

PROVE = os.environ.get("MEDVIRK_PROVE") == "1"
"""The long forms of the proofs."""
X0, Y0 = 569_000.0, 6_554_000.0
NOON = 1_800_000_000.0
"""2027-01-15 08:00 UTC, nine in Sandefjord."""
RESIDENT = UUID("5f0c0b5e-0f3b-4c58-9c5e-6f2d3a1b7c11")
TOWN = UUID("0b8f2a1e-7c3d-4e5f-8a9b-1c2d3e4f5a6b")
BOTH = PresencePermits(
    Permit(LocationZones, RESIDENT, monotonic() + 1e6, seal=SEAL),
    Permit(LocationBeacons, RESIDENT, monotonic() + 1e6, seal=SEAL),
)


def named(name: str) -> UUID:
    """An id that stays the same from run to run."""
    return uuid5(TOWN, name)


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Metres east and north of the corner, in degrees."""
    lon, lat = transformer(25832, 4326).transform(X0 + x, Y0 + y)
    return lon, lat


def ring(*corners: tuple[float, float]) -> list[list[float]]:
    return [list(lonlat(x, y)) for x, y in (*corners, corners[0])]


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring((west, south), (east, south), (east, north), (west, north))]}


def zone(name: str, west: float, south: float, east: float, north: float, **more: Any) -> CompiledZone:
    return CompiledZone(named(name), more.pop("kind", "trigger"), json.dumps(box(west, south, east, north)), **more)


def trigger(name: str, at: CompiledZone | CompiledBeacon, on: On, **more: Any) -> CompiledTrigger:
    more.setdefault("once", Once(daily=True))
    more.setdefault("active_to", NOON + 30 * 86_400)
    zone_id, beacon_id = (at.id, None) if isinstance(at, CompiledZone) else (None, at.id)
    return CompiledTrigger(named(name), on, zone_id, beacon_id, "survey", named("survey of " + name), **more)


def fix(second: float, x: float, y: float, accuracy_m: float = 10, *, name: str = "", mocked: bool = False) -> RawFix:
    lon, lat = lonlat(x, y)
    return RawFix(name or f"{second}/{x}/{y}", lat, lon, accuracy_m, NOON + second, mocked)


def heard(second: float, identity: bytes, rssi: int = -65, *, name: str = "") -> RawSighting:
    return RawSighting(name or f"s{second}/{rssi}", identity, rssi, -59, NOON + second)


def report(
    state: State | None,
    fixes: Sequence[RawFix],
    snapshot: PlacesSnapshot,
    *,
    sightings: Sequence[RawSighting] = (),
    permits: PresencePermits = BOTH,
    later_s: float = 0,
    ahead_s: float = 0,
) -> PresenceOutcome:
    """Send fixes as soon as the last has been made, or so much later; `ahead_s` is how much too early the clock is."""
    sent = max([f.at for f in fixes] + [s.at for s in sightings], default=NOON) + later_s
    return advance(permits, state, fixes, sightings, snapshot, sent_at=sent, received_at=sent - ahead_s)


def walk(
    snapshot: PlacesSnapshot, *calls: Sequence[RawFix], state: State | None = None
) -> tuple[list[FiredTrigger], PresenceOutcome]:
    """Report call by call; all that fired, and the last outcome."""
    fired: list[FiredTrigger] = []
    for fixes in calls:
        outcome = report(state, fixes, snapshot)
        state = outcome.state
        fired += outcome.fired
    return fired, outcome


def names_of(fired: Sequence[FiredTrigger], *known: CompiledTrigger) -> list[int]:
    """Which of the known triggers fired, in order, by number."""
    places = {t.id: i for i, t in enumerate(known)}
    return [places[f.trigger_id] for f in fired]
