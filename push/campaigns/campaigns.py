"""A message from draft to done: written, launched once, recalled while there is time, counted without pointing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.expressions import Q

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from base.paging import After
from base.queries import load_queries
from base.waiting import Waiting
from municipality import audit, step_up
from municipality.models import Interest
from push.audiences import counting
from push.audiences.audience import Audience
from push.campaigns import message_limits
from push.campaigns.approval import approval_of, member_who_calls
from push.models import Campaign, Delivery

sql = load_queries(__file__)
LONGEST = timedelta(days=366)
DeadlineOf = Callable[[UUID], Awaitable[datetime | None]]
"""Tells when a survey or hearing ends; None where it has no end, or there is no such thing."""
_WRITTEN: Final = (
    "subject_kind",
    "subject_id",
    "audience",
    "title",
    "body",
    "importance",
    "send_at",
    "expires_at",
    "kind",
    "reminds",
    "topic",
)


class NoSuchCampaign(NotFound):
    """There is no such campaign."""


class CampaignWasLaunched(Conflict):
    """This campaign has been launched already; it can be recalled, not changed."""


class NothingToRemindOf(Conflict):
    """Only a launched message about a survey or a hearing can be reminded of."""


class CampaignHasExpired(Conflict):
    """What this campaign announces is over."""


class VouchedForByTheFirst(Conflict):
    """Whoever asked for this message made the link that you signed in by. Sign in by a link from somebody else, or from
    your own mail, to approve it.
    """


class CampaignIsNotUnderWay(Conflict):
    """Only a campaign that was launched can be recalled."""


async def create(work: Work, draft: Campaign, deadline_of: DeadlineOf) -> Campaign:
    """Keep a draft. Raises Invalid for an unknown district or interest, or where it would be over before it began.

    What staff write of it: to whom, about what, in which words, how pressing, from when, until when. A reminder is of
    another campaign, `reminds`, and is for whom that was for, about what that was about: the app hides it from those
    who have answered, which nobody else knows. `topic` is an interest's key; who has had enough of a topic for the week
    waits. Without one it is the only interest of the audience, if there is one.
    """
    await _complete(draft, deadline_of)
    await _check(draft)
    written_by = work.tenant.id if work.tenant is not None else None
    campaign = await Campaign.create(**_written(draft), written_by=written_by, created_at=now(), rounding=uuid4())
    return await read(campaign.id)  # As the database has it: times in its zone, texts in its order.


async def change(work: Work, campaign_id: UUID, draft: Campaign, deadline_of: DeadlineOf) -> Campaign:
    """Replace a draft; CampaignWasLaunched where it is none any more."""
    await _complete(draft, deadline_of)
    await _check(draft)
    written_by = work.tenant.id if work.tenant is not None else None
    changed = await Campaign.filter(id=campaign_id, state="draft").update(
        **_written(draft), written_by=written_by, waits_for_approval=False, launched_by=None
    )
    campaign = await read(campaign_id)
    if not changed:
        raise CampaignWasLaunched()
    return campaign


async def discard(campaign_id: UUID) -> None:
    """Throw a draft away; CampaignWasLaunched where it is none any more."""
    if not await Campaign.filter(id=campaign_id, state="draft").delete():
        await read(campaign_id)
        raise CampaignWasLaunched()


async def read(campaign_id: UUID) -> Campaign:
    """The campaign; NoSuchCampaign where there is none."""
    campaign = await Campaign.get_or_none(id=campaign_id, kind__not="notice")
    if campaign is None:
        raise NoSuchCampaign()
    return campaign


async def page(after: After | None, limit: int) -> list[Campaign]:
    """Campaigns, the youngest first, from the sort key `after` on."""
    found = Campaign.filter(kind__not="notice")
    if after is not None:
        at, campaign_id = after
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=campaign_id))
    return await found.order_by("-created_at", "-id").limit(limit)


async def waiting_for_approval(work: Work) -> Waiting:
    """Messages that wait for a second person, where whoever asks could be that person."""
    member = member_who_calls(work.tenant)
    if member is None:
        return Waiting(0)
    return Waiting.of(await work.fetchrow(sql.waiting_for_approval, at=now(), member=member))


async def about(subject_id: UUID, limit: int = 20) -> list[Campaign]:
    """The messages about a survey, a hearing or an item of information, the youngest first."""
    found = Campaign.filter(kind__not="notice", subject_id=subject_id)
    return await found.order_by("-created_at", "-id").limit(limit)


async def launch(work: Work, campaign_id: UUID) -> bool:
    """Launch a draft, once, whoever else tries: the audience is frozen by a job queued in this transaction.

    An emergency, and every campaign of a municipality that wants it so, needs two people, which are two different
    members of staff: whoever wrote it, or asked for it first where it was written with a key, and another one. Asked
    by the first, or with a key, which may be in anybody's hand, it stays a draft that waits, and this is False.
    Raises CampaignWasLaunched where someone was faster, CampaignHasExpired, AudienceTooSmall where fewer than k were
    counted last night, AudienceNotCounted before the first night, SignInAgain where an emergency, or what goes to many,
    is sent by somebody who signed in a while ago, VouchedForByTheFirst.
    """
    campaign = await Campaign.filter(id=campaign_id, state="draft").select_for_update().first()
    if campaign is None:
        await read(campaign_id)
        raise CampaignWasLaunched()
    if campaign.expires_at <= now():
        raise CampaignHasExpired()
    reached = await counting.require_large_enough(work, Audience.of(campaign.audience))
    approval = await approval_of(work, campaign)
    if approval.vouched_for_by_first:
        raise VouchedForByTheFirst()
    if not approval.may_launch:
        campaign.waits_for_approval = True
        if approval.first is None:
            campaign.launched_by = member_who_calls(work.tenant)
        await campaign.save(update_fields=["waits_for_approval", "launched_by"])
        return False
    if campaign.importance == "emergency" or reached >= await step_up.many(work):
        step_up.require_fresh(work)
    campaign.state, campaign.launched_at, campaign.waits_for_approval = "launched", now(), False
    campaign.launched_by = work.tenant.id if work.tenant is not None else None
    await campaign.save(update_fields=["state", "launched_at", "launched_by", "waits_for_approval"])
    if campaign.importance == "emergency":
        await _record_emergency(work, campaign, approval.first)
    await work.enqueue("push.fill", {"campaign": str(campaign_id)}, key=f"push.fill/{campaign_id}")
    return True


async def recall(work: Work, campaign_id: UUID) -> None:
    """Send nothing more of it, and have phones remove what they show. What a worker holds stops with the next look at
    permits.
    """
    under_way = Campaign.filter(id=campaign_id, kind__not="notice", state__in=("launched", "done"))
    if not await under_way.update(state="recalled"):
        await read(campaign_id)
        raise CampaignIsNotUnderWay()
    waiting = Delivery.filter(campaign_id=campaign_id, state__in=("queued", "deferred"))
    await waiting.update(state="recalled", done_at=now())
    await work.enqueue("push.take_back", {"campaign": str(campaign_id)}, delay_s=2, key=f"push.take_back/{campaign_id}")


def _written(draft: Campaign) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _WRITTEN}


async def _complete(draft: Campaign, deadline_of: DeadlineOf) -> None:
    """Fill in what follows from the rest: a reminder's audience and subject, the subject's end, the only topic."""
    if draft.kind == "reminder":
        await _copy_reminded(draft)
    elif draft.reminds is not None:
        raise invalid("/reminds", "Only a reminder reminds of another message.")
    if draft.kind == "outcome" and draft.subject_id is None:
        raise invalid("/subject", "An outcome is of a survey or a hearing.")
    if draft.subject_id is not None and draft.kind != "outcome":
        ends_at = await deadline_of(draft.subject_id)
        draft.expires_at = draft.expires_at if ends_at is None else min(draft.expires_at, ends_at)


async def _copy_reminded(draft: Campaign) -> None:
    if draft.reminds is None:
        raise invalid("/reminds", "A reminder needs the message that it reminds of.")
    reminded = await Campaign.get_or_none(
        id=draft.reminds,
        kind="announcement",
        state__in=("launched", "done"),
        subject_kind__in=("survey", "hearing"),
    )
    if reminded is None:
        raise NothingToRemindOf()
    draft.audience, draft.topic = reminded.audience, draft.topic or reminded.topic
    draft.subject_kind, draft.subject_id = reminded.subject_kind, reminded.subject_id


async def _check(draft: Campaign) -> None:
    """Raise Invalid for what is unknown, too long or out of time; the only interest of an audience is its topic."""
    audience = Audience.of(draft.audience)
    await audience.check("/audience")
    message_limits.check_lengths(draft.title, draft.body)
    for name, at in (("send_at", draft.send_at), ("expires_at", draft.expires_at)):
        if at is not None and not now() - LONGEST < at < now() + LONGEST:
            raise invalid(f"/{name}", "This is more than a year away.")
    if draft.expires_at <= (draft.send_at or now()):
        raise invalid("/expires_at", "This is over before it can be sent.")
    if draft.expires_at <= now():
        raise invalid("/expires_at", "This is over already.")
    interests = audience.chosen_by()[1]
    if draft.topic is None and len(interests) == 1:
        draft.topic = interests[0]
    elif draft.topic is not None and not await Interest.exists(key=draft.topic):
        raise invalid("/topic", "There is no such interest.")


async def _record_emergency(work: Work, campaign: Campaign, first: UUID | None) -> None:
    writer = campaign.written_by
    detail = {"written_by": None if writer is None else str(writer)}
    if first is not None and first != writer:
        detail["asked_by"] = str(first)
    await audit.record(work, "emergency_launched", "done", campaign.id, detail)
