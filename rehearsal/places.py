"""Sandefjord: well-known places, to a hundred metres or so, and how people walk between them."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

Place = tuple[float, float]
"""Longitude and latitude, WGS84 degrees."""

PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "stasjonen": (10.2226, 59.1352),
        "kirken": (10.2228, 59.1332),
        "torvet": (10.2239, 59.1306),
        "hvalfangstmuseet": (10.2222, 59.1312),
        "badeparken": (10.2236, 59.1286),
        "hvalfangstmonumentet": (10.22567, 59.12744),
        "brygga": (10.2272, 59.1267),
        "gokstadhaugen": (10.2531, 59.1408),
        "bugårdsparken": (10.2110, 59.1440),
        "framnes": (10.2330, 59.1130),
        "torp": (10.2586, 59.1867),
        "stokke": (10.2998, 59.2212),
        "andebu": (10.1764, 59.3081),
        "kodal": (10.1280, 59.2330),
    }
)
MONUMENT = "hvalfangstmonumentet"

WALKS: Mapping[str, Sequence[tuple[str, int]]] = MappingProxyType(
    {
        # Where they go, and how many seconds they stay there.
        "from the train to the harbour": (
            ("stasjonen", 60),
            ("kirken", 0),
            ("torvet", 120),
            ("badeparken", 0),
            (MONUMENT, 240),
            ("brygga", 120),
        ),
        "lunch by the fountain": (("torvet", 30), ("badeparken", 60), (MONUMENT, 420), ("torvet", 30)),
        "past the monument in a hurry": (("brygga", 30), (MONUMENT, 0), ("badeparken", 0), ("torvet", 60)),
        "shopping": (("stasjonen", 30), ("kirken", 60), ("hvalfangstmuseet", 300), ("torvet", 240)),
        "round the mound": (("gokstadhaugen", 400),),
        "with the dog": (("bugårdsparken", 200),),
        "in Stokke": (("stokke", 300),),
        "in Andebu": (("andebu", 300),),
    }
)
"""Walks through the real place; who stays at the monument is asked, who hurries past is not."""
STAYS_AT_MONUMENT = ("from the train to the harbour", "lunch by the fountain")

_SPEED_M_S = 1.35
_EVERY_S = 12
_DEGREE_M = 111_320.0


@dataclass(frozen=True, slots=True)
class Step:
    """One fix of a walk: seconds since its beginning, where the phone believes it is, how sure it is."""

    after_s: float
    lon: float
    lat: float
    accuracy_m: float


def walk(name: str, dice: random.Random) -> list[Step]:
    """A walk as a phone would tell it: a fix every twelve seconds, off by what its accuracy allows."""
    stops = WALKS[name]
    steps: list[Step] = []
    clock = 0.0
    for number, (place, stay_s) in enumerate(stops):
        if number:
            clock = _record(steps, dice, _along(PLACES[stops[number - 1][0]], PLACES[place]), clock)
        clock = _record(steps, dice, _around(PLACES[place], stay_s, dice), clock)
    return steps


def metres(one: Place, other: Place) -> float:
    """How far apart, in metres, for places in the same town."""
    east = (other[0] - one[0]) * _DEGREE_M * math.cos(math.radians(one[1]))
    return math.hypot(east, (other[1] - one[1]) * _DEGREE_M)


def _along(one: Place, other: Place) -> Iterator[Place]:
    count = max(int(metres(one, other) / _SPEED_M_S / _EVERY_S), 1)
    for step in range(1, count + 1):
        share = step / count
        yield one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _around(place: Place, stay_s: int, dice: random.Random) -> Iterator[Place]:
    for _ in range(stay_s // _EVERY_S + 1):
        yield _moved(place, dice.gauss(0, 6), dice.gauss(0, 6))


def _record(steps: list[Step], dice: random.Random, path: Iterator[Place], clock: float) -> float:
    for place in path:
        accuracy_m = dice.choice((5.0, 8.0, 8.0, 12.0, 12.0, 20.0, 30.0))
        spread = accuracy_m / 1.515  # A radius that holds 68 % of a round normal distribution is 1.515 of its sigma.
        lon, lat = _moved(place, dice.gauss(0, spread), dice.gauss(0, spread))
        steps.append(Step(clock, lon, lat, accuracy_m))
        clock += _EVERY_S
    return clock


def _moved(place: Place, east_m: float, north_m: float) -> Place:
    lon, lat = place
    return lon + east_m / (_DEGREE_M * math.cos(math.radians(lat))), lat + north_m / _DEGREE_M
