"""How often a resident may be asked at places in a day."""

from typing import Annotated

from pydantic import Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, put
from api.schemas.common import RequestModel, Whole
from geofence import daily_cap
from municipality.roles import WRITERS


class PresenceManners(RequestModel):
    """How many triggers may fire for one resident in a day, over all of them: the most important first."""

    per_day: Annotated[Whole, Field(ge=1, le=50)]


async def read_presence_manners(call: Call) -> PresenceManners:
    """How often a resident may be asked at places in a day."""
    return PresenceManners(per_day=await daily_cap.per_day(call.work))


async def change_presence_manners(call: Call[PresenceManners]) -> PresenceManners:
    """Change it; it holds at once, and what has fired today counts."""
    await daily_cap.set_per_day(call.work, call.body.per_day)
    return call.body


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/presence", read_presence_manners, staff(WRITERS)),
    put("/v1/staff/presence", change_presence_manners, staff(WRITERS), example={"per_day": 5}),
]
