"""What residents can choose to follow: the districts of a municipality, and its topics."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint
from api.shapes import Page
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


async def list_districts(call: Call[None, Page]) -> Districts:
    """The districts that residents can follow."""
    found = await zones.page(call.work, call.query.after_id(), call.query.one_more, "district")
    shown, after = call.query.cut(found, lambda one: (one[0],))
    return Districts(
        items=[
            District(
                id=zone_id,
                name=pick(zone.name, call.languages)[0],
                parent_id=zone.parent_id,
                geometry=dict(zone.geometry),
            )
            for zone_id, zone in shown
        ],
        next=after,
    )


async def list_topics(call: Call) -> TopicsOffered:
    """The topics that residents can follow."""
    return TopicsOffered(
        items=[
            TopicOffered(key=topic.key, label=pick(topic.label, call.languages)[0])
            for topic in await list_interests(call.work)
        ]
    )


ENDPOINTS = [
    Endpoint(
        "GET", "/v1/municipalities/{number}/districts", list_districts, OPEN, query=Page, gives=Districts,
        town="number", refuses=(404,), etag=True, shared=True,
    ),
    Endpoint(
        "GET", "/v1/municipalities/{number}/interests", list_topics, OPEN, gives=TopicsOffered, town="number",
        refuses=(404,), etag=True, shared=True,
    ),
]  # fmt: skip
