"""Communications staff: whom a message would reach, before it is written."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, post
from base.localized import Language
from municipality.roles import WRITERS
from push.audiences.audience import Audience
from push.audiences.criteria import Band, Criterion, InterestKey
from push.audiences.rounding import Count
from push.campaigns.preview import Overlap, preview
from push.models import Importance


class AudienceBody(BaseModel):
    """Whom a message is for: each list narrows the others, and so does `where`, in which lists are combined with all,
    any and not. What is empty narrows nothing. Who has not consented to be chosen by something (`personal_feed` for
    areas and interests, `profile_statistics` for ages) is neither among those who have it nor among those who have not.
    """

    model_config = ConfigDict(extra="forbid")

    areas: list[UUID] = Field([], max_length=500)
    interests: list[InterestKey] = Field([], max_length=100)
    languages: list[Language] = Field([], max_length=20)
    ages: list[Band] = Field([], max_length=20)
    where: Criterion | None = None

    def audience(self) -> Audience:
        """As the house knows it."""
        return Audience(tuple(self.areas), tuple(self.interests), tuple(self.languages), tuple(self.ages), self.where)

    @classmethod
    def of(cls, audience: Audience) -> Self:
        """As staff know it."""
        return cls.model_validate(audience.stored())


class PreviewBody(AudienceBody):
    """Whom a message is for, the languages it is written in (the municipality's own where not said), how pressing."""

    written_in: list[Language] | None = Field(None, max_length=20)
    importance: Importance = "active"


class Reason(BaseModel):
    """How many a message reaches for one reason."""

    reason: Literal["area", "interest"]
    area: UUID | None = None
    interest: str | None = None
    reached: Count


class OverlapAnswer(BaseModel):
    """A message of the last week, and how many of those who would be reached it went to as well."""

    campaign: UUID
    title: dict[str, str]
    launched_at: AwareDatetime
    residents: Count


class PreviewAnswer(BaseModel):
    """Whom a message would reach, counted last night among those who had been registered for some days: what residents
    and staff change today counts from tomorrow, and who gets the message is decided by the consents of the moment.
    Numbers are rounded to 5 and hidden under the municipality's smallest group; where `reached` is under three of
    these, nothing else is told. What few have in common is counted as what they have in common with more.
    """

    counted_on: date | None = Field(description="The night of the count; null before the first: ask again tomorrow")
    counted_after_days: int | None = Field(
        description="Of those registered for so many days; 0: of everybody, every few seconds, for demonstrations"
    )
    counted_from_tomorrow: list[UUID] = Field(description="Districts that were drawn after the count")
    reached: Count
    by_language: dict[str, Count]
    by_reason: list[Reason]
    deferred_by_quiet_hours: Count
    deferred_by_caps: Count
    deferred_to_digest: Count
    languages_missing: list[str]
    in_another_language: Count = Field(description="Residents who would read it in a language that is not theirs")
    without_consent: Count
    without_address: Count
    overlaps: list[OverlapAnswer]


async def preview_audience(call: Call[PreviewBody]) -> PreviewAnswer:
    """See whom a message to an audience would reach, and why, as of last night; the audit keeps what was asked."""
    seen = await preview(call.work, call.body.audience(), call.body.written_in, call.body.importance)
    by_area = [Reason(reason="area", area=area, reached=count) for area, count in seen.by_area.items()]
    by_interest = [Reason(reason="interest", interest=key, reached=n) for key, n in seen.by_interest.items()]
    return PreviewAnswer(
        counted_on=seen.counted_on,
        counted_after_days=seen.counted_after_days,
        counted_from_tomorrow=seen.counted_from_tomorrow,
        reached=seen.reached,
        by_language=seen.by_language,
        by_reason=by_area + by_interest,
        deferred_by_quiet_hours=seen.waiting["quiet_hours"],
        deferred_by_caps=seen.waiting["cap"],
        deferred_to_digest=seen.waiting["digest"],
        languages_missing=seen.languages_missing,
        in_another_language=seen.in_another_language,
        without_consent=seen.without_consent,
        without_address=seen.without_address,
        overlaps=[_overlap(each) for each in seen.overlaps],
    )


def _overlap(overlap: Overlap) -> OverlapAnswer:
    campaign = overlap.campaign
    assert campaign.launched_at is not None  # Those counted have got it.
    return OverlapAnswer(
        campaign=campaign.id, title=campaign.title, launched_at=campaign.launched_at, residents=overlap.residents
    )


EXAMPLE = {
    "languages": ["nb"],
    "where": {"all": [{"interests": ["culture"]}, {"not": {"ages": ["1990-1999"]}}]},
    "written_in": ["nb", "en"],
}
ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/audiences/preview",
        preview_audience,
        staff(WRITERS),
        example=EXAMPLE,
        not_idempotent=ONLY_READS,
    ),
]
