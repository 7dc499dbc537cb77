"""Communications staff: the calendar of messages, and what phones show of a text."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, get, post
from api.schemas.common import RequestModel
from base.clock import now
from base.localized import Localized
from base.times import Instant
from base.validation import wrong
from municipality.roles import WRITERS
from push.audiences.rounding import Count
from push.campaigns import calendar, message_limits
from push.campaigns.calendar import PlannedMessage
from push.delivery import policy

LONGEST = timedelta(days=366)


class CalendarQuery(RequestModel):
    """Which days; from now on, and for three months, where not said."""

    since: Instant | None = None
    until: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        since = self.since or now()
        if not since < (self.until or since + timedelta(days=1)) <= since + LONGEST:
            raise wrong("until is after since, by a year at most")
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


class TextsBody(RequestModel):
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
    found = await calendar.planned_messages(call.work, since, call.query.until or since + timedelta(days=92))
    return Calendar(items=[_planned(each) for each in found])


def _planned(message: PlannedMessage) -> PlannedAnswer:
    campaign = message.campaign
    return PlannedAnswer(
        id=campaign.id,
        title=campaign.title,
        kind=campaign.kind,
        subject_kind=campaign.subject_kind,
        subject_id=campaign.subject_id,
        state=campaign.state,
        importance=campaign.importance,
        topic=campaign.topic,
        goes_at=campaign.due_at,
        expires_at=campaign.expires_at,
        waits_for_approval=campaign.waits_for_approval,
        audience_size=message.audience_size,
    )


async def show_texts(call: Call[TextsBody]) -> Faces:
    """See what phones of each platform show of a text, before it is sent."""
    message_limits.check_lengths(call.body.title, call.body.body)
    carried = (await policy.read_policy(call.work))[0].encrypted
    found = message_limits.platform_previews(call.body.title, call.body.body, carried=carried)
    return Faces(items=[FaceAnswer.model_validate(each, from_attributes=True) for each in found])


EXAMPLE = {"title": {"nb": "Hva skal skje med torget?"}, "body": {"nb": "Undersøkelsen er åpen til fredag."}}
ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/campaigns/calendar", read_calendar, staff(WRITERS)),
    post("/v1/staff/campaigns/texts", show_texts, staff(WRITERS), example=EXAMPLE, not_idempotent=ONLY_READS),
]
