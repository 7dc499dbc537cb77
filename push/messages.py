"""What a wake-up was about: the message that the app fetches, why it came, and how to hear no more of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.sql import load
from consent.permits import Permit, ProfileStatistics, PushMessages
from push.audiences import Audience
from push.manners import Wishes, reader
from push.manners import read as manners_of
from push.tags import name


class NoSuchMessage(NotFound):
    """There is no such message to you."""


@dataclass(frozen=True, slots=True)
class Why:
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
class Message:
    """A message to the resident. `tags` are what its wake-ups carried, one for each device."""

    id: UUID
    tags: list[str]
    title: Mapping[str, str]
    body: Mapping[str, str]
    importance: str
    kind: str
    subject_kind: str | None
    subject_id: UUID | None
    launched_at: datetime
    expires_at: datetime
    why: Why = field(default_factory=lambda: Why("everyone"))


async def mine(work: Work, permit: Permit[PushMessages], key: bytes) -> list[Message]:
    """The messages that were sent to the permit's resident and still stand, the youngest first."""
    permit.check()
    rows = await work.fetch(load(__file__, "mine.sql"), permit.resident, now())
    followed = await _followed(work, permit.resident)
    manners, zone = await manners_of(work)
    found: dict[UUID, Message] = {}
    for row in rows:
        message = found.get(row["campaign_id"])
        if message is None:
            message = found[row["campaign_id"]] = _message(row, followed)
        wishes = Wishes(None, None, row["digest"], row["timezone"])
        whose = reader(wishes, manners, zone, row["importance"], ())
        message.tags.append(name(key, row["id"], permit.resident, whose, row["due"]))
    return list(found.values())


async def mute(work: Work, permit: Permit[PushMessages], campaign: UUID) -> None:
    """Send this resident nothing more of what a message was about. NoSuchMessage where it was not sent to them."""
    permit.check()
    row = await work.fetchrow(
        "select subject_id from campaign k where id = $1 "
        "and exists (select from delivery d where d.campaign_id = k.id and d.resident_id = $2)",
        campaign,
        permit.resident,
    )
    if row is None:
        raise NoSuchMessage()
    if row["subject_id"] is not None:
        await work.execute(
            "insert into survey_mute (id, municipality_id, resident_id, subject_id) values ($1, $2, $3, $4) "
            "on conflict (municipality_id, resident_id, subject_id) do nothing",
            uuid4(),
            work.municipality,
            permit.resident,
            row["subject_id"],
        )
    await work.execute(
        "update delivery set state = 'withheld', reason = 'muted', done_at = $3 where campaign_id = $1 "
        "and resident_id = $2 and state in ('queued', 'deferred')",
        campaign,
        permit.resident,
        now(),
    )


Followed = tuple[frozenset[UUID], frozenset[str], Mapping[str, UUID]]
"""Districts and interests, and for each purpose the receipt of the consent that stands."""


async def _followed(work: Work, resident: UUID) -> Followed:
    """The districts that a resident follows, with those around them, the interests, and what they said yes to."""
    areas = await work.fetch(
        "with recursive followed as (select zone_id as id from resident_area where resident_id = $1 "
        "union select z.parent_id from zone z join followed f on z.id = f.id where z.parent_id is not null) "
        "select id from followed",
        resident,
    )
    interests = await work.fetch("select interest_key from resident_interest where resident_id = $1", resident)
    said = await work.fetch(
        "select purpose, event_id from standing_consent where resident_id = $1 and granted", resident
    )
    receipts = {row["purpose"]: row["event_id"] for row in said}
    return frozenset(row["id"] for row in areas), frozenset(row["interest_key"] for row in interests), receipts


def _message(row: Any, followed: Followed) -> Message:
    audience = Audience.of(json.loads(row["audience"]))
    return Message(
        row["campaign_id"],
        [],
        json.loads(row["title"]),
        json.loads(row["body"]),
        row["importance"],
        row["kind"],
        row["subject_kind"],
        row["subject_id"],
        row["launched_at"],
        row["expires_at"],
        _why(row, audience, followed),
    )


def _why(row: Any, audience: Audience, followed: Followed) -> Why:
    purposes = (PushMessages.key, *audience.purposes())
    receipts = {purpose: followed[2][purpose] for purpose in purposes if purpose in followed[2]}
    if row["notice"] is not None:
        return Why(row["notice"], purposes=(PushMessages.key,), receipts=receipts)
    if audience.criterion() is None:
        return Why("everyone", receipts=receipts)
    meant_areas, meant_interests = audience.chosen_by()
    areas = tuple(each for each in meant_areas if each in followed[0])
    interests = tuple(each for each in meant_interests if each in followed[1])
    reason: Literal["area", "interest", "age", "language"] = "language"
    if areas or interests:
        reason = "area" if areas else "interest"
    elif meant_areas or meant_interests:
        reason = "area" if meant_areas else "interest"
    elif ProfileStatistics.key in purposes:
        reason = "age"
    return Why(reason, areas, interests, purposes, receipts)
