"""What the audit is about, by name: it keeps ids alone, and what they are the ids of lies in every room."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from base.database import Work
from base.queries import load_queries

sql = load_queries(__file__)
SubjectKind = Literal[
    "survey",
    "survey_draft",
    "hearing",
    "message",
    "zone",
    "beacon",
    "trigger",
    "information",
    "topic",
    "template",
    "member",
    "session",
    "key",
    "breach",
    "breach_draft",
]
Name = str | Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class AuditedSubject:
    """Something that staff did something with, and its name: a text, or one in several languages; None where it has
    none yet.
    """

    kind: SubjectKind
    name: Name


async def audited_subjects(work: Work, ids: Collection[UUID]) -> dict[UUID, AuditedSubject]:
    """Those that are there still, by id, in one statement."""
    if not ids:
        return {}
    rows = await work.fetch(sql.audited_subjects, ids=list(ids))
    return {row["id"]: AuditedSubject(row["kind"], json.loads(row["name"]) if row["name"] else None) for row in rows}
