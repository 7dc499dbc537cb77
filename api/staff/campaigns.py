"""Communications staff: messages from draft to done."""

from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Page
from api.staff.audiences import AudienceBody
from api.staff.subjects import must_be_there
from base.localized import Localized
from base.times import Instant
from push import campaigns, trial
from push.audiences import Audience
from push.campaigns import Campaign, Draft, Importance, Kind, SubjectKind
from push.counts import Count
from push.criteria import InterestKey
from push.progress import Progress, of_each, progress


class SubjectBody(BaseModel):
    """What a message is about."""

    model_config = ConfigDict(extra="forbid")

    kind: SubjectKind
    id: UUID


class CampaignBody(BaseModel):
    """A message as staff write it. A reminder `reminds` of another message: it is for whom that was for, about what
    that was about, and the app hides it from those who have answered. `topic` is the key of an interest, for the cap
    per topic; where it is left out, the only interest of the audience.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "announcement"
    reminds: UUID | None = None
    topic: InterestKey | None = None
    subject: SubjectBody | None = None
    audience: AudienceBody | None = None
    title: Localized
    body: Localized
    importance: Importance = "active"
    send_at: Instant | None = None
    expires_at: Instant

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if self.kind == "reminder":
            if self.audience is not None or self.subject is not None:
                raise ValueError("a reminder has the audience and the subject of what it reminds of")
        elif self.audience is None:
            raise ValueError("needs an audience")
        return self

    def draft(self) -> Draft:
        """As the house knows it."""
        subject = self.subject
        return Draft(
            self.audience.audience() if self.audience else Audience(), self.title, self.body, self.expires_at,
            self.importance, subject.kind if subject else None, subject.id if subject else None, self.send_at,
            self.kind, self.reminds, self.topic,
        )  # fmt: skip


class CampaignAnswer(BaseModel):
    """A message and what became of it, counted in residents. Numbers are rounded to 5, up or down by chance, and hidden
    under the municipality's smallest group, where none is as few as one; of an audience under three of these its size
    alone is shown. A draft has none.
    """

    id: UUID
    state: Literal["draft", "launched", "done", "recalled"]
    kind: Kind
    reminds: UUID | None
    topic: str | None
    subject: SubjectBody | None
    audience: AudienceBody
    title: dict[str, str]
    body: dict[str, str]
    importance: Importance
    send_at: AwareDatetime | None
    expires_at: AwareDatetime
    created_at: AwareDatetime
    launched_at: AwareDatetime | None
    waits_for_approval: bool
    audience_size: Count
    queued: Count
    deferred: Count
    sent: Count
    failed: Count
    gone: Count
    withheld: Count
    expired: Count
    recalled: Count
    without_consent: Count
    reasons: dict[str, Count]
    first_after_s: float | None = Field(description="Seconds from when it was due to the first message sent")
    p95_after_s: float | None = Field(description="Seconds until 95 of 100 messages were sent")
    by_platform: dict[str, dict[str, Count]] = Field(
        description="The same by platform (android, ios, web): each resident once for each platform they have"
    )
    addresses_pruned: Count = Field(description="Residents with an address that led nowhere any more and was removed")
    counted_at: AwareDatetime | None = Field(
        description="When this was counted; a large audience is counted now and then"
    )


class CampaignPage(BaseModel):
    """Messages, the youngest first."""

    items: list[CampaignAnswer]
    next: str | None


class PageQuery(Page):
    """Which page of a list; each item is counted, so pages are smaller."""

    limit: int = Field(20, ge=1, le=100)


class TestBody(BaseModel):
    """Whom to try a message on: the one-time code that one's own app shows."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z \-]+$", examples=["7K2M-9QXT-4HWD"])


class TestAnswer(BaseModel):
    """How many devices the message was sent to."""

    devices: int


async def write_campaign(call: Call[CampaignBody]) -> CampaignAnswer:
    """Write a message; nothing is sent before it is launched."""
    return await _answer(call, await campaigns.write(call.work, await _about_something(call)))


async def _about_something(call: Call[CampaignBody]) -> Draft:
    subject = call.body.subject
    if subject is not None:
        await must_be_there(call.work, subject.kind, subject.id, "/subject/id")
    return call.body.draft()


async def rewrite_campaign(call: Call[CampaignBody]) -> CampaignAnswer:
    """Replace a message that is still a draft."""
    await campaigns.rewrite(call.work, call.id(), await _about_something(call))
    return await _answer(call, call.id())


async def discard_campaign(call: Call) -> None:
    """Throw away a message that is still a draft."""
    await campaigns.discard(call.work, call.id())


