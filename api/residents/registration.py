"""Joining, joining with a second device, and leaving with one."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.http.authentication import OPEN, RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, post
from api.schemas.common import Line, RequestModel, Tag
from base.errors import invalid
from base.tenant import open_to_all
from municipality.directory import NoSuchMunicipality, find_municipality
from residents import credentials, registration


class Registration(RequestModel):
    """A device that joins. With `link`, the one-time code of a registration that it becomes part of."""

    municipality: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    language: Tag
    platform: Literal["android", "ios", "web"]
    app_version: Annotated[Line, StringConstraints(max_length=32)]
    link: Annotated[Line, StringConstraints(max_length=64)] | None = None


class RegisteredResponse(BaseModel, title="Registered"):
    """The registration, and the token of this device: shown this once."""

    id: UUID
    token: str
    municipality: UUID


class Rotated(BaseModel):
    """The device's new token; the old one is nobody's."""

    id: UUID
    token: str
    municipality: UUID


class LinkResponse(BaseModel, title="Link"):
    """A one-time code that joins another device to the same registration."""

    id: UUID
    code: str = Field(examples=["7K3M-9PQX-2RTV"])
    expires_at: AwareDatetime


def token_of(call: Call) -> str:
    """The token that this device called with."""
    return call.headers["authorization"].partition(" ")[2].strip()


async def register(call: Call[Registration]) -> RegisteredResponse:
    """Register: no name, no number, no e-mail. The answer's token is all that proves who you are."""
    call.services.limits.count("registration", call.network, call.services.settings.registrations_per_minute)
    try:
        municipality = await find_municipality(call.body.municipality)
    except NoSuchMunicipality as unknown:
        raise invalid("/municipality", unknown.sentence) from None
    await call.work.bind(open_to_all(municipality))
    sent = call.body
    found = await registration.register(call.work, sent.language, sent.platform, sent.app_version, sent.link)
    return RegisteredResponse(id=found.id, token=found.token, municipality=found.municipality)


async def link_device(call: Call) -> LinkResponse:
    """Get a one-time code that joins another device to this registration within 15 minutes."""
    made = await registration.link(call.tenant.resident)
    return LinkResponse(id=made.id, code=made.code, expires_at=made.expires_at)


async def rotate_token(call: Call) -> Rotated:
    """Replace this device's token by a new one."""
    token = await credentials.rotate(call.work, token_of(call))
    return Rotated(id=call.tenant.resident, token=token, municipality=call.tenant.municipality)


async def sign_out(call: Call) -> None:
    """Sign this device out; the registration and its other devices stay."""
    await credentials.sign_out(call.work, token_of(call))


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/residents",
        register,
        OPEN,
        status=201,
        refuses=(429,),
        example={"municipality": "3907", "language": "nb", "platform": "android", "app_version": "1.0"},
    ),
    post("/v1/me/links", link_device, RESIDENT, status=201),
    post("/v1/me/token", rotate_token, RESIDENT, status=201),
    delete("/v1/me/token", sign_out, RESIDENT, status=204),
]
