"""What residents can choose to follow: the districts of a municipality, and its topics."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from base.localized import pick
from geofence import zones
from municipality.interests import list_interests


class District(BaseModel):
    """A district, named in the reader's language; `geometry` is GeoJSON (lon, lat)."""

    id: UUID
    name: str
    parent_id: UUID | None
    geometry: dict[str, Any]


class Districts(BaseModel):
    """Districts, in the order of their ids."""

    items: list[District]
    next: str | None


class TopicOffered(BaseModel):
    """A topic: the key that a resident follows it by, and its name in the reader's language."""

    key: str
    label: str


class TopicsOffered(BaseModel):
    """Every topic."""

    items: list[TopicOffered] = Field(description="By key")
    next: str | None = None


async def list_districts(call: Call[None, PageQuery]) -> Districts:
    """The districts that residents can follow."""
    found = await zones.page(call.work, call.query.after_id(), call.query.one_more, "district")
    shown, after = call.query.cut(found, lambda one: (one.id,))
    return Districts(
        items=[
            District(
                id=zone.id,
                name=pick(zone.name, call.languages)[0],
                parent_id=zone.parent_id,
                geometry=zone.geometry,
            )
            for zone in shown
        ],
        next=after,
    )


async def list_topics(call: Call) -> TopicsOffered:
    """The topics that residents can follow."""
    return TopicsOffered(
        items=[
            TopicOffered(key=topic.key, label=pick(topic.label, call.languages)[0]) for topic in await list_interests()
        ]
    )


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/districts",
        list_districts,
        OPEN,
        town="number",
        refuses=(404,),
        etag=True,
        shared=True,
    ),
    get(
        "/v1/municipalities/{number}/interests",
        list_topics,
        OPEN,
        town="number",
        refuses=(404,),
        etag=True,
        shared=True,
    ),
]
