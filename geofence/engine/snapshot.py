"""One municipality's zones, beacons and triggers laid out for quick questions; never changed, only replaced."""

import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofence.engine import likelihood
from geofence.engine.eid import rotor
from geofence.engine.geometry import Area, in_metres, longest_stretch, transformer
from geofence.engine.grid_index import GridIndex
from geofence.engine.likelihood import Needs, PositionEstimate
from geofence.engine.neighbourhood import Neighbourhood, WatchSquare
from geofence.engine.places import CompiledBeacon, CompiledTrigger, CompiledZone, tag
from geofence.engine.rotating import RotatingBeacons


@dataclass(frozen=True, slots=True)
class BeaconPoint:
    """Where a beacon hangs, in metres."""

    id: UUID
    tag: int
    x: float
    y: float


class ZoneCircle(NamedTuple):
    """The smallest circle around a zone: its middle (longitude, latitude in degrees) and its radius."""

    zone_id: UUID
    center: tuple[float, float]
    radius_m: float


class RankedTrigger(NamedTuple):
    """A trigger at its place, with its tag and its rank among all."""

    trigger: CompiledTrigger
    tag: int
    rank: int


class _LaidOut(NamedTuple):
    """A zone in metres, its border, and the circles around it and in it."""

    area: Area
    border: BaseGeometry
    rounds: tuple[float, float, float, float, float, float]


