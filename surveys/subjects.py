"""What a message can be about: surveys, hearings and information in one list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from base.database import Work
from base.sql import load


@dataclass(frozen=True, slots=True)
class Subject:
    """One of them, with its title in each of its languages; `at` is when it was written or published."""

    kind: Literal["survey", "hearing", "info"]
    id: UUID
    title: Mapping[str, str]
    at: datetime


async def page(work: Work, after: tuple[datetime, UUID] | None, limit: int, titled: str | None) -> list[Subject]:
    """Subjects, the youngest first, from the sort key `after` on: all, or those whose title has `titled` in it."""
    rows = await work.fetch(load(__file__, "subjects.sql"), *(after or (None, None)), limit, titled)
    return [Subject(row["kind"], row["id"], json.loads(row["title"]), row["at"]) for row in rows]
