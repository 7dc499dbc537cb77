"""The circles a phone watches by itself: no border is missed before it asks again."""

import json
from math import hypot, inf

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.http.regions import regions_json
from geofence.engine.regions import NOTHING, SQUARE_REACH_M, watch
from geofence.engine.snapshot import PlacesSnapshot
from tests.geofence.ground import PROVE, X0, Y0, zone

ZONES = [zone(f"z{i}{j}", i * 230, j * 170, i * 230 + 60, j * 170 + 45) for i in range(8) for j in range(8)]
SNAPSHOT = PlacesSnapshot([*ZONES, zone("district", -500, -500, 5_000, 5_000, kind="district")])


@settings(max_examples=2_000 if PROVE else 100, deadline=None)
@given(st.floats(-500, 2_500), st.floats(-500, 2_000), st.integers(1, 30))
def test_the_nearest_are_told_wherever_in_a_square_one_stands(x: float, y: float, limit: int) -> None:
    x, y = X0 + x, Y0 + y
    away = SNAPSHOT.circles.edges_m(x, y).tolist()
    seen = watch(SNAPSHOT, x, y, limit)
    assert len(seen.nearest) == len(set(seen.nearest)) == limit
    left_out = min((away[i] for i in range(len(away)) if i not in seen.nearest), default=inf)
    furthest = max(away[i] for i in seen.nearest)
    # None that is left out is nearer than one that is told by more than the square is wide, and a little less than a
    # quarter of the way; and the phone may go seven ninths as far as it could if it were told of its very own nearest.
    assert left_out >= furthest - min(2 * SQUARE_REACH_M, 2 / 7 * max(furthest, 0)) - 1e-6
    assert seen.refresh_radius_m is not None
    assert seen.refresh_radius_m >= 7 / 9 * max(sorted(away)[limit - 1], 0) - 1e-6
    told = json.loads(b"[%s]" % regions_json(SNAPSHOT, seen.nearest))
    assert [one["zone_id"] for one in told] == [str(SNAPSHOT.regions[number].zone_id) for number in seen.nearest]
    borders = [shapely.distance(SNAPSHOT.borders[i], shapely.Point(x, y)) for i in SNAPSHOT.watched]
    assert seen.next_boundary_m == pytest.approx(min(borders))


@settings(max_examples=2_000 if PROVE else 100, deadline=None)
@given(st.floats(-500, 2_500), st.floats(-500, 2_000), st.floats(0, 6.3), st.integers(2, 20))
def test_before_an_unwatched_zone_is_entered_the_refresh_circle_is_left(
    x: float, y: float, turn: float, limit: int
) -> None:
    seen = watch(SNAPSHOT, X0 + x, Y0 + y, limit)
    assert len(seen.nearest) == limit
    watched = {SNAPSHOT.regions[number].zone_id for number in seen.nearest[:-1]}
    assert seen.refresh_radius_m is not None
    for number, place in enumerate(ZONES):
        if place.id not in watched:
            centre = SNAPSHOT.areas[number].centroid
            away = hypot(centre.x - X0 - x, centre.y - Y0 - y) - hypot(60, 45) / 2
            assert away >= seen.refresh_radius_m - 0.2


def test_few_zones_are_all_watched_and_districts_are_not() -> None:
    few = PlacesSnapshot(SNAPSHOT.zones[-3:])
    seen = watch(few, X0, Y0, 20)
    assert {few.regions[number].zone_id for number in seen.nearest} == {z.id for z in ZONES[-2:]}
    assert seen.refresh_radius_m is None


def test_the_next_border_is_as_far_as_it_is() -> None:
    seen = watch(SNAPSHOT, X0 - 100, Y0 + 20, 20)
    assert seen.next_boundary_m == pytest.approx(100, abs=0.1)
    inside = watch(SNAPSHOT, X0 + 30, Y0 + 20, 20)
    assert inside.next_boundary_m == pytest.approx(20, abs=0.1)
    assert SNAPSHOT.regions[inside.nearest[0]].zone_id == ZONES[0].id


def test_where_there_is_nothing_nothing_is_watched() -> None:
    for snapshot in (PlacesSnapshot([]), PlacesSnapshot(SNAPSHOT.zones[-1:])):
        assert watch(snapshot, 0, 0, 20) is NOTHING
