"""What a resident sees of a trigger that fired: the survey or the item it leads to, as long as that stands open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from base.database import Work
from base.localized import pick
from base.subjects import SubjectKind
from geofence.engine.places import FiredTrigger
from surveys import information
from surveys.hearings import hearings
from surveys.lines import open_lines


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation for the phone to show and keep; the server does not. Texts in the reader's language."""

    trigger_id: UUID
    kind: SubjectKind
    subject_id: UUID
    title: str
    body: str
    expires_at: datetime
    evidence: Literal["self_reported", "beacon"]


@dataclass(frozen=True, slots=True)
class _Subject:
    title: dict[str, str]
    body: dict[str, str]
    ends: datetime | None


async def compose(work: Work, fired: Sequence[FiredTrigger], languages: Sequence[str]) -> list[Invitation]:
    """The invitations of what fired, in its order; what leads to nothing that is open now is left out."""
    if not fired:
        return []
    subjects = await _subjects(work, [one.subject_id for one in fired])
    found = []
    for one in fired:
        subject = subjects.get((one.kind, one.subject_id))
        if subject is None:
            continue
        expires_at = datetime.fromtimestamp(one.expires_at, UTC)
        title, _ = pick(subject.title, languages)
        body = pick(subject.body, languages)[0] if subject.body else ""
        ends = expires_at if subject.ends is None else min(expires_at, subject.ends)
        found.append(
            Invitation(
                one.trigger_id,
                kind=one.kind,
                subject_id=one.subject_id,
                title=title,
                body=body,
                expires_at=ends,
                evidence=one.evidence,
            )
        )
    return found


async def _subjects(work: Work, ids: list[UUID]) -> dict[tuple[str, UUID], _Subject]:
    found = {
        ("survey", survey.id): _Subject(dict(survey.title), dict(survey.intro or {}), survey.closes_at)
        for survey in await open_lines(work)
        if survey.id in ids
    }
    for hearing in await hearings.open_or_among(ids):
        if hearing.id in ids and hearing.state_now == "open":
            found["hearing", hearing.id] = _Subject(
                hearing.written["title"], hearing.written.get("summary") or {}, hearing.deadline
            )
    for item in await information.current(among=ids):
        found["info", item.id] = _Subject(item.title, item.body, item.expires_at)
    return found
