"""Norway's official addresses, asked of Kartverket's open address service (`/adresser/v1/sok`, NLOD).

https://ws.geonorge.no/adresser/v1 documents it: `sok` takes `*` as a wildcard and needs all of its words, `side` begins
with 0, points come in the system that `utkoordsys` names.
"""

from typing import Annotated, Final, NamedTuple, Self

from pydantic import BaseModel, Field, StringConstraints

from base.settings import Settings
from national.json_service import JsonService
from national.search_words import attempts, hits

ORIGIN: Final = "https://ws.geonorge.no"
_PATH: Final = "/adresser/v1/sok"
_WGS84: Final = "4326"


class StreetAddress(NamedTuple):
    """An address as its sign says it, its postcode and town, and its point in degrees (WGS84)."""

    text: str
    post: str
    lat: float
    lon: float


class _AddressPoint(BaseModel):
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class _AddressHit(BaseModel):
    adressetekst: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    postnummer: Annotated[str, StringConstraints(max_length=10)] = ""
    poststed: Annotated[str, StringConstraints(max_length=100)] = ""
    kommunenummer: str
    representasjonspunkt: _AddressPoint


class Addresses:
    """Looks addresses up in one municipality."""

    def __init__(self, service: JsonService) -> None:
        self._service = service

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """As the settings say; None where Kartverket is not asked."""
        return cls(JsonService(settings.kartverket_url or ORIGIN)) if settings.asks_kartverket else None

    async def find(self, words: str, municipality: str, most: int) -> list[StreetAddress]:
        """At most so many addresses of a municipality, by its number, that begin like these words. Raises NoAnswer."""
        for asked in attempts(words):
            where = {"kommunenummer": municipality, "utkoordsys": _WGS84, "treffPerSide": str(most), "side": "0"}
            answer = await self._service.ask(_PATH, {**asked, **where})
            found = [one for one in hits(answer, "adresser", _AddressHit) if one.kommunenummer == municipality]
            if found:
                return [_read(one) for one in found[:most]]
        return []

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()


def _read(hit: _AddressHit) -> StreetAddress:
    post = f"{hit.postnummer} {hit.poststed}".strip()
    return StreetAddress(hit.adressetekst, post, hit.representasjonspunkt.lat, hit.representasjonspunkt.lon)
