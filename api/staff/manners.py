"""When and how often the municipality writes to its residents."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, put
from api.schemas.common import RequestModel, Whole, Yes
from base.validation import wrong
from municipality.roles import WRITERS
from push.delivery import policy
from push.delivery.policy import SendingPolicy

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Most = Annotated[Whole, Field(ge=1, le=1000)]


class QuietBody(RequestModel):
    """Hours of the wall clock where the phone is, over midnight too, in which nothing but an emergency is sent."""

    start: Clock = Field(alias="from", examples=["21:00"])
    end: Clock = Field(alias="to", examples=["07:00"])

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.start == self.end:
            raise wrong("quiet hours end at another time than they begin")
        return self


class MannersBody(RequestModel):
    """When the municipality is quiet, how often it writes to somebody at most (in all, and of one topic), whether two
    must agree to a campaign, whether phones that can read them get messages themselves, encrypted to them alone.

    What may not go is deferred, never dropped, and goes as soon as it may, unless its own deadline comes first.
    """

    quiet_hours: QuietBody | None = None
    per_day: Most | None = None
    per_week: Most | None = None
    second_person: Yes = False
    per_topic_per_week: Most | None = None
    encrypted: Yes = False


async def read_manners(call: Call) -> MannersBody:
    """When and how often the municipality writes to its residents."""
    return _shown((await policy.read_policy(call.work))[0])


async def change_manners(call: Call[MannersBody]) -> MannersBody:
    """Change it; for what is not sent yet it holds at once."""
    sent = call.body
    quiet = sent.quiet_hours
    changed = SendingPolicy(
        quiet_from=quiet.start if quiet else None,
        quiet_to=quiet.end if quiet else None,
        per_day=sent.per_day,
        per_week=sent.per_week,
        second_person=sent.second_person,
        per_topic_per_week=sent.per_topic_per_week,
        encrypted=sent.encrypted,
    )
    await policy.change_policy(call.work, changed)
    return _shown(changed)


def _shown(found: SendingPolicy) -> MannersBody:
    quiet = None
    if found.quiet_from is not None and found.quiet_to is not None:
        quiet = QuietBody.model_validate({"from": found.quiet_from, "to": found.quiet_to})
    return MannersBody(
        quiet_hours=quiet,
        per_day=found.per_day,
        per_week=found.per_week,
        second_person=found.second_person,
        per_topic_per_week=found.per_topic_per_week,
        encrypted=found.encrypted,
    )


EXAMPLE = {
    "quiet_hours": {"from": "21:00", "to": "07:00"},
    "per_day": 2,
    "per_week": 5,
    "second_person": False,
}
ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/manners", read_manners, staff(WRITERS)),
    put("/v1/staff/manners", change_manners, staff(WRITERS), example=EXAMPLE),
]
