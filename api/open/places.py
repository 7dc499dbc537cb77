"""Addresses, place names and districts by what they are called, for whoever wants to look there on a map."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import RequestModel
from base.text import OneLine
from geofence.place_search import PlaceKind, Source, search
from municipality.directory import town

SEARCHES_A_MINUTE = 120


class PlaceWords(RequestModel):
    """What is looked for, and where."""

    municipality: Annotated[
        str, StringConstraints(pattern=r"^[0-9]{4}$"), Field(description="The municipality's number")
    ]

    q: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=2, max_length=80),
        OneLine,
        Field(description="The beginning of an address or a name. It is neither kept nor logged"),
    ]


class PlacePoint(BaseModel):
    """A point in degrees (WGS84)."""

    lat: float
    lon: float


class PlaceHit(BaseModel):
    """A place that is called so."""

    name: str
    kind: PlaceKind
    detail: str | None = Field(description="What tells it from others: postcode and town, or what kind of place it is")
    point: PlacePoint
    source: Source


class PlaceHits(BaseModel):
    """At most ten places, those first that fit best."""

    items: list[PlaceHit]
    next: str | None = None
    incomplete: bool = Field(description="Whether somebody who was asked did not answer")


async def search_places(call: Call[None, PlaceWords]) -> PlaceHits:
    """Addresses, place names and districts of a municipality that are called so.

    Where the installation asks Kartverket, the words go to Kartverket, without anything of who asks; else nowhere.
    """
    call.services.limits.count("place search", call.network, SEARCHES_A_MINUTE)
    words = call.query.q
    elsewhere = await call.services.places.elsewhere(call.query.municipality, words)
    found = await search(await town(call.work), words, elsewhere, call.languages)
    call.answer_headers["Cache-Control"] = "no-store"
    hits = [
        PlaceHit(
            name=one.name,
            kind=one.kind,
            detail=one.detail,
            point=PlacePoint(lat=one.lat, lon=one.lon),
            source=one.source,
        )
        for one in found
    ]
    return PlaceHits(items=hits, incomplete=elsewhere.silent > 0)


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/places/search",
        search_places,
        OPEN,
        town="query",
        refuses=(404, 422, 429),
        transaction="when needed",
    ),
]
