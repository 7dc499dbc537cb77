"""A message from draft to done: written, launched once, recalled while there is time, counted without pointing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from base.paging import After
from municipality import audit
from push import counting, deadlines, manners, texts
from push.audiences import Audience

Importance = Literal["passive", "active", "time_sensitive", "emergency"]
SubjectKind = Literal["survey", "hearing", "info"]
Kind = Literal["announcement", "reminder", "outcome"]
LONGEST = timedelta(days=366)
_COLUMNS = (
    "id, subject_kind, subject_id, audience, title, body, importance, state, send_at, expires_at, created_at, "
    "launched_at, waits_for_approval, audience_size, without_consent, counted_at, settled_at, first_s, p95_s, kind, "
    "reminds, topic, rounding"
)


class NoSuchCampaign(NotFound):
    """There is no such campaign."""


class CampaignWasLaunched(Conflict):
    """This campaign has been launched already; it can be recalled, not changed."""


class NothingToRemindOf(Conflict):
    """Only a launched message about a survey or a hearing can be reminded of."""


class CampaignHasExpired(Conflict):
    """What this campaign announces is over."""


class CampaignIsNotUnderWay(Conflict):
    """Only a campaign that was launched can be recalled."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff write: to whom, about what, in which words, how pressing, from when, until when.

    A reminder is of another campaign, `reminds`, and is for whom that was for, about what that was about: the app hides
    it from those who have answered, which nobody else knows. `topic` is an interest's key; who has had enough of a
    topic for the week waits. Without one it is the only interest of the audience, if there is one.
    """

    audience: Audience
    title: Mapping[str, str]
    body: Mapping[str, str]
    expires_at: datetime
    importance: Importance = "active"
    subject_kind: SubjectKind | None = None
    subject_id: UUID | None = None
    send_at: datetime | None = None
    kind: Kind = "announcement"
    reminds: UUID | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands. `audience_size` is exact and for the house alone; staff see it rounded.

    Counted last at `counted_at`, for good at `settled_at`; `first_s` and `p95_s` as they were then.
    """

    id: UUID
    draft: Draft
    state: Literal["draft", "launched", "done", "recalled"]
    created_at: datetime
    launched_at: datetime | None
    waits_for_approval: bool
    audience_size: int
    without_consent: int
    counted_at: datetime | None
    settled_at: datetime | None
    first_s: float | None
    p95_s: float | None
    rounding: UUID


async def write(work: Work, draft: Draft) -> UUID:
    """Keep a draft. Raises Invalid for an unknown district or interest, or where it would be over before it began."""
    draft = await _checked(work, draft)
    campaign = uuid4()
    await work.execute(
        "insert into campaign (id, municipality_id, subject_kind, subject_id, audience, title, body, importance, "
        "send_at, expires_at, kind, reminds, topic, written_by, state, created_at, filled, waits_for_approval, "
        "audience_size, without_consent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'draft', "
        "$15, false, false, 0, 0)",
        campaign,
        work.municipality,
        *_columns(draft),
        _who(work),
        now(),
    )
    return campaign


async def rewrite(work: Work, campaign: UUID, draft: Draft) -> None:
    """Replace a draft; CampaignWasLaunched where it is none any more."""
    draft = await _checked(work, draft)
    changed = await work.execute(
        "update campaign set subject_kind = $2, subject_id = $3, audience = $4, title = $5, body = $6, "
        "importance = $7, send_at = $8, expires_at = $9, kind = $10, reminds = $11, topic = $12, written_by = $13, "
        "waits_for_approval = false, launched_by = null "
        "where id = $1 and state = 'draft'",
        campaign,
        *_columns(draft),
        _who(work),
    )
    if not changed:
        await read(work, campaign)
        raise CampaignWasLaunched()


async def discard(work: Work, campaign: UUID) -> None:
    """Throw a draft away; CampaignWasLaunched where it is none any more."""
    if not await work.execute("delete from campaign where id = $1 and state = 'draft'", campaign):
        await read(work, campaign)
        raise CampaignWasLaunched()


async def read(work: Work, campaign: UUID) -> Campaign:
    """The campaign; NoSuchCampaign where there is none."""
    row = await work.fetchrow(f"select {_COLUMNS} from campaign where id = $1 and kind <> 'notice'", campaign)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchCampaign()
    return _campaign(row)


