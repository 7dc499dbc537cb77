"""What a resident sees of a trigger that fired: the survey or the item it leads to, as long as that stands open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.localized import pick
from geofence.engine.places import Fired
from surveys.hearings import hearings
from surveys.lines import open_lines


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation for the phone to show and keep; the server does not. Texts in the reader's language."""

    trigger_id: UUID
    kind: Literal["survey", "hearing", "info"]
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


async def compose(work: Work, fired: Sequence[Fired], languages: Sequence[str]) -> list[Invitation]:
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
        found.append(Invitation(one.trigger_id, one.kind, one.subject_id, title, body, ends, one.evidence))
    return found


async def _subjects(work: Work, ids: list[UUID]) -> dict[tuple[str, UUID], _Subject]:
    found = {
        ("survey", survey.id): _Subject(dict(survey.title), dict(survey.intro or {}), survey.closes_at)
        for survey in await open_lines(work)
        if survey.id in ids
    }
    for hearing in await hearings.open_or_among(work, ids):
        if hearing.id in ids and hearing.state == "open":
            found["hearing", hearing.id] = _Subject(
                hearing.written["title"], hearing.written.get("summary") or {}, hearing.deadline
            )
    rows = await work.fetch(
        "select id, title, body, expires_at from information "
        "where id = any($1::uuid[]) and published_at <= $2 and (expires_at is null or expires_at > $2)",
        ids,
        now(),
    )
    for row in rows:
        found["info", row["id"]] = _Subject(json.loads(row["title"]), json.loads(row["body"]), row["expires_at"])
    return found
