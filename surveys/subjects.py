"""What a message or a trigger can lead to: surveys, hearings and information in one list."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.subjects import SubjectKind

sql = load_queries(__file__)

MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Subject:
    """One of them, with its title in each of its languages; `at` is when it was written or published."""

    kind: SubjectKind
    id: UUID
    title: Mapping[str, str]
    at: datetime


async def page(
    work: Work, after: tuple[datetime, UUID] | None, limit: int, titled: str | None, *, drafts: bool = False
) -> list[Subject]:
    """Subjects, the youngest first, from the sort key `after` on: all, or those whose title has `titled` in it; with
    `drafts` also those that have not been launched."""
    at, row = after or (None, None)
    rows = await work.fetch(sql.subjects, after=at, after_id=row, limit=limit, titled=titled, drafts=drafts)
    return [Subject(row["kind"], row["id"], json.loads(row["title"]), row["at"]) for row in rows]


@dataclass(frozen=True, slots=True)
class SubjectLedTo:
    """What something leads to: its title in each of its languages, and whether residents can open it now."""

    title: Mapping[str, str]
    open: bool


async def among(work: Work, ids: Collection[UUID]) -> dict[UUID, SubjectLedTo]:
    """Those of these subjects that are there."""
    rows = await work.fetch(sql.subjects_among, ids=list(ids), at=now())
    return {row["id"]: SubjectLedTo(json.loads(row["title"]), row["open"]) for row in rows}


async def titled(work: Work, words: str) -> list[UUID]:
    """The subjects whose title has these words in it, drafts too: as many of the youngest as a list can look among."""
    return [one.id for one in await page(work, None, MOST, words, drafts=True)]
