"""The calendar of messages: what goes to residents when, so that two do not come on one day unknowingly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from base.database import Work
from base.sql import load
from municipality.directory import town
from push.counts import Count, Rounding


@dataclass(frozen=True, slots=True)
class Planned:
    """A message in the calendar: when it goes (or went) and until when it stands."""

    id: UUID
    title: Mapping[str, str]
    kind: str
    subject_kind: str | None
    subject_id: UUID | None
    state: str
    importance: str
    topic: str | None
    goes_at: datetime
    expires_at: datetime
    waits_for_approval: bool
    audience_size: Count | None


async def planned(work: Work, since: datetime, until: datetime) -> list[Planned]:
    """What goes out or stands between two times, at most 1,000; a draft has no audience yet."""
    k = (await town(work)).smallest_group
    return [
        Planned(
            **{
                **{name: value for name, value in row.items() if name != "rounding"},
                "title": json.loads(row["title"]),
                "audience_size": _size(row, k) if row["state"] != "draft" else None,
            }
        )
        for row in await work.fetch(load(__file__, "calendar.sql"), since, until)
    ]


def _size(row: asyncpg.Record, k: int) -> Count:
    return Rounding(row["rounding"], k, row["audience_size"]).shown("audience", row["audience_size"])