class PlacesSnapshot:
    """Immutable: built once from plain values, off the event loop where it is large, and swapped as a whole.

    Zones are numbered in the order given; most questions answer with numbers. `epsg` is the projected system,
    `cap_per_day` how many triggers may fire for one resident in a local day; what has not changed is taken over from
    the snapshot `before`. `build_s` and `memory_bytes` (of the geometries, estimated from their corners) are known for
    the metrics.
    """

    def __init__(
        self,
        zones: Iterable[CompiledZone],
        beacons: Iterable[CompiledBeacon] = (),
        triggers: Iterable[CompiledTrigger] = (),
        *,
        epsg: int = 25832,
        timezone: str = "Europe/Oslo",
        cap_per_day: int = 10,
        before: "PlacesSnapshot | None" = None,
    ) -> None:
        started = time.perf_counter()
        self.epsg, self.timezone, self.cap_per_day = epsg, ZoneInfo(timezone), cap_per_day
        self.days: dict[int, int] = {}
        """Local days by quarters of an hour since 1970: worked out when asked for (`geofence.engine.firing`)."""
        # A point (longitude, latitude) in metres of the municipality's projected system.
        self.metres: Callable[[float, float], tuple[float, float]] = transformer(4326, epsg).transform
        self.zones: tuple[CompiledZone, ...] = tuple(zones)
        self.tags: tuple[int, ...] = tuple(tag(zone.id) for zone in self.zones)
        self.number: dict[int, int] = {t: i for i, t in enumerate(self.tags)}
        laid = [self._laid_out(zone, before) for zone in self.zones]
        self.areas: list[Area] = [one.area for one in laid]
        self.borders: list[BaseGeometry] = [one.border for one in laid]
        self._prepare()
        self.sizes: list[float] = [float(size) for size in shapely.area(self.areas)]
        self._rounds = [one.rounds for one in laid]
        self._tree = shapely.STRtree(self.areas)
        self._boxes = GridIndex(shapely.bounds(self.areas).tolist() if self.areas else [])
        # The zones (by number) whose bounding box holds a point (x, y). Whoever is inside with more than an even chance
        # is among them: between a fix outside an area's convex hull and the area runs a straight line, and more than
        # half of every round Gaussian lies on the fix's own side of it.
        self.around = self._boxes.holding
        self.beacon_points: dict[int, BeaconPoint] = {}
        self.heard: dict[bytes, int] = {}
        self.beacons: tuple[CompiledBeacon, ...] = tuple(beacons)
        self._hung(self.beacons)
        self.rotating: RotatingBeacons = RotatingBeacons(
            (rotor(beacon) for beacon in self.beacons if beacon.protocol == "eddystone_eid"),
            before.rotating if before is not None else None,
        )
        self.triggers: dict[UUID, CompiledTrigger] = {t.id: t for t in triggers}
        self.active_to: dict[int, float] = {tag(t.id): t.active_to for t in self.triggers.values()}
        self._triggers()
        self._watch()
        self.build_s = time.perf_counter() - started
        corners = int(shapely.get_num_coordinates(self.areas).sum()) if self.areas else 0
        self.memory_bytes = corners * 16 * 4 + sys.getsizeof(self.number) + 900 * len(self.zones)

    def _laid_out(self, zone: CompiledZone, before: "PlacesSnapshot | None") -> _LaidOut:
        """The zone in metres: as it was before, where nobody has redrawn it."""
        if before is not None and before.epsg == self.epsg and zone.changed:
            number = before.number.get(tag(zone.id))
            if number is not None and before.zones[number].changed == zone.changed:
                return _LaidOut(before.areas[number], before.borders[number], before._rounds[number])
        area = in_metres(json.loads(zone.geojson), self.epsg)
        return _LaidOut(area, shapely.boundary(area), _rounds(area))

    def _prepare(self) -> None:
        """Index each shape now, not when the first phone comes by: GEOS does that with the first question."""
        shapely.prepare(self.areas)
        shapely.prepare(self.borders)
        if self.areas:
            shapely.dwithin(self.borders, shapely.points((0.0, 0.0)), 1.0)
            west, south, east, north = shapely.bounds(self.areas).T
            for _ in range(2):  # The second question is the one that is worth an index to it.
                shapely.contains_xy(self.areas, (west + east) / 2, (south + north) / 2)

    def _hung(self, beacons: Iterable[CompiledBeacon]) -> None:
        for beacon in beacons:
            x, y = self.metres(beacon.lon, beacon.lat)
            point = BeaconPoint(beacon.id, tag(beacon.id), x, y)
            self.beacon_points[point.tag] = point
            if beacon.protocol != "eddystone_eid":
                self.heard[identity_key(beacon.protocol, beacon.identity)] = point.tag

    def _triggers(self) -> None:
        """The rules of each place, the most important first; `rank` says who is first over all places."""
        placed: dict[tuple[str, int], list[RankedTrigger]] = {}
        ranked = sorted(self.triggers.values(), key=lambda t: (-t.priority, t.id))
        for rank, trigger in enumerate(ranked):
            place = trigger.zone_id or trigger.beacon_id
            if place is not None:
                placed.setdefault((trigger.on, tag(place)), []).append(RankedTrigger(trigger, tag(trigger.id), rank))
        self.by_place: dict[tuple[str, int], tuple[RankedTrigger, ...]] = {
            key: tuple(found) for key, found in placed.items()
        }

    def _watch(self) -> None:
        """The zones a phone must watch: those that may trigger, each with the smallest circle around it."""
        placed = self.placed = frozenset(t for _, t in self.by_place)
        self.dwelt_in = frozenset(t for on, t in self.by_place if on == "dwell")
        self.watched = [i for i, z in enumerate(self.zones) if z.kind == "trigger" or self.tags[i] in placed]
        circles = np.array([self._rounds[i][:3] for i in self.watched], dtype=np.float64).reshape(-1, 3)
        middles = circles[:, 0] + 1j * circles[:, 1]
        self.circles = Neighbourhood(np.arange(len(circles)), middles, circles[:, 2].copy(), math.inf)
        lon, lat = transformer(self.epsg, 4326).transform(middles.real, middles.imag)
        centers = zip(lon.round(6).tolist(), lat.round(6).tolist(), strict=True)
        radii = self.circles.radii.round(1).tolist()
        self.regions: list[ZoneCircle] = [
            ZoneCircle(self.zones[number].id, center, radius)
            for number, center, radius in zip(self.watched, centers, radii, strict=True)
        ]
        self.forget_where()

    def forget_where(self) -> None:
        """Forget what was worked out for the places that phones have called from: where somebody was is in it."""
        self.cells: dict[tuple[int, float, int, int], Neighbourhood] = {}
        self.watch_squares: dict[tuple[int, int, int], WatchSquare] = {}

    def chance(self, zone: int, estimate: PositionEstimate, needs: Needs = "both", exact: bool = False) -> float:
        """The probability of being in a zone, as well as is needed to say whether it is at least 0.8 ("enter"), at most
        0.2 ("exit") or both. With `exact` it is counted out to 2.5 σ from the border, for whoever is told how likely.

        Mostly the largest circle in the zone or the smallest around it says so without a look at the border.
        """
        x, y, sigma = estimate.x, estimate.y, estimate.sigma
        out_x, out_y, out_r, in_x, in_y, in_r = self._rounds[zone]
        reach = (likelihood.NEAR_SIGMA if exact else likelihood.DECIDED_SIGMA) * sigma
        beyond = reach if exact else likelihood.OUT_SIGMA * sigma
        if hypot(x - out_x, y - out_y) - beyond > out_r:
            return 0.01
        deep = reach if exact or in_r < likelihood.WIDE_SIGMA * sigma else likelihood.IN_SIGMA * sigma
        if hypot(x - in_x, y - in_y) + deep < in_r:
            return 0.99
        area = self.areas[zone]
        if (exact or in_r > likelihood.VAST_SIGMA * sigma) and not self.borders[zone].dwithin(estimate.middle, reach):
            return 0.99 if area.contains(estimate.middle) else 0.01
        return estimate.share_in(area) if exact else estimate.decisive_share_in(area, needs)

    def within(self, zone: int, estimate: PositionEstimate, distance_m: float) -> bool:
        """Whether a zone is at most this far from where the phone most likely is."""
        return bool(self.areas[zone].dwithin(estimate.middle, distance_m))

    def crossed(
        self, x0: float, y0: float, x1: float, y1: float, wanted: Callable[[int], bool]
    ) -> list[tuple[int, float, float, float]]:
        """Of the zones on a straight way those that are wanted: number, where in the middle of the longest stretch
        inside (0 to 1 of the way), and that point. Points in metres."""
        west, east = (x0, x1) if x0 < x1 else (x1, x0)
        south, north = (y0, y1) if y0 < y1 else (y1, y0)
        touched = self._boxes.touching(west, south, east, north)
        if touched is None:
            touched = self._tree.query(shapely.box(west, south, east, north)).tolist()
        touched = [zone for zone in touched if self._passed(zone, x0, y0, x1, y1) and wanted(zone)]
        if not touched:
            return []
        way = shapely.LineString([(x0, y0), (x1, y1)])
        met = [(zone, *found) for zone in touched if (found := longest_stretch(way, self.areas[zone]))]
        return sorted(met, key=lambda one: one[1])

    def _passed(self, zone: int, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether a way of some length comes into the smallest circle around a zone."""
        x, y, radius, *_ = self._rounds[zone]
        along, across = x1 - x0, y1 - y0
        share = ((x - x0) * along + (y - y0) * across) / (along * along + across * across)
        share = min(max(share, 0.0), 1.0)
        return hypot(x0 + share * along - x, y0 + share * across - y) <= radius + 0.01

    def border_at_least_m(self, number: int, x: float, y: float, edge: float) -> float:
        """How far the border of a watched zone is at least, if its circle's edge is so far away: from inside of the
        largest circle in it as far as that one's edge."""
        if edge > 0:
            return edge
        _, _, _, in_x, in_y, in_r = self._rounds[self.watched[number]]
        return max(in_r - hypot(x - in_x, y - in_y), 0.0)


def identity_key(protocol: str, identity: bytes) -> bytes:
    """What a beacon sends, with its protocol in front, so that none is taken for another."""
    return protocol.encode() + b":" + identity


def _rounds(area: Area) -> tuple[float, float, float, float, float, float]:
    """The smallest circle around an area and the largest in it (to a twentieth of its width): middles and radii."""
    around = shapely.centroid(shapely.minimum_bounding_circle(area))
    spoke = shapely.maximum_inscribed_circle(area, tolerance=max(math.sqrt(area.area) / 20, 0.01))
    middle = shapely.get_coordinates(spoke)[0].tolist()
    return around.x, around.y, float(shapely.minimum_bounding_radius(area)), *middle, float(spoke.length)
