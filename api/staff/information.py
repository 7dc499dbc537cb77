"""Information for residents: published, corrected, taken away."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Key, Page, Sent
from api.staff import examples
from api.staff.subjects import whom_it_is_for
from base import clock
from base.localized import Localized
from base.times import Instant
from surveys import information
from surveys.information import Item

STAFF = staff("communications")


class InformationWritten(Sent):
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


def _item(written: InformationWritten) -> Item:
    return Item(
        written.title,
        written.body,
        tuple(written.areas),
        tuple(written.interests),
        written.published_at or clock.now(),
        written.expires_at,
    )


def _full(item_id: UUID, item: Item) -> InformationInFull:
    return InformationInFull(
        id=item_id,
        title=item.title,
        body=item.body,
        areas=list(item.areas),
        interests=list(item.interests),
        published_at=item.published_at,
        expires_at=item.expires_at,
    )


async def publish_information(call: Call[InformationWritten, None]) -> InformationInFull:
    """Publish an item."""
    await whom_it_is_for(call.work, call.body.areas, call.body.interests)
    item_id = await information.publish(call.work, _item(call.body))
    return _full(item_id, await information.read(call.work, item_id))


async def list_information(call: Call[None, Page]) -> InformationList:
    """Every item, the youngest first."""
    found = await information.page(call.work, call.query.after_time(), call.query.one_more)
    shown, after = call.query.cut(found, lambda one: (one[1].published_at, one[0]))
    return InformationList(items=[_full(*one) for one in shown], next=after)


async def read_information(call: Call[None, None]) -> InformationInFull:
    """One item."""
    return _full(call.id(), await information.read(call.work, call.id()))


async def replace_information(call: Call[InformationWritten, None]) -> InformationInFull:
    """Replace an item."""
    await whom_it_is_for(call.work, call.body.areas, call.body.interests)
    await information.replace(call.work, call.id(), _item(call.body))
    return _full(call.id(), await information.read(call.work, call.id()))


async def withdraw_information(call: Call[None, None]) -> None:
    """Take an item away."""
    await information.withdraw(call.work, call.id())


ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/staff/information",
        publish_information,
        STAFF,
        body=InformationWritten,
        example=examples.INFORMATION,
        gives=InformationInFull,
        status=201,
        refuses=(403, 413, 422),
    ),
    Endpoint(
        "GET",
        "/v1/staff/information",
        list_information,
        STAFF,
        query=Page,
        gives=InformationList,
        refuses=(403,),
    ),
    Endpoint(
        "GET",
        "/v1/staff/information/{id:uuid}",
        read_information,
        STAFF,
        gives=InformationInFull,
        refuses=(403, 404),
    ),
    Endpoint(
        "PUT",
        "/v1/staff/information/{id:uuid}",
        replace_information,
        STAFF,
        body=InformationWritten,
        example=examples.INFORMATION,
        gives=InformationInFull,
        refuses=(403, 404, 413, 422),
    ),
    Endpoint(
        "DELETE",
        "/v1/staff/information/{id:uuid}",
        withdraw_information,
        STAFF,
        status=204,
        refuses=(403, 404),
    ),
]
