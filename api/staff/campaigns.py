"""Communications staff: messages from draft to done."""

from typing import Literal, Self, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import PageQuery
from api.staff.audiences import AudienceBody
from api.staff.subjects import must_be_there
from base.localized import Localized
from base.subjects import SubjectKind
from base.times import Instant
from base.validation import wrong
from municipality.roles import WRITERS
from push.audiences.audience import Audience
from push.audiences.criteria import InterestKey
from push.audiences.rounding import Count
from push.campaigns import campaigns, trial
from push.campaigns.approval import Approval, approval_of, approval_of_each
from push.campaigns.progress import Progress, progress_of, progress_of_each
from push.couriers.configured import is_set_up
from push.models import Campaign, CampaignState, Importance
from surveys.deadlines import deadline_of

WrittenKind = Literal["announcement", "reminder", "outcome"]


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

    kind: WrittenKind = "announcement"
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
                raise wrong("a reminder has the audience and the subject of what it reminds of")
        elif self.audience is None:
            raise wrong("needs an audience")
        return self

    def draft(self) -> Campaign:
        """As the house knows it."""
        audience = self.audience.audience() if self.audience else Audience()
        return Campaign(
            subject_kind=self.subject.kind if self.subject else None,
            subject_id=self.subject.id if self.subject else None,
            audience=audience.stored(),
            **self.model_dump(exclude={"subject", "audience"}),
        )


class ApprovalAnswer(BaseModel):
    """Who must say yes to a message before it goes out, and whether whoever reads this may."""

    needs_two: bool
    asked_by: str | None = Field(description="The first of the two: who wrote it, or asked for it where a key wrote it")
    may_launch: bool
    vouched_for_by_first: bool = Field(description="The first made the link that you signed in by: sign in by another")
    approvers: list[str] = Field(description="Others who may be the second, by name, some of them where they are many")


class CampaignAnswer(BaseModel):
    """A message and what became of it, counted in residents. Numbers are rounded to 5, up or down by chance, and hidden
    under the municipality's smallest group, where none is as few as one; of an audience under three of these its size
    alone is shown. A draft has none.
    """

    id: UUID
    state: CampaignState
    kind: WrittenKind
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
    approval: ApprovalAnswer | None = Field(description="Of a draft")
    audience_size: Count
    queued: Count
    deferred: Count
    sent: Count
    logged: Count = Field(
        description="Nothing wakes their phones from here, since no push service is set up: the message is in their app"
    )
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


class CampaignsQuery(PageQuery):
    """Which page of a list; each item is counted, so pages are smaller."""

    limit: int = Field(20, ge=1, le=100)


