"""Information for residents: published, corrected, taken away."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import Key, PageQuery, RequestModel
from api.staff import examples
from api.staff.subjects import whom_it_is_for
from base import clock
from base.localized import Localized
from base.times import Instant
from municipality.roles import WRITERS
from surveys import information
from surveys.models import Information


class InformationWritten(RequestModel):
    """An item; with neither areas nor interests it is for everybody."""

    title: Localized
    body: Localized
    areas: list[UUID] = Field(default_factory=list, max_length=200)
    interests: list[Key] = Field(default_factory=list, max_length=50)
    published_at: Instant | None = None
    expires_at: Instant | None = None


class InformationInFull(BaseModel):
    """An item in every language."""

    id: UUID
    title: dict[str, str]
    body: dict[str, str]
    areas: list[UUID]
    interests: list[str]
    published_at: AwareDatetime
    expires_at: AwareDatetime | None


class InformationList(BaseModel):
    """Items, the youngest first."""

    items: list[InformationInFull]
    next: str | None


def _item(written: InformationWritten) -> Information:
    return Information(
        title=written.title,
        body=written.body,
        areas=written.areas,
        interests=written.interests,
        published_at=written.published_at or clock.now(),
        expires_at=written.expires_at,
    )


def _full(item: Information) -> InformationInFull:
    return InformationInFull.model_validate(item, from_attributes=True)


async def publish_information(call: Call[InformationWritten, None]) -> InformationInFull:
    """Publish an item."""
    await whom_it_is_for(call.body.areas, call.body.interests)
    item = await information.publish(_item(call.body))
    return _full(await information.read(item.id))


async def list_information(call: Call[None, PageQuery]) -> InformationList:
    """Every item, the youngest first."""
    found = await information.page(call.query.after_time(), call.query.one_more)
    shown, after = call.query.cut(found, lambda one: (one.published_at, one.id), lambda one: [one.title, one.body])
    return InformationList(items=[_full(one) for one in shown], next=after)


async def read_information(call: Call[None, None]) -> InformationInFull:
    """One item."""
    return _full(await information.read(call.id()))


async def replace_information(call: Call[InformationWritten, None]) -> InformationInFull:
    """Replace an item."""
    await whom_it_is_for(call.body.areas, call.body.interests)
    await information.replace(call.id(), _item(call.body))
    return _full(await information.read(call.id()))


async def end_information(call: Call[None, None]) -> InformationInFull:
    """Show an item no longer: it ends now."""
    await information.end(call.id())
    return _full(await information.read(call.id()))


async def withdraw_information(call: Call[None, None]) -> None:
    """Take an item away."""
    await information.withdraw(call.id())


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/information",
        publish_information,
        staff(WRITERS),
        example=examples.INFORMATION,
        status=201,
        refuses=(403, 413, 422),
    ),
    get("/v1/staff/information", list_information, staff(WRITERS), refuses=(403,)),
    get("/v1/staff/information/{id:uuid}", read_information, staff(WRITERS), refuses=(403, 404)),
    put(
        "/v1/staff/information/{id:uuid}",
        replace_information,
        staff(WRITERS),
        example=examples.INFORMATION,
        refuses=(403, 404, 413, 422),
    ),
    post("/v1/staff/information/{id:uuid}/end", end_information, staff(WRITERS), refuses=(403, 404, 409)),
    delete("/v1/staff/information/{id:uuid}", withdraw_information, staff(WRITERS), status=204, refuses=(403, 404)),
]
