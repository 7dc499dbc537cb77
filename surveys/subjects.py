"""What a message can be about: surveys, hearings and information in one list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.database import Work
from base.queries import load_queries
from base.subjects import SubjectKind

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class Subject:
    """One of them, with its title in each of its languages; `at` is when it was written or published."""

    kind: SubjectKind
    id: UUID
    title: Mapping[str, str]
    at: datetime


async def page(work: Work, after: tuple[datetime, UUID] | None, limit: int, titled: str | None) -> list[Subject]:
    """Subjects, the youngest first, from the sort key `after` on: all, or those whose title has `titled` in it."""
    at, row = after or (None, None)
    rows = await work.fetch(sql.subjects, after=at, after_id=row, limit=limit, titled=titled)
    return [Subject(row["kind"], row["id"], json.loads(row["title"]), row["at"]) for row in rows]