class TestBody(BaseModel):
    """Whom to try a message on: the one-time code that one's own app shows."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z \-]+$", examples=["7K2M-9QXT-4HWD"])


class TestAnswer(BaseModel):
    """How many devices the message was sent to."""

    devices: int
    not_set_up: int = Field(description="To so many of them nothing left this house: no push service is set up")


async def write_campaign(call: Call[CampaignBody]) -> CampaignAnswer:
    """Write a message; nothing is sent before it is launched."""
    return await _answer(call, await campaigns.create(call.work, await _about_something(call), deadline_of))


async def _about_something(call: Call[CampaignBody]) -> Campaign:
    subject = call.body.subject
    if subject is not None:
        await must_be_there(subject.kind, subject.id, "/subject/id")
    return call.body.draft()


async def rewrite_campaign(call: Call[CampaignBody]) -> CampaignAnswer:
    """Replace a message that is still a draft."""
    changed = await campaigns.change(call.work, call.id(), await _about_something(call), deadline_of)
    return await _answer(call, changed)


async def discard_campaign(call: Call) -> None:
    """Throw away a message that is still a draft."""
    await campaigns.discard(call.id())


async def list_campaigns(call: Call[None, CampaignsQuery]) -> CampaignPage:
    """All messages, the youngest first."""
    found = await campaigns.page(call.query.after_time(), call.query.one_more)
    shown, after = call.query.cut(found, lambda each: (each.created_at, each.id))
    stand = await progress_of_each(call.work, shown)
    approvals = await approval_of_each(call.work, shown)
    items = [_shown(each, stand[each.id], approvals[each.id]) for each in shown]
    return CampaignPage(items=items, next=after)


async def read_campaign(call: Call) -> CampaignAnswer:
    """A message and what became of it so far."""
    return await _answer(call, await campaigns.read(call.id()))


async def launch_campaign(call: Call) -> CampaignAnswer:
    """Launch a message: its audience is frozen, and sending begins when it is due.

    An emergency, and any message where the municipality wants it so, needs two people: asked by whoever wrote it, it
    waits for somebody else to launch it.
    """
    await campaigns.launch(call.work, call.id())
    return await _answer(call, await campaigns.read(call.id()))


async def recall_campaign(call: Call) -> CampaignAnswer:
    """Send nothing more of a message."""
    await campaigns.recall(call.work, call.id())
    return await _answer(call, await campaigns.read(call.id()))


async def try_campaign(call: Call[TestBody]) -> TestAnswer:
    """Try a message on oneself: on the devices of the registration whose app shows this one-time code."""
    kinds = await trial.queue_trial(call.work, call.id(), call.body.code)
    unwoken = [kind for kind in kinds if not is_set_up(call.services.settings, kind)]
    return TestAnswer(devices=len(kinds), not_set_up=len(unwoken))


async def _answer(call: Call[CampaignBody] | Call, campaign: Campaign) -> CampaignAnswer:
    return _shown(campaign, await progress_of(call.work, campaign), await approval_of(call.work, campaign))


def _shown(campaign: Campaign, stands: Progress, approval: Approval) -> CampaignAnswer:
    subject = None
    if campaign.subject_kind is not None and campaign.subject_id is not None:
        subject = SubjectBody(kind=campaign.subject_kind, id=campaign.subject_id)
    return CampaignAnswer(
        id=campaign.id,
        state=campaign.state,
        kind=cast(WrittenKind, campaign.kind),  # A notice is no campaign of staff.
        reminds=campaign.reminds,
        topic=campaign.topic,
        subject=subject,
        audience=AudienceBody.of(Audience.of(campaign.audience)),
        title=campaign.title,
        body=campaign.body,
        importance=campaign.importance,
        send_at=campaign.send_at,
        expires_at=campaign.expires_at,
        created_at=campaign.created_at,
        launched_at=campaign.launched_at,
        waits_for_approval=campaign.waits_for_approval,
        approval=ApprovalAnswer.model_validate(approval, from_attributes=True) if campaign.state == "draft" else None,
        audience_size=stands.audience,
        without_consent=stands.without_consent,
        reasons=dict(stands.reasons),
        first_after_s=stands.first_s,
        p95_after_s=stands.p95_s,
        by_platform={each: dict(of_it) for each, of_it in stands.platforms.items()},
        addresses_pruned=stands.pruned,
        counted_at=stands.counted_at,
        **stands.counts,
    )


EXAMPLE = {
    "audience": {"areas": [], "interests": ["culture"], "languages": []},
    "title": {"nb": "Hva skal skje med torget?"},
    "body": {"nb": "Undersøkelsen er åpen til fredag."},
    "expires_at": "2026-12-31T12:00:00Z",
}
_ONE = "/v1/staff/campaigns/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/campaigns", list_campaigns, staff(WRITERS)),
    post("/v1/staff/campaigns", write_campaign, staff(WRITERS), status=201, refuses=(409,), example=EXAMPLE),
    get(_ONE, read_campaign, staff(WRITERS)),
    put(_ONE, rewrite_campaign, staff(WRITERS), refuses=(409,), example=EXAMPLE),
    delete(_ONE, discard_campaign, staff(WRITERS), status=204, refuses=(409,)),
    post(_ONE + "/launch", launch_campaign, staff(WRITERS), status=202, refuses=(409,)),
    post(_ONE + "/recall", recall_campaign, staff(WRITERS), refuses=(409,)),
    post(
        _ONE + "/test",
        try_campaign,
        staff(WRITERS),
        status=202,
        refuses=(403, 409),
        example={"code": "7K2M-9QXT-4HWD"},
    ),
]
