"""PostGIS as the judge of what lies in a municipality: no disagreement further than a millimetre from a border."""

import numpy as np
import shapely

from tests.geofence.drawing.judged import areas, points, stored

MILLIMETRE = 0.001


def test_not_one_point_is_judged_otherwise_than_by_postgis() -> None:
    found = areas()
    which, where = points(found)
    near = 0
    for number, area in enumerate(found):
        mine = which == number
        x, y = where[mine].T
        shapely.prepare(area)
        held = shapely.intersects_xy(area, x, y)
        away = shapely.distance(shapely.points(x, y), area.boundary)
        near += int((away < 50).sum())
        otherwise = (held != stored(len(which))[mine]) & (away > MILLIMETRE)
        assert not otherwise.any()
    assert len(which) > 99_000
    assert near > len(which) * 0.49
    assert 0.2 < float(np.mean(stored(len(which)))) < 0.8
