"""How often a resident may be asked at places in a day."""

from typing import Annotated

from pydantic import Field

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Sent, Whole
from geofence import caps


class PresenceManners(Sent):
    """How many triggers may fire for one resident in a day, over all of them: the most important first."""

    per_day: Annotated[Whole, Field(ge=1, le=50)]


async def read_presence_manners(call: Call) -> PresenceManners:
    """How often a resident may be asked at places in a day."""
    return PresenceManners(per_day=await caps.per_day(call.work))


async def change_presence_manners(call: Call[PresenceManners]) -> PresenceManners:
    """Change it; it holds at once, and what has fired today counts."""
    await caps.set_per_day(call.work, call.body.per_day)
    return call.body


ENDPOINTS = [
    Endpoint("GET", "/v1/staff/presence", read_presence_manners, staff("communications"), gives=PresenceManners),
    Endpoint(
        "PUT", "/v1/staff/presence", change_presence_manners, staff("communications"), body=PresenceManners,
        gives=PresenceManners, example={"per_day": 5},
    ),
]  # fmt: skip
