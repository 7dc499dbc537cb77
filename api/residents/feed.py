"""What concerns me, and why."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import RESIDENT
from api.endpoint import Call, Endpoint
from base.localized import pick
from consent import ledger
from consent.gate import ask
from consent.notices import notices_in_force
from consent.permits import PersonalFeed
from surveys import feed


class WhyShown(BaseModel):
    """Why an entry is here."""

    reason: Literal["area", "interest", "everyone", "followed"]
    area: UUID | None = Field(None, description="The district that it is for, and that I follow or lies around it")
    interest: str | None = None
    purpose: str = Field(description="The consent under which my districts and interests are kept")


class FeedEntry(BaseModel):
    """A survey, hearing or item for me, in the reader's language."""

    kind: Literal["survey", "hearing", "info"]
    id: UUID
    title: str
    body: str
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    minutes: int | None
    why: WhyShown


class Renewal(BaseModel):
    """A consent to an older notice: read the new one and decide again, or it lapses at `lapses_at`."""

    purpose: str
    title: str
    notice_version: int
    lapses_at: AwareDatetime


class Feed(BaseModel):
    """What concerns me now, and the consents that I am asked to renew."""

    items: list[FeedEntry]
    renew: list[Renewal] = []
    next: str | None = None


async def _to_renew(call: Call[None, None]) -> list[Renewal]:
    lapsing = await ledger.to_renew(call.work, call.tenant)
    in_force = await notices_in_force(call.work) if lapsing else {}
    return [
        Renewal(
            purpose=each.purpose,
            title=in_force[each.purpose].texts[in_force[each.purpose].nearest(*call.languages)].title,
            notice_version=in_force[each.purpose].version,
            lapses_at=each.lapses_at,
        )
        for each in lapsing
        if each.lapses_at is not None
    ]


async def show_feed(call: Call[None, None]) -> Feed:
    """Surveys, hearings and information for my districts and interests."""
    permit = await ask(call.work, call.tenant, PersonalFeed)
    entries = await feed.feed(call.work, permit)
    if entries:
        call.spoken(pick(entries[0].title, call.languages)[1])
    return Feed(
        renew=await _to_renew(call),
        items=[
            FeedEntry(
                kind=entry.kind,
                id=entry.id,
                title=pick(entry.title, call.languages)[0],
                body=pick(entry.body, call.languages)[0] if entry.body else "",
                opens_at=entry.from_,
                closes_at=entry.ends,
                minutes=entry.minutes,
                why=WhyShown(
                    reason=entry.why.reason,
                    area=entry.why.area,
                    interest=entry.why.interest,
                    purpose=PersonalFeed.key,
                ),
            )
            for entry in entries
        ],
    )


async def mute_entry(call: Call[None, None]) -> None:
    """Show this entry no more."""
    await feed.mute(call.work, await ask(call.work, call.tenant, PersonalFeed), call.id())


ENDPOINTS = [
    Endpoint("GET", "/v1/feed", show_feed, RESIDENT, gives=Feed, refuses=(403,)),
    Endpoint("POST", "/v1/feed/{id:uuid}/mute", mute_entry, RESIDENT, status=204, refuses=(403, 404)),
]
