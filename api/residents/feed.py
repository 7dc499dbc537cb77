"""What concerns me, and why."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.residents.notices import BreachNotice, Renewal, of_breaches, to_renew
from api.schemas.common import PageQuery
from base.localized import pick
from base.subjects import SubjectKind
from base.times import Instant
from consent.gate import require_permit
from consent.purposes import PersonalFeed
from surveys import feed


class WhyShown(BaseModel):
    """Why an entry is here."""

    reason: Literal["area", "interest", "everyone", "followed"]
    area: UUID | None = Field(None, description="The district that it is for, and that I follow or lies around it")
    interest: str | None = None
    purpose: str = Field(description="The consent under which my districts and interests are kept")


class FeedQuery(PageQuery):
    """From when on, and which part."""

    since: Instant | None = Field(None, description="What is new after this time alone")


class FeedEntry(BaseModel):
    """A survey, hearing or item for me, in the reader's language."""

    kind: SubjectKind
    id: UUID
    title: str
    body: str
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    minutes: int | None
    updated_at: AwareDatetime = Field(description="When it was published, corrected or decided; hand it in as `since`")
    why: WhyShown


class Feed(BaseModel):
    """What concerns me now, the consents that I am asked to renew, and what I must know of (also `/v1/me/notices`)."""

    items: list[FeedEntry]
    renew: list[Renewal] = []
    breaches: list[BreachNotice] = []
    next: str | None = None


async def show_feed(call: Call[None, FeedQuery]) -> Feed:
    """Surveys, hearings and information for my districts and interests; with `since`, what is new."""
    permit = await require_permit(call.work, call.tenant, PersonalFeed)
    entries = await feed.feed(call.work, permit, call.query.since)
    if entries:
        call.set_content_language(pick(entries[0].title, call.languages)[1])
    part, following = call.query.of(entries, feed.place_of)
    return Feed(
        next=following,
        renew=await to_renew(call),
        breaches=await of_breaches(call),
        items=[
            FeedEntry(
                kind=entry.kind,
                id=entry.id,
                title=pick(entry.title, call.languages)[0],
                body=pick(entry.body, call.languages)[0] if entry.body else "",
                opens_at=entry.from_,
                closes_at=entry.ends,
                minutes=entry.minutes,
                updated_at=entry.updated,
                why=WhyShown(
                    reason=entry.why.reason,
                    area=entry.why.area,
                    interest=entry.why.interest,
                    purpose=PersonalFeed.key,
                ),
            )
            for entry in part
        ],
    )


async def mute_entry(call: Call[None, None]) -> None:
    """Show this entry no more."""
    await feed.mute(await require_permit(call.work, call.tenant, PersonalFeed), call.id())


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/feed", show_feed, RESIDENT, refuses=(403,)),
    post("/v1/feed/{id:uuid}/mute", mute_entry, RESIDENT, status=204, refuses=(403, 404)),
]
