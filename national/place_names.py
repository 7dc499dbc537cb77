"""Norway's official place names, asked of Kartverket's open service (`/stedsnavn/v1/navn`, CC BY 4.0).

https://api.kartverket.no/stedsnavn/v1 documents it: `sok` takes `*` as a wildcard, `knr` is a municipality's number,
`side` begins with 1, at most 500 hits are given at once. A place can have several names, and a name several spellings.
"""

from typing import Annotated, Final, NamedTuple, Self

from pydantic import BaseModel, Field, StringConstraints

from base.settings import Settings
from national.json_service import JsonService
from national.search_words import attempts, hits

ORIGIN: Final = "https://api.kartverket.no"
_PATH: Final = "/stedsnavn/v1/navn"
_WGS84: Final = "4326"


class PlaceName(NamedTuple):
    """A name as it is spelt, what kind of place bears it in Norwegian ("Tettsted"), its point in degrees (WGS84)."""

    spelling: str
    kind: str
    lat: float
    lon: float


class _NamePoint(BaseModel):
    lat: Annotated[float, Field(alias="nord", ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(alias="øst", ge=-180, le=180, allow_inf_nan=False)]


class _Municipality(BaseModel):
    kommunenummer: str


class _NameHit(BaseModel):
    spelling: Annotated[
        str, Field(alias="skrivemåte"), StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
    ]
    navneobjekttype: Annotated[str, StringConstraints(max_length=100)] = ""
    stedsnummer: int
    stedstatus: str = "aktiv"
    kommuner: list[_Municipality]
    representasjonspunkt: _NamePoint


class PlaceNames:
    """Looks place names up in one municipality."""

    def __init__(self, service: JsonService) -> None:
        self._service = service

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """As the settings say; None where Kartverket is not asked."""
        return cls(JsonService(settings.kartverket_url or ORIGIN)) if settings.asks_kartverket else None

    async def find(self, words: str, municipality: str, most: int) -> list[PlaceName]:
        """At most so many places of a municipality, by its number, whose names begin so. Raises NoAnswer."""
        for asked in attempts(words):
            where = {"knr": municipality, "utkoordsys": _WGS84, "treffPerSide": str(most), "side": "1"}
            answer = await self._service.ask(_PATH, {**asked, **where})
            found: dict[int, PlaceName] = {}
            for hit in hits(answer, "navn", _NameHit):
                if hit.stedstatus == "aktiv" and any(one.kommunenummer == municipality for one in hit.kommuner):
                    at = hit.representasjonspunkt
                    found.setdefault(hit.stedsnummer, PlaceName(hit.spelling, hit.navneobjekttype, at.lat, at.lon))
            if found:
                return list(found.values())[:most]
        return []

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()
