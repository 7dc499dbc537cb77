"""Communications staff: the calendar of messages, and what phones show of a text."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from api.callers import staff
from api.endpoint import ONLY_READS, Call, Endpoint
from api.shapes import Sent
from base.clock import now
from base.localized import Localized
from base.times import Instant
from push import manners, planned, texts
from push.counts import Count

LONGEST = timedelta(days=366)


class CalendarQuery(Sent):
    """Which days; from now on, and for three months, where not said."""

    since: Instant | None = None
    until: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        since = self.since or now()
        if not since < (self.until or since + timedelta(days=1)) <= since + LONGEST:
            raise ValueError("until is after since, by a year at most")
        return self


class PlannedAnswer(BaseModel):
    """A message in the calendar: when it goes, and until when what it announces stands."""

    id: UUID
    title: dict[str, str]
    kind: str
    subject_kind: str | None
    subject_id: UUID | None
    state: str
    importance: str
    topic: str | None
    goes_at: AwareDatetime
    expires_at: AwareDatetime
    waits_for_approval: bool
    audience_size: Count | None


class Calendar(BaseModel):
    """What goes out or stands within some days, in the order in which it goes."""

    items: list[PlannedAnswer]


class TextsBody(Sent):
    """A message's words, in each of its languages."""

    title: Localized
    body: Localized


class FaceAnswer(BaseModel):
    """What one platform usually shows of a message in one language: on the lock screen, and once the app has it."""

    platform: str
    language: str
    locked_title: str
    locked_body: str
    title: str
    body: str
    cut: bool = Field(description="Whether the platform usually shows less than all of it")


class Faces(BaseModel):
    """What each platform shows, language by language."""

    items: list[FaceAnswer]


async def read_calendar(call: Call[None, CalendarQuery]) -> Calendar:
    """What is planned, what is under way and what still stands, so that messages do not pile up unknowingly."""
    since = call.query.since or now()
    found = await planned.planned(call.work, since, call.query.until or since + timedelta(days=92))
    return Calendar(items=[PlannedAnswer.model_validate(each, from_attributes=True) for each in found])


async def show_texts(call: Call[TextsBody]) -> Faces:
    """See what phones of each platform show of a text, before it is sent."""
    texts.check(call.body.title, call.body.body)
    carried = (await manners.read(call.work))[0].encrypted
    found = texts.faces(call.body.title, call.body.body, carried=carried)
    return Faces(items=[FaceAnswer.model_validate(each, from_attributes=True) for each in found])


EXAMPLE = {"title": {"nb": "Hva skal skje med torget?"}, "body": {"nb": "Undersøkelsen er åpen til fredag."}}
ENDPOINTS = [
    Endpoint(
        "GET", "/v1/staff/campaigns/calendar", read_calendar, staff("communications"), query=CalendarQuery,
        gives=Calendar,
    ),
    Endpoint(
        "POST", "/v1/staff/campaigns/texts", show_texts, staff("communications"), body=TextsBody, gives=Faces,
        example=EXAMPLE, not_idempotent=ONLY_READS,
    ),
]  # fmt: skip