async def list_campaigns(call: Call[None, PageQuery]) -> CampaignPage:
    """All messages, the youngest first."""
    found = await campaigns.page(call.work, call.query.after_time(), call.query.one_more)
    shown, after = call.query.cut(found, lambda each: (each.created_at, each.id))
    stand = await of_each(call.work, shown)
    items = [_shown(each, stand[each.id]) for each in shown]
    return CampaignPage(items=items, next=after)


async def read_campaign(call: Call) -> CampaignAnswer:
    """A message and what became of it so far."""
    return await _answer(call, call.id())


async def launch_campaign(call: Call) -> CampaignAnswer:
    """Launch a message: its audience is frozen, and sending begins when it is due.

    An emergency, and any message where the municipality wants it so, needs two people: asked by whoever wrote it, it
    waits for somebody else to launch it.
    """
    await campaigns.launch(call.work, call.id())
    return await _answer(call, call.id())


async def recall_campaign(call: Call) -> CampaignAnswer:
    """Send nothing more of a message."""
    await campaigns.recall(call.work, call.id())
    return await _answer(call, call.id())


async def try_campaign(call: Call[TestBody]) -> TestAnswer:
    """Try a message on oneself: on the devices of the registration whose app shows this one-time code."""
    return TestAnswer(devices=await trial.queue(call.work, call.id(), call.body.code))


async def _answer(call: Call[CampaignBody] | Call, campaign: UUID) -> CampaignAnswer:
    found = await campaigns.read(call.work, campaign)
    return _shown(found, await progress(call.work, found))


def _shown(campaign: Campaign, stands: Progress) -> CampaignAnswer:
    draft = campaign.draft
    subject = None
    if draft.subject_kind is not None and draft.subject_id is not None:
        subject = SubjectBody(kind=draft.subject_kind, id=draft.subject_id)
    return CampaignAnswer(
        id=campaign.id, state=campaign.state, kind=draft.kind, reminds=draft.reminds, topic=draft.topic,
        subject=subject, audience=AudienceBody.of(draft.audience),
        title=dict(draft.title), body=dict(draft.body), importance=draft.importance, send_at=draft.send_at,
        expires_at=draft.expires_at, created_at=campaign.created_at, launched_at=campaign.launched_at,
        waits_for_approval=campaign.waits_for_approval,
        audience_size=stands.audience, without_consent=stands.without_consent, reasons=dict(stands.reasons),
        first_after_s=stands.first_s, p95_after_s=stands.p95_s,
        by_platform={each: dict(of_it) for each, of_it in stands.platforms.items()},
        addresses_pruned=stands.pruned, counted_at=stands.counted_at,
        **stands.counts,
    )  # fmt: skip


EXAMPLE = {
    "audience": {"areas": [], "interests": ["culture"], "languages": []},
    "title": {"nb": "Hva skal skje med torget?"},
    "body": {"nb": "Undersøkelsen er åpen til fredag."},
    "expires_at": "2026-12-31T12:00:00Z",
}
_COMMUNICATIONS = staff("communications")
_ONE = "/v1/staff/campaigns/{id:uuid}"
ENDPOINTS = [
    Endpoint("GET", "/v1/staff/campaigns", list_campaigns, _COMMUNICATIONS, query=PageQuery, gives=CampaignPage),
    Endpoint(
        "POST", "/v1/staff/campaigns", write_campaign, _COMMUNICATIONS, body=CampaignBody, gives=CampaignAnswer,
        status=201, refuses=(409,), example=EXAMPLE,
    ),
    Endpoint("GET", _ONE, read_campaign, _COMMUNICATIONS, gives=CampaignAnswer),
    Endpoint(
        "PUT", _ONE, rewrite_campaign, _COMMUNICATIONS, body=CampaignBody, gives=CampaignAnswer, refuses=(409,),
        example=EXAMPLE,
    ),
    Endpoint("DELETE", _ONE, discard_campaign, _COMMUNICATIONS, status=204, refuses=(409,)),
    Endpoint(
        "POST", _ONE + "/launch", launch_campaign, _COMMUNICATIONS, gives=CampaignAnswer, status=202, refuses=(409,)
    ),
    Endpoint("POST", _ONE + "/recall", recall_campaign, _COMMUNICATIONS, gives=CampaignAnswer, refuses=(409,)),
    Endpoint(
        "POST", _ONE + "/test", try_campaign, _COMMUNICATIONS, body=TestBody, gives=TestAnswer, status=202,
        refuses=(403, 409), example={"code": "7K2M-9QXT-4HWD"},
    ),
]  # fmt: skip
