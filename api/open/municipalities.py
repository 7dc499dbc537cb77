"""Which municipalities are served here, and what everybody may know of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from base.localized import pick
from consent.notices import notices_in_force
from municipality.ages import consent_age
from municipality.directory import list_municipalities, town
from municipality.models import Municipality


class MunicipalityLine(BaseModel):
    """A municipality: its number now, and its name in the reader's language."""

    id: UUID
    number: str
    name: str
    names: dict[str, str]
    languages: list[str]


class Municipalities(BaseModel):
    """The municipalities served here, by number."""

    items: list[MunicipalityLine]
    next: str | None = None


class PurposeInForce(BaseModel):
    """A purpose for which the municipality asks consent, or processes as a public task."""

    purpose: str
    notice_version: int
    legal_basis: str
    title: str
    text: str
    data_categories: list[str]
    systems: list[str]
    retention: str
    withdraw: str


class MunicipalityInFull(MunicipalityLine):
    """What everybody may know of a municipality; `boundary` is GeoJSON (lon, lat)."""

    timezone: str
    boundary: dict[str, Any] | None
    contact: dict[str, Any]
    smallest_group: int
    age_of_consent: int
    purposes: list[PurposeInForce]


def _line(here: Municipality, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "id": here.id,
        "number": here.number,
        "name": pick(here.name, [*languages, *here.languages])[0],
        "names": dict(here.name),
        "languages": list(here.languages),
    }


async def municipalities(call: Call) -> Municipalities:
    """The municipalities served here."""
    return Municipalities(
        items=[MunicipalityLine(**_line(here, call.languages)) for here in await list_municipalities()]
    )


async def municipality(call: Call) -> MunicipalityInFull:
    """A municipality: its name, languages, boundary, contact, and the purposes it processes data for."""
    here = await town(call.work)
    purposes = []
    for notice in (await notices_in_force()).values():
        text = notice.texts[notice.nearest_language(*call.languages, *here.languages)]
        purposes.append(
            PurposeInForce(
                purpose=notice.purpose,
                notice_version=notice.version,
                legal_basis=notice.legal_basis,
                title=text.title,
                text=text.text,
                data_categories=list(text.data_categories),
                systems=list(text.systems),
                retention=text.retention,
                withdraw=text.withdraw,
            )
        )
    call.set_content_language(pick(here.name, [*call.languages, *here.languages])[1])
    return MunicipalityInFull(
        **_line(here, call.languages),
        timezone=here.timezone,
        boundary=None if here.boundary is None else dict(here.boundary),
        contact=dict(here.contact),
        smallest_group=here.smallest_group,
        age_of_consent=consent_age(here),
        purposes=purposes,
    )


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/municipalities", municipalities, OPEN, etag=True),
    get("/v1/municipalities/{number}", municipality, OPEN, town="number", etag=True, shared=True),
]
