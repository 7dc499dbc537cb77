"""From which age residents say yes for themselves."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, put
from api.schemas.common import RequestModel, Whole
from base.times import Day
from municipality import ages
from municipality.ages import Age
from municipality.roles import OFFICERS


class AgeSent(RequestModel):
    """An age in years (13 to 18, GDPR article 8 and what a municipality may ask beyond it), from a day on."""

    since: Day = Field(alias="from", examples=["2027-07-01"])
    years: Annotated[Whole, Field(ge=13, le=18)]


class AgesBody(RequestModel):
    """Every age, in force and to come."""

    items: Annotated[list[AgeSent], Field(max_length=20)]


class AgesShown(BaseModel):
    """Every age that has been set, by its day; before the first, the one the municipality was founded with holds."""

    items: list[AgeSent]


async def read_ages(call: Call) -> AgesShown:
    """From which age residents say yes for themselves, and from when."""
    return _shown(await ages.ages(call.work))


async def set_ages(call: Call[AgesBody]) -> AgesShown:
    """Set the ages anew. What was said under another age stands."""
    await ages.write(call.work, [Age(age.since, age.years) for age in call.body.items])
    return _shown(await ages.ages(call.work))


def _shown(found: list[Age]) -> AgesShown:
    return AgesShown(items=[AgeSent.model_validate({"from": age.since, "years": age.years}) for age in found])


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/ages", read_ages, staff(OFFICERS)),
    put("/v1/staff/ages", set_ages, staff(OFFICERS), example={"items": [{"from": "2027-07-01", "years": 16}]}),
]
