"""What concerns me: surveys and items for my districts and interests, each with why it is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import NotFound
from consent.permits import Permit, PersonalFeed
from surveys import information
from surveys.hearings import hearings
from surveys.lines import Line, open_lines
from surveys.survey import NoSuchHearing
from surveys.wording import corrected_at

Reason = Literal["area", "interest", "everyone", "followed"]


class NothingToMute(NotFound):
    """There is nothing of that id in the feed."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an entry is in my feed: the district that I follow and that it is for, or the interest, or that it is for
    everybody.
    """

    reason: Reason
    area: UUID | None = None
    interest: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; texts in every language they have. `minutes` is how long a survey takes, about."""

    kind: Literal["survey", "hearing", "info"]
    id: UUID
    title: dict[str, str]
    body: dict[str, str]
    from_: datetime | None
    ends: datetime | None
    minutes: int | None
    why: Why
    updated: datetime


def place_of(entry: Entry) -> tuple[int, int, UUID]:
    """Where an entry stands among the others: surveys before hearings before information; what ends first before the
    others, and information by its age, the youngest first. The second is a time in microseconds since 1970.
    """
    rank = {"survey": 0, "hearing": 1, "info": 2}[entry.kind]
    at = -entry.updated.timestamp() if entry.kind == "info" else entry.ends.timestamp() if entry.ends else 4e9 * 2
    return rank, round(at * 1e6), entry.id


@dataclass(frozen=True, slots=True)
class _Mine:
    areas: frozenset[UUID]
    interests: frozenset[str]
    muted: frozenset[UUID]
    followed: frozenset[UUID]


async def feed(work: Work, permit: Permit[PersonalFeed], since: datetime | None = None) -> list[Entry]:
    """What is open or published now and concerns the permit's resident, what closes first before the others; with
    `since`, what is new after that time: published, corrected or decided.

    What a place has triggered is not here: that only the phone knows. What the resident has muted is left out.
    """
    permit.check()
    mine = await _mine(work, permit.resident)
    corrected = await corrected_at(work)
    entries = [entry for survey in await open_lines(work) if (entry := _survey_entry(survey, mine, corrected))]
    entries += [
        entry
        for hearing in await hearings.open_or_among(work, mine.followed)
        if (entry := _hearing_entry(hearing, mine))
    ]
    for item_id, item in await information.current(work):
        why = _why(item.areas, item.interests, mine)
        if why is not None:
            told = (item.title, item.body, item.published_at, item.expires_at)
            entries.append(Entry("info", item_id, *told, None, why, item.published_at))
    new = [entry for entry in entries if since is None or entry.updated > since]
    return [entry for entry in new if entry.id not in mine.muted]


def _survey_entry(survey: Line, mine: _Mine, corrected: Mapping[UUID, datetime]) -> Entry | None:
    if survey.kind == "present":
        return None
    why = _why(survey.areas, survey.interests, mine)
    if why is None:
        return None
    told = (dict(survey.title), dict(survey.intro or {}), survey.began, survey.closes_at)
    updated = max(survey.began, corrected.get(survey.id, survey.began))
    return Entry("survey", survey.id, *told, survey.minutes, why, updated)


def _hearing_entry(hearing: hearings.Hearing, mine: _Mine) -> Entry | None:
    """An open hearing that concerns me, or one that I follow, also when it has been decided."""
    written = hearing.written
    why = _why(tuple(UUID(area) for area in written.get("areas", ())), tuple(written.get("interests", ())), mine)
    if hearing.id in mine.followed:
        why = Why("followed")
    elif hearing.state != "open":
        return None
    if why is None:
        return None
    told = (hearing.outcome or {}).get("decision") or written.get("summary") or {}
    updated = hearing.decided_at or hearing.published_at or hearing.created_at
    times = (hearing.published_at, hearing.deadline)
    return Entry("hearing", hearing.id, written["title"], told, *times, None, why, updated)


def _why(areas: tuple[UUID, ...], interests: tuple[str, ...], mine: _Mine) -> Why | None:
    for area in areas:
        if area in mine.areas:
            return Why("area", area=area)
    for interest in interests:
        if interest in mine.interests:
            return Why("interest", interest=interest)
    return None if areas or interests else Why("everyone")


async def _mine(work: Work, resident: UUID) -> _Mine:
    """The districts that a resident follows with those around them, the interests, and what is muted."""
    areas = await work.fetch(
        "with recursive followed as (select zone_id as id from resident_area where resident_id = $1 "
        "union select z.parent_id from zone z join followed f on z.id = f.id where z.parent_id is not null) "
        "select id from followed",
        resident,
    )
    interests = await work.fetch("select interest_key from resident_interest where resident_id = $1", resident)
    muted = await work.fetch("select subject_id from survey_mute where resident_id = $1", resident)
    followed = await work.fetch("select hearing_id from hearing_follow where resident_id = $1", resident)
    return _Mine(
        frozenset(row["id"] for row in areas),
        frozenset(row["interest_key"] for row in interests),
        frozenset(row["subject_id"] for row in muted),
        frozenset(row["hearing_id"] for row in followed),
    )


async def follow(work: Work, permit: Permit[PersonalFeed], hearing_id: UUID, follows: bool) -> None:
    """Hear what becomes of a hearing, or no longer; NoSuchHearing for a draft or a stranger."""
    permit.check()
    if (await hearings.read(work, hearing_id)).state == "draft":
        raise NoSuchHearing()
    if follows:
        await work.execute(
            "insert into hearing_follow (id, municipality_id, resident_id, hearing_id) values ($1, $2, $3, $4) "
            "on conflict (municipality_id, resident_id, hearing_id) do nothing",
            uuid4(),
            work.municipality,
            permit.resident,
            hearing_id,
        )
    else:
        await work.execute(
            "delete from hearing_follow where resident_id = $1 and hearing_id = $2", permit.resident, hearing_id
        )


async def mute(work: Work, permit: Permit[PersonalFeed], subject_id: UUID) -> None:
    """Show an entry to this resident no more; NothingToMute where the municipality has none of that id."""
    permit.check()
    there = await work.fetchval(
        "select exists (select from survey where id = $1 and state <> 'draft') "
        "or exists (select from hearing where id = $1 and state <> 'draft') "
        "or exists (select from information where id = $1 and published_at <= $2)",
        subject_id,
        now(),
    )
    if not there:
        raise NothingToMute()
    await work.execute(
        "insert into survey_mute (id, municipality_id, resident_id, subject_id) values ($1, $2, $3, $4) "
        "on conflict (municipality_id, resident_id, subject_id) do nothing",
        uuid4(),
        work.municipality,
        permit.resident,
        subject_id,
    )
