"""The walks of the rehearsal lead through the real Sandefjord."""

import json
import random
from importlib.resources import files
from itertools import pairwise

import pytest
from shapely import contains_xy
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from rehearsal.places import MONUMENT, PLACES, STAYS_AT_MONUMENT, WALKS, metres, walk


def border() -> BaseGeometry:
    collection = json.loads((files("rehearsal") / "data" / "vestfold.geojson").read_text(encoding="utf-8"))
    (feature,) = [f for f in collection["features"] if f["properties"]["kommunenummer"] == "3907"]
    return shape(feature["geometry"])


@pytest.mark.parametrize("name", sorted(PLACES))
def test_every_place_lies_within_the_municipality(name: str) -> None:
    assert contains_xy(border(), *PLACES[name])


@pytest.mark.parametrize("name", sorted(WALKS))
def test_a_walk_is_walked_at_a_walking_pace(name: str) -> None:
    steps = walk(name, random.Random(1))
    for one, other in pairwise(steps):
        gone = metres((one.lon, one.lat), (other.lon, other.lat)) - 2 * (one.accuracy_m + other.accuracy_m)
        assert gone < 2.5 * (other.after_s - one.after_s)


def test_only_some_walks_stay_at_the_monument() -> None:
    for name in WALKS:
        near = [step for step in walk(name, random.Random(2)) if metres(PLACES[MONUMENT], (step.lon, step.lat)) < 60]
        stayed_s = near[-1].after_s - near[0].after_s if near else 0
        assert (stayed_s >= 180) == (name in STAYS_AT_MONUMENT)
