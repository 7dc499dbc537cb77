"""What concerns me: surveys and items for my districts and interests, each with why it is here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.queries import load_queries
from base.subjects import SubjectKind
from consent.permits import Permit
from consent.purposes import PersonalFeed
from push.models import SurveyMute
from surveys import information
from surveys.errors import NoSuchHearing
from surveys.hearings import hearings
from surveys.hearings.models import Hearing, HearingFollow
from surveys.lines import SurveyLine, open_lines
from surveys.models import Information, Survey
from surveys.wording import corrected_at

sql = load_queries(__file__)
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
class FeedItem:
    """One entry; texts in every language they have. `minutes` is how long a survey takes, about."""

    kind: SubjectKind
    id: UUID
    title: dict[str, str]
    body: dict[str, str]
    from_: datetime | None
    ends: datetime | None
    minutes: int | None
    why: Why
    updated: datetime


def place_of(entry: FeedItem) -> tuple[int, int, UUID]:
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


async def feed(work: Work, permit: Permit[PersonalFeed], since: datetime | None = None) -> list[FeedItem]:
    """What is open or published now and concerns the permit's resident, what closes first before the others; with
    `since`, what is new after that time: published, corrected or decided.

    What a place has triggered is not here: that only the phone knows. What the resident has muted is left out.
    """
    permit.check()
    mine = await _mine(work, permit.resident)
    corrected = await corrected_at()
    entries = [entry for survey in await open_lines(work) if (entry := _survey_entry(survey, mine, corrected))]
    entries += [
        entry for hearing in await hearings.open_or_among(mine.followed) if (entry := _hearing_entry(hearing, mine))
    ]
    for item in await information.current():
        why = _why(item.areas, item.interests, mine)
        if why is not None:
            entries.append(
                FeedItem(
                    "info",
                    item.id,
                    title=item.title,
                    body=item.body,
                    from_=item.published_at,
                    ends=item.expires_at,
                    minutes=None,
                    why=why,
                    updated=item.published_at,
                )
            )
    new = [entry for entry in entries if since is None or entry.updated > since]
    return [entry for entry in new if entry.id not in mine.muted]


def _survey_entry(survey: SurveyLine, mine: _Mine, corrected: Mapping[UUID, datetime]) -> FeedItem | None:
    if survey.kind == "present":
        return None
    why = _why(survey.areas, survey.interests, mine)
    if why is None:
        return None
    return FeedItem(
        "survey",
        survey.id,
        title=dict(survey.title),
        body=dict(survey.intro or {}),
        from_=survey.began,
        ends=survey.closes_at,
        minutes=survey.minutes,
        why=why,
        updated=max(survey.began, corrected.get(survey.id, survey.began)),
    )


def _hearing_entry(hearing: Hearing, mine: _Mine) -> FeedItem | None:
    """An open hearing that concerns me, or one that I follow, also when it has been decided."""
    written = hearing.written
    why = _why(tuple(UUID(area) for area in written.get("areas", ())), tuple(written.get("interests", ())), mine)
    if hearing.id in mine.followed:
        why = Why("followed")
    elif hearing.state_now != "open":
        return None
    if why is None:
        return None
    return FeedItem(
        "hearing",
        hearing.id,
        title=written["title"],
        body=(hearing.outcome or {}).get("decision") or written.get("summary") or {},
        from_=hearing.published_at,
        ends=hearing.deadline,
        minutes=None,
        why=why,
        updated=hearing.decided_at or hearing.published_at or hearing.created_at,
    )


def _why(areas: Sequence[UUID], interests: Sequence[str], mine: _Mine) -> Why | None:
    for area in areas:
        if area in mine.areas:
            return Why("area", area=area)
    for interest in interests:
        if interest in mine.interests:
            return Why("interest", interest=interest)
    return None if areas or interests else Why("everyone")


async def _mine(work: Work, resident: UUID) -> _Mine:
    """What a resident's feed is chosen by."""
    row = await work.fetchrow(sql.mine, resident=resident)
    assert row is not None  # It has no table of its own, so there is always one.
    return _Mine(*map(frozenset, (row["areas"], row["interests"], row["muted"], row["followed"])))


async def follow(permit: Permit[PersonalFeed], hearing_id: UUID, follows: bool) -> None:
    """Hear what becomes of a hearing, or no longer; NoSuchHearing for a draft or a stranger."""
    permit.check()
    if (await hearings.read(hearing_id)).state == "draft":
        raise NoSuchHearing()
    if follows:
        await HearingFollow.get_or_create(resident_id=permit.resident, hearing_id=hearing_id)
    else:
        await HearingFollow.filter(resident_id=permit.resident, hearing_id=hearing_id).delete()


async def mute(permit: Permit[PersonalFeed], subject_id: UUID) -> None:
    """Show an entry to this resident no more; NothingToMute where the municipality has none of that id."""
    permit.check()
    there = (
        await Survey.filter(id=subject_id).exclude(state="draft").exists()
        or await Hearing.filter(id=subject_id).exclude(state="draft").exists()
        or await Information.exists(id=subject_id, published_at__lte=now())
    )
    if not there:
        raise NothingToMute()
    await SurveyMute.get_or_create(resident_id=permit.resident, subject_id=subject_id)
