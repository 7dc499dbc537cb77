"""When and how often the municipality writes to its residents."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Sent, Whole, Yes
from push import manners
from push.manners import Manners

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Most = Annotated[Whole, Field(ge=1, le=1000)]


class QuietBody(Sent):
    """Hours of the wall clock where the phone is, over midnight too, in which nothing but an emergency is sent."""

    start: Clock = Field(alias="from", examples=["21:00"])
    end: Clock = Field(alias="to", examples=["07:00"])

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.start == self.end:
            raise ValueError("quiet hours end at another time than they begin")
        return self


class MannersBody(Sent):
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
    return _shown((await manners.read(call.work))[0])


async def change_manners(call: Call[MannersBody]) -> MannersBody:
    """Change it; for what is not sent yet it holds at once."""
    sent = call.body
    quiet = sent.quiet_hours
    changed = Manners(
        quiet.start if quiet else None, quiet.end if quiet else None, sent.per_day, sent.per_week, sent.second_person,
        sent.per_topic_per_week, sent.encrypted,
    )  # fmt: skip
    await manners.write(call.work, changed)
    return _shown(changed)


def _shown(found: Manners) -> MannersBody:
    quiet = None
    if found.quiet_from is not None and found.quiet_to is not None:
        quiet = QuietBody.model_validate({"from": found.quiet_from, "to": found.quiet_to})
    return MannersBody(
        quiet_hours=quiet, per_day=found.per_day, per_week=found.per_week, second_person=found.second_person,
        per_topic_per_week=found.per_topic_per_week, encrypted=found.encrypted,
    )  # fmt: skip


EXAMPLE = {
    "quiet_hours": {"from": "21:00", "to": "07:00"},
    "per_day": 2,
    "per_week": 5,
    "second_person": False,
}
ENDPOINTS = [
    Endpoint("GET", "/v1/staff/manners", read_manners, staff("communications"), gives=MannersBody),
    Endpoint(
        "PUT", "/v1/staff/manners", change_manners, staff("communications"), body=MannersBody, gives=MannersBody,
        example=EXAMPLE,
    ),
]  # fmt: skip
