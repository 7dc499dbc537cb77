"""What the phone should watch by itself: the nearest zones as circles, and when to ask again.

Phones watch 20 (iOS) or 100 (Android) circles for an app. Where there are more zones than that, the last circle gives
way to one around the phone itself: leaving it means that a zone that is not watched may be near, and to ask again.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from geofence.index import Snapshot


@dataclass(frozen=True, slots=True)
class Region:
    """The smallest circle around a zone, in degrees and metres."""

    zone_id: UUID
    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Watch:
    """The nearest regions, nearest first; how far the phone may move before it must ask again (None: it need not),
    if it watches all of them but the last; and how far the nearest border is (None: there is none)."""

    regions: tuple[Region, ...]
    refresh_radius_m: float | None
    next_boundary_m: float | None


def watch(snapshot: Snapshot, x: float, y: float, limit: int) -> Watch:
    """What a phone at (x, y), in metres, should watch, `limit` circles at most.

    No border is missed: before any zone beyond the first `limit` − 1 can be entered, the phone has moved by the refresh
    radius, the distance to the edge of the nearest of those.
    """
    if not len(snapshot.watched):
        return Watch((), None, None)
    away = np.hypot(snapshot.circle_x - x, snapshot.circle_y - y) - snapshot.circle_r
    count = len(away)
    if count > limit:
        nearest = np.argpartition(away, limit)[:limit]
        nearest = nearest[np.argsort(away[nearest], kind="stable")]
    else:
        nearest = np.argsort(away, kind="stable")
    regions = []
    for i in nearest.tolist():
        lon, lat = snapshot.degrees(float(snapshot.circle_x[i]), float(snapshot.circle_y[i]))
        zone = snapshot.zones[int(snapshot.watched[i])]
        regions.append(Region(zone.id, round(lon, 6), round(lat, 6), round(float(snapshot.circle_r[i]), 1)))
    refresh = max(float(away[nearest[-1]]), 0.0) if count > limit else None
    return Watch(tuple(regions), refresh, snapshot.next_border_m(x, y))
