"""What a wake-up was about: the message that the app fetches, why it came, and how to hear no more of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.queries import load_queries
from consent.models import StandingConsent
from consent.permits import Permit
from consent.purposes import ProfileStatistics, PushMessages
from push.audiences.audience import Audience
from push.delivery.policy import Preferences, read_policy, recipient_of
from push.delivery.tags import shown_tag
from push.models import Campaign, Delivery, SurveyMute
from residents.models import ResidentInterest

sql = load_queries(__file__)


class NoSuchMessage(NotFound):
    """There is no such message to you."""


@dataclass(frozen=True, slots=True)
class MessageReason:
    """Why a message came: the districts and interests of yours that it was for, or that it was for everybody; and the
    consents that it rests on, each with its receipt. A notice is what the municipality must tell those concerned:
    about a registration that ends, or a breach of their data.
    """

    reason: Literal["area", "interest", "age", "language", "everyone", "registration_ends", "breach"]
    areas: tuple[UUID, ...] = ()
    interests: tuple[str, ...] = ()
    purposes: tuple[str, ...] = (PushMessages.key,)
    receipts: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(slots=True)
class InboxMessage:
    """A campaign as it came to a resident. `tags` are what its wake-ups carried, one for each device."""

    campaign: Campaign
    reason: MessageReason
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a resident follows, with the districts around theirs; by purpose, the receipt of the consent that stands."""

    areas: frozenset[UUID]
    interests: frozenset[str]
    receipts: Mapping[str, UUID]


async def messages_to(work: Work, permit: Permit[PushMessages], key: bytes) -> list[InboxMessage]:
    """The messages that were sent to the permit's resident and still stand, the youngest first."""
    permit.check()
    rows = await work.fetch(sql.messages_to, resident=permit.resident, at=now())
    profile = await _profile(work, permit.resident)
    policy, zone = await read_policy(work)
    sent = await Campaign.filter(id__in={row["campaign_id"] for row in rows})
    campaigns = {campaign.id: campaign for campaign in sent}
    found: dict[UUID, InboxMessage] = {}
    for row in rows:
        campaign = campaigns[row["campaign_id"]]
        message = found.get(campaign.id)
        if message is None:
            message = found[campaign.id] = InboxMessage(campaign, _reason(campaign, profile))
        preferences = Preferences(row["digest"], row["timezone"])
        recipient = recipient_of(preferences, policy, zone, campaign.importance)
        message.tags.append(shown_tag(key, row["id"], permit.resident, recipient, campaign.due_at))
    return list(found.values())


async def mute_subject(permit: Permit[PushMessages], campaign_id: UUID) -> None:
    """Send this resident nothing more of what a message was about. NoSuchMessage where it was not sent to them."""
    permit.check()
    theirs = Delivery.filter(campaign_id=campaign_id, resident_id=permit.resident)
    campaign = await Campaign.get_or_none(id=campaign_id)
    if campaign is None or not await theirs.exists():
        raise NoSuchMessage()
    if campaign.subject_id is not None:
        mute = SurveyMute(resident_id=permit.resident, subject_id=campaign.subject_id)
        await SurveyMute.bulk_create([mute], ignore_conflicts=True)
    waiting = theirs.filter(state__in=("queued", "deferred"))
    await waiting.update(state="withheld", reason="muted", done_at=now())


async def _profile(work: Work, resident: UUID) -> _Profile:
    areas = await work.fetch(sql.followed_districts, resident=resident)
    interests = await ResidentInterest.filter(resident_id=resident).values_list("interest_key", flat=True)
    consents = await StandingConsent.filter(resident_id=resident, granted=True)
    return _Profile(
        frozenset(row["id"] for row in areas),
        frozenset(str(key) for key in interests),
        {consent.purpose: consent.event_id for consent in consents},
    )


def _reason(campaign: Campaign, profile: _Profile) -> MessageReason:
    audience = Audience.of(campaign.audience)
    purposes = (PushMessages.key, *audience.purposes())
    receipts = {purpose: profile.receipts[purpose] for purpose in purposes if purpose in profile.receipts}
    if campaign.notice is not None:
        return MessageReason(campaign.notice, receipts=receipts)
    if audience.criterion() is None:
        return MessageReason("everyone", receipts=receipts)
    meant_areas, meant_interests = audience.chosen_by()
    areas = tuple(each for each in meant_areas if each in profile.areas)
    interests = tuple(each for each in meant_interests if each in profile.interests)
    reason: Literal["area", "interest", "age", "language"] = "language"
    if areas or interests:
        reason = "area" if areas else "interest"
    elif meant_areas or meant_interests:
        reason = "area" if meant_areas else "interest"
    elif ProfileStatistics.key in purposes:
        reason = "age"
    return MessageReason(reason, areas, interests, purposes, receipts)