async def page(work: Work, after: After | None, limit: int) -> list[Campaign]:
    """Campaigns, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from campaign where kind <> 'notice' and ($1::timestamptz is null or (created_at, id) < "  # noqa: S608 - our own column names
        "($1, $2::uuid)) order by created_at desc, id desc limit $3",
        *(after or (None, None)),
        limit,
    )
    return [_campaign(row) for row in rows]


async def launch(work: Work, campaign: UUID) -> bool:
    """Launch a draft, once, whoever else tries: the audience is frozen by a job queued in this transaction.

    An emergency, and every campaign of a municipality that wants it so, needs two people, which are two different
    members of staff: whoever wrote it, or asked for it first where it was written with a key, and another one. Asked
    by the first, or with a key, which may be in anybody's hand, it stays a draft that waits, and this is False.
    Raises CampaignWasLaunched where someone was faster, CampaignHasExpired, AudienceTooSmall where fewer than k were
    counted last night, NotCountedYet before the first night.
    """
    row = await work.fetchrow(
        "select expires_at, audience, importance, written_by, launched_by, "
        "(select id from staff_member where id = written_by) as writer from campaign "
        "where id = $1 and state = 'draft' for update",
        campaign,
    )
    if row is None:
        await read(work, campaign)
        raise CampaignWasLaunched()
    if row["expires_at"] <= now():
        raise CampaignHasExpired()
    await counting.large_enough(work, Audience.of(json.loads(row["audience"])))
    needs_two = row["importance"] == "emergency" or (await manners.read(work))[0].second_person
    first = row["writer"] or row["launched_by"]
    if needs_two and not _second_person(work, first):
        await work.execute(
            "update campaign set waits_for_approval = true, launched_by = coalesce($2, launched_by) where id = $1",
            campaign,
            _member(work) if first is None else None,
        )
        return False
    await work.execute(
        "update campaign set state = 'launched', launched_at = $2, launched_by = $3, waits_for_approval = false "
        "where id = $1",
        campaign,
        now(),
        _who(work),
    )
    if row["importance"] == "emergency":
        wrote = row["written_by"]
        detail = {"written_by": None if wrote is None else str(wrote)}
        if first is not None and first != wrote:
            detail["asked_by"] = str(first)
        await audit.record(work, "emergency_launched", "done", campaign, detail)
    await work.enqueue("push.fill", {"campaign": str(campaign)}, key=f"push.fill/{campaign}")
    return True


async def recall(work: Work, campaign: UUID) -> None:
    """Send nothing more of it, and have phones remove what they show. What a worker has in its hands stops with the
    next look at permits.
    """
    if not await work.execute(
        "update campaign set state = 'recalled' where id = $1 and kind <> 'notice' and state in ('launched', 'done')",
        campaign,
    ):
        await read(work, campaign)
        raise CampaignIsNotUnderWay()
    await work.execute(
        "update delivery set state = 'recalled', done_at = $2 "
        "where campaign_id = $1 and state in ('queued', 'deferred')",
        campaign,
        now(),
    )
    await work.enqueue("push.take_back", {"campaign": str(campaign)}, delay_s=2, key=f"push.take_back/{campaign}")


async def _checked(work: Work, draft: Draft) -> Draft:
    """A draft as it can be kept: a reminder for whom and about what the other was, everything known and in time."""
    if draft.kind == "reminder":
        draft = await _like_the_first(work, draft)
    elif draft.reminds is not None:
        raise invalid("/reminds", "Only a reminder reminds of another message.")
    if draft.kind == "outcome" and draft.subject_id is None:
        raise invalid("/subject", "An outcome is of a survey or a hearing.")
    if draft.subject_id is not None and draft.kind != "outcome":
        ends = await deadlines.deadline(work, draft.subject_id)
        draft = draft if ends is None else replace(draft, expires_at=min(draft.expires_at, ends))
    await draft.audience.check(work, "/audience")
    texts.check(draft.title, draft.body)
    _in_time(draft)
    interests = draft.audience.chosen_by()[1]
    if draft.topic is None and len(interests) == 1:
        return replace(draft, topic=interests[0])
    if draft.topic is not None and not await work.fetchval("select true from interest where key = $1", draft.topic):
        raise invalid("/topic", "There is no such interest.")
    return draft


async def _like_the_first(work: Work, draft: Draft) -> Draft:
    if draft.reminds is None:
        raise invalid("/reminds", "A reminder needs the message that it reminds of.")
    row = await work.fetchrow(
        "select audience, subject_kind, subject_id, topic from campaign where id = $1 and kind = 'announcement' "
        "and state in ('launched', 'done') and subject_kind in ('survey', 'hearing')",
        draft.reminds,
    )
    if row is None:
        raise NothingToRemindOf()
    return replace(
        draft,
        audience=Audience.of(json.loads(row["audience"])),
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        topic=draft.topic or row["topic"],
    )


def _who(work: Work) -> UUID | None:
    return work.tenant.id if work.tenant is not None else None


def _member(work: Work) -> UUID | None:
    """The member of staff who calls; None for a key, which is nobody's."""
    return work.tenant.id if work.tenant is not None and work.tenant.caller == "staff" else None


def _second_person(work: Work, first: UUID | None) -> bool:
    """Whether whoever calls is another member than the first; the system asks nobody."""
    if work.tenant is not None and work.tenant.caller == "system":
        return True
    member = _member(work)
    return first is not None and member is not None and member != first


def _in_time(draft: Draft) -> None:
    for name, at in (("send_at", draft.send_at), ("expires_at", draft.expires_at)):
        if at is not None and not now() - LONGEST < at < now() + LONGEST:
            raise invalid(f"/{name}", "This is more than a year away.")
    if draft.expires_at <= (draft.send_at or now()):
        raise invalid("/expires_at", "This is over before it can be sent.")
    if draft.expires_at <= now():
        raise invalid("/expires_at", "This is over already.")


def _columns(draft: Draft) -> tuple[object, ...]:
    return (
        draft.subject_kind,
        draft.subject_id,
        json.dumps(draft.audience.stored()),
        json.dumps(dict(draft.title)),
        json.dumps(dict(draft.body)),
        draft.importance,
        draft.send_at,
        draft.expires_at,
        draft.kind,
        draft.reminds,
        draft.topic,
    )


def _campaign(row: asyncpg.Record) -> Campaign:
    values: dict[str, Any] = dict(row)
    texts = {name: json.loads(values.pop(name)) for name in ("title", "body")}
    audience = Audience.of(json.loads(values.pop("audience")))
    names = ("expires_at", "importance", "subject_kind", "subject_id", "send_at", "kind", "reminds", "topic")
    written = {name: values.pop(name) for name in names}
    return Campaign(draft=Draft(audience=audience, **texts, **written), **values)
