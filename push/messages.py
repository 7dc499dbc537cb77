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
from consent.permits import Permit, PersonalFeed, PushMessages
from push.audiences import Audience
from push.manners import Wishes, reader
from push.manners import read as manners_of
from push.tags import name


class NoSuchMessage(NotFound):
    """There is no such message to you."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a message came: the districts and interests of yours that it was for, or that it was for everybody; and the
    consents that it rests on. A notice is what the municipality must tell those concerned: about a registration that
    ends, or a breach of their data.
    """

    reason: Literal["area", "interest", "everyone", "registration_ends", "breach"]
    areas: tuple[UUID, ...] = ()
    interests: tuple[str, ...] = ()
    purposes: tuple[str, ...] = (PushMessages.key,)


@dataclass(slots=True)
class Message:
    """A message to the resident. `tags` are what its wake-ups carried, one for each device."""

    id: UUID
    tags: list[str]
    title: Mapping[str, str]
    body: Mapping[str, str]
    importance: str
    subject_kind: str | None
    subject_id: UUID | None
    launched_at: datetime
    expires_at: datetime
    why: Why = field(default_factory=lambda: Why("everyone"))


async def mine(work: Work, permit: Permit[PushMessages], key: bytes) -> list[Message]:
    """The messages that were sent to the permit's resident and still stand, the youngest first."""
    permit.check()
    rows = await work.fetch(load(__file__, "mine.sql"), permit.resident, now())
    followed = await _followed(work, permit.resident) if rows else (frozenset(), frozenset())
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


Followed = tuple[frozenset[UUID], frozenset[str]]


async def _followed(work: Work, resident: UUID) -> Followed:
    """The districts that a resident follows, with those around them, and the interests."""
    areas = await work.fetch(
        "with recursive followed as (select zone_id as id from resident_area where resident_id = $1 "
        "union select z.parent_id from zone z join followed f on z.id = f.id where z.parent_id is not null) "
        "select id from followed",
        resident,
    )
    interests = await work.fetch("select interest_key from resident_interest where resident_id = $1", resident)
    return frozenset(row["id"] for row in areas), frozenset(row["interest_key"] for row in interests)


def _message(row: Any, followed: Followed) -> Message:
    audience = Audience.of(json.loads(row["audience"]))
    return Message(
        row["campaign_id"],
        [],
        json.loads(row["title"]),
        json.loads(row["body"]),
        row["importance"],
        row["subject_kind"],
        row["subject_id"],
        row["launched_at"],
        row["expires_at"],
        _why(audience, followed) if row["notice"] is None else Why(row["notice"]),
    )


def _why(audience: Audience, followed: Followed) -> Why:
    areas = tuple(each for each in audience.areas if each in followed[0])
    interests = tuple(each for each in audience.interests if each in followed[1])
    if not audience.areas and not audience.interests:
        return Why("everyone")
    return Why("area" if areas else "interest", areas, interests, (PushMessages.key, PersonalFeed.key))
