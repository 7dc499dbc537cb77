"""The probability of being inside, against a Monte Carlo judge."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
import shapely.affinity
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofence.engine.geometry import transformer
from geofence.engine.likelihood import NEAR_SIGMA, SIGMA_OF_ACCURACY, Needs, PositionEstimate, largest_share
from geofence.engine.places import CompiledZone
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.transitions import ENTER_AT, EXIT_AT
from tests.geofence.ground import PROVE, X0, Y0, named

NEEDS: tuple[Needs, ...] = ("enter", "exit", "both")
PER_SHAPE, DRAWS = (400, 200_000) if PROVE else (25, 40_000)


def sigma_m(accuracy_m: float) -> float:
    """The standard deviation along one axis, in metres, of a fix whose 68 % radius is `accuracy_m`."""
    return accuracy_m / SIGMA_OF_ACCURACY


def p_inside(area: BaseGeometry, border: BaseGeometry, x: float, y: float, accuracy_m: float) -> float:
    """The probability that a phone at (x, y) ± `accuracy_m` (68 % radius) is in the area; all in metres.

    Far from the border it is Φ(distance / σ), as for a straight one; nearer it is counted out. Against Monte Carlo
    over circles, slivers, strips, holes and multipolygons the mean error is below 0.01, the largest below 0.05.
    """
    sigma = sigma_m(accuracy_m)
    distance = shapely.distance(border, shapely.points(x, y))
    if distance <= NEAR_SIGMA * sigma:
        return PositionEstimate(x, y, sigma).share_in(area)
    signed = distance if shapely.contains_xy(area, x, y) else -distance
    return 0.5 * math.erfc(-signed / sigma / math.sqrt(2))


def shapes() -> Iterator[BaseGeometry]:
    yield from (shapely.Point(0, 0).buffer(r, 64) for r in (5, 15, 40, 100))
    yield from (shapely.affinity.rotate(shapely.box(-500, -w, 500, w), w * 7) for w in (0.5, 1.5, 4, 10, 20))
    yield from (shapely.Polygon([(0, 0), (300, w), (300, -w)]) for w in (2, 10))
    yield from (shapely.box(-80, -80, 80, 80) - shapely.Point(0, 0).buffer(r) for r in (5, 20))
    yield shapely.MultiPolygon([shapely.box(i * 30, 0, i * 30 + 15, 40) for i in range(6)])


def laid_out() -> PlacesSnapshot:
    """The shapes as zones."""

    def drawn(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer(25832, 4326).transform(at[:, 0] + X0, at[:, 1] + Y0))

    places = [shapely.transform(area, drawn) for area in shapes()]
    return PlacesSnapshot(
        [CompiledZone(named(f"{i}"), "trigger", shapely.to_geojson(area)) for i, area in enumerate(places)]
    )


def test_over_circles_strips_slivers_holes_and_islands_the_judge_agrees() -> None:
    rng = np.random.default_rng(3907)
    x, y = rng.standard_normal((2, DRAWS))
    errors, told = [], []
    snapshot = laid_out()
    for number, area in enumerate(snapshot.areas):
        border = area.boundary
        for _ in range(PER_SHAPE):
            accuracy = float(rng.uniform(4, 120))
            sigma = sigma_m(accuracy)
            at = border.interpolate(rng.uniform(), normalized=True)
            px, py = at.x + rng.normal(0, 2 * sigma), at.y + rng.normal(0, 2 * sigma)
            judged = float(np.mean(shapely.contains_xy(area, px + sigma * x, py + sigma * y)))
            errors.append(abs(judged - p_inside(area, border, px, py, accuracy)))
            told.append(abs(judged - snapshot.chance(number, PositionEstimate(px, py, sigma), exact=True)))
    for off in (errors, told):
        assert np.mean(off) <= 0.01
        assert max(off) <= 0.05


def test_what_is_settled_by_circles_or_few_points_is_what_counting_would_have_said() -> None:
    snapshot = laid_out()
    rng = np.random.default_rng(40)
    settled = 0
    for number, area in enumerate(snapshot.areas):
        for _ in range(PER_SHAPE * 4):
            sigma = float(rng.uniform(2, 80))
            at = area.boundary.interpolate(rng.uniform(), normalized=True)
            estimate = PositionEstimate(at.x + rng.normal(0, 2 * sigma), at.y + rng.normal(0, 2 * sigma), sigma)
            counted = estimate.share_in(area)
            entering, leaving, either = (snapshot.chance(number, estimate, needs) for needs in NEEDS)
            assert (entering >= ENTER_AT) == (either >= ENTER_AT) == (counted >= ENTER_AT)
            assert (leaving <= EXIT_AT) == (either <= EXIT_AT) == (counted <= EXIT_AT)
            settled += either != counted
    assert settled > 100


def test_no_shape_holds_more_than_a_disc_of_its_size() -> None:
    for area in shapes():
        for sigma in (3, 10, 40):
            middle = area.representative_point()
            assert PositionEstimate(middle.x, middle.y, sigma).share_in(area) <= largest_share(area.area, sigma) + 0.03
    assert largest_share(math.pi * 50**2, 10) == pytest.approx(1 - math.exp(-(50**2) / 200))


def test_the_vectors_that_app_developers_are_given_hold() -> None:
    lines = (Path(__file__).parents[3] / "docs" / "APP.md").read_text().splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| ") and "m |" in line
    ]
    vectors = [
        (float(away[:-1]), float(accuracy[:-1]), float(chance))
        for away, accuracy, chance, _ in rows
        if away[:1].isdigit()
    ]
    circle = shapely.Point(0, 0).buffer(50, 256)
    assert len(vectors) == 9
    for away, accuracy, chance in vectors:
        assert p_inside(circle, circle.boundary, away, 0, accuracy) == pytest.approx(chance, abs=0.03)
