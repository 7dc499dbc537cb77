"""Places by their names: the municipality's districts, and what Kartverket or a drawing of the town knows besides.

The words go to Kartverket where it is asked, and nowhere else: not into the database, no log, no memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final, Literal, NamedTuple, Protocol, TypeVar

from base.errors import Unavailable
from base.localized import pick
from geofence.drawing.norway import NORWAY
from geofence.engine.geometry import drawn, holds_points, inner_point
from geofence.models import Zone
from geofence.zones import among
from municipality.models import Municipality
from national.addresses import Addresses, StreetAddress
from national.json_service import NoAnswer
from national.place_names import PlaceName, PlaceNames

MOST: Final = 10
_DISTRICTS: Final = 3
T = TypeVar("T")

PlaceKind = Literal["address", "place", "district"]
Source = Literal["kartverket", "municipality"]


class NoPlaceSearchNow(Unavailable):
    """Addresses and places cannot be looked up just now; try again in a moment."""


class FoundPlace(NamedTuple):
    """A place with its name: what kind it is, what tells it from others, its point in degrees (WGS84), who says so."""

    name: str
    kind: PlaceKind
    detail: str | None
    lat: float
    lon: float
    source: Source


class NamedPoint(Protocol):
    """A name on a drawing of a town, and where it stands: (lon, lat) in degrees (WGS84)."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def point(self) -> tuple[float, float]:
        """Its longitude and latitude."""


@dataclass(frozen=True, slots=True)
class FoundElsewhere:
    """What others than the municipality's own tables know, and how many of those who were asked did not answer."""

    places: Sequence[FoundPlace]
    asked: int
    silent: int


def _nothing(number: str) -> Iterable[NamedPoint]:
    return ()


class PlaceSearch:
    """Looks places up: `addresses` and `place_names` are None where Kartverket is not asked. `sketched` gives the names
    on a drawing of the municipality with this number; it is looked at where Kartverket is not asked.
    """

    def __init__(
        self,
        addresses: Addresses | None = None,
        place_names: PlaceNames | None = None,
        sketched: Callable[[str], Iterable[NamedPoint]] = _nothing,
    ) -> None:
        self._addresses, self._place_names, self._sketched = addresses, place_names, sketched

    async def elsewhere(self, number: str, words: str) -> FoundElsewhere:
        """What Kartverket knows, both services asked at once; where it is not asked, what is drawn.

        Takes seconds where Kartverket does: to be called without a transaction.
        """
        if self._addresses is None or self._place_names is None:
            found = _called(words, self._sketched(number), lambda one: [one.name])
            places = [FoundPlace(one.name, "place", None, one.point[1], one.point[0], "municipality") for one in found]
            return FoundElsewhere(places, 0, 0)
        addresses, names = await asyncio.gather(
            _or_none(self._addresses.find(words, number, MOST)),
            _or_none(self._place_names.find(words, number, MOST)),
        )
        ordered = _ordered(words, [_of_address(one) for one in addresses or ()], [_of_name(one) for one in names or ()])
        return FoundElsewhere([one for one in ordered if _in_norway(one)], 2, (addresses is None) + (names is None))

    async def close(self) -> None:
        """Close the connections."""
        for asked in (self._addresses, self._place_names):
            if asked is not None:
                await asked.close()


async def search(
    here: Municipality, words: str, elsewhere: FoundElsewhere, languages: Sequence[str]
) -> list[FoundPlace]:
    """At most ten places: districts that everybody may read of, and what is known elsewhere.

    What is drawn lies within the border. Raises NoPlaceSearchNow where nobody who was asked answered, and the
    municipality itself knows nothing.
    """
    own = await _districts(words, languages)
    if elsewhere.asked and elsewhere.asked == elsewhere.silent and not own:
        raise NoPlaceSearchNow()
    border = None if here.boundary is None else drawn(here.boundary)
    others = [
        one
        for one in elsewhere.places
        if one.source == "kartverket" or border is None or holds_points(border, [(one.lon, one.lat)])
    ]
    return [*own, *others][:MOST]


async def _districts(words: str, languages: Sequence[str]) -> list[FoundPlace]:
    """Districts by their names in any language. They are compared here: the words do not go into the database."""
    rows = await Zone.filter(kind="district").order_by("id").values_list("id", "name")
    called = _called(words, rows, lambda row: row[1].values())[:_DISTRICTS]
    shapes = {zone.id: zone for zone in await among([row[0] for row in called])}
    found = []
    for identity, name in called:
        if identity in shapes:
            lon, lat = inner_point(shapes[identity].geometry)
            found.append(FoundPlace(pick(name, languages)[0], "district", None, lat, lon, "municipality"))
    return found


def _called(words: str, named: Iterable[T], names: Callable[[T], Iterable[str]]) -> list[T]:
    """Those that are called so: first the names that begin with the words, then those that have them in it."""
    wanted = " ".join(words.casefold().split())
    ranked = []
    for one in named:
        at = [place for name in names(one) if (place := name.casefold().find(wanted)) >= 0]
        if at:
            ranked.append((min(at) > 0, one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


async def _or_none(asked: Awaitable[list[T]]) -> list[T] | None:
    """What a service gives; None where it does not answer."""
    try:
        return await asked
    except NoAnswer:
        return None


def _of_address(one: StreetAddress) -> FoundPlace:
    return FoundPlace(one.text, "address", one.post or None, one.lat, one.lon, "kartverket")


def _of_name(one: PlaceName) -> FoundPlace:
    return FoundPlace(one.spelling, "place", one.kind or None, one.lat, one.lon, "kartverket")


def _ordered(words: str, addresses: Sequence[FoundPlace], names: Sequence[FoundPlace]) -> list[FoundPlace]:
    """Addresses first where a house number was written; else by turns, so that neither crowds the other out."""
    if any(sign.isdigit() for sign in words):
        return [*addresses, *names]
    turns = chain.from_iterable(zip_longest(names, addresses))
    return [one for one in turns if one is not None]


def _in_norway(place: FoundPlace) -> bool:
    west, south, east, north = NORWAY
    return west <= place.lon <= east and south <= place.lat <= north
