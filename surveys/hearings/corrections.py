"""What is put right in a hearing after it was published: in the open, and without what stood there before.

A wrong file, or a name that should not have been there, is taken away for good; everybody sees that something was
changed, when and why. Deadline, areas and topics are not corrected: who was asked, and until when, stands (a deadline
is extended).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, invalid
from surveys.hearings import hearings
from surveys.hearings.hearings import Hearing

What = Literal["words", "document_removed", "document_replaced"]
CORRECTABLE = ("title", "summary", "case_reference", "plan_id", "legal_basis", "unit", "links", "map")


class NothingToCorrect(Conflict):
    """These are the words that the hearing has already."""


class OnlyPublishedHearingsAreCorrected(Conflict):
    """Only a hearing that was published is corrected; a draft is replaced."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was changed: `parts` are names of fields, or the name of a document that was replaced, as it is now."""

    what: What
    parts: Sequence[str]
    reason: str
    corrected_at: datetime
    corrected_by: UUID | None


async def correct(work: Work, hearing_id: UUID, written: Mapping[str, Any], reason: str) -> None:
    """Give a published hearing other words. `written` holds the fields of `CORRECTABLE` that it shall have.

    Raises NoSuchHearing, OnlyPublishedHearingsAreCorrected, NothingToCorrect.
    """
    await work.execute("select 1 from hearing where id = $1 for update", hearing_id)
    hearing = await hearings.read(work, hearing_id)
    if hearing.kept_state == "draft":
        raise OnlyPublishedHearingsAreCorrected()
    stays = {name: value for name, value in hearing.written.items() if name not in CORRECTABLE}
    becomes = {**stays, **written}
    parts = [name for name in CORRECTABLE if hearing.written.get(name) != becomes.get(name)]
    if not parts:
        raise NothingToCorrect()
    await note(work, hearing, "words", parts, reason)
    await work.execute("update hearing set written = $2 where id = $1", hearing_id, json.dumps(becomes))


async def note(work: Work, hearing: Hearing, what: What, parts: Sequence[str], reason: str) -> None:
    """Write down what is being corrected; of a draft nothing. Invalid without a reason."""
    if hearing.kept_state == "draft":
        return
    if not reason:
        raise invalid("/reason", "Say why: everybody who reads the hearing sees it.")
    await work.execute(
        "insert into hearing_correction "
        "(id, municipality_id, hearing_id, what, parts, reason, corrected_at, corrected_by) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        uuid4(),
        work.municipality,
        hearing.id,
        what,
        json.dumps(list(parts)),
        reason,
        now(),
        work.tenant.id if work.tenant else None,
    )


async def listed(work: Work, hearing_id: UUID) -> list[Correction]:
    """Every correction of a hearing, the oldest first."""
    rows = await work.fetch(
        "select what, parts, reason, corrected_at, corrected_by from hearing_correction where hearing_id = $1 "
        "order by corrected_at, id",
        hearing_id,
    )
    return [Correction(**{**dict(row), "parts": json.loads(row["parts"])}) for row in rows]


async def of_many(work: Work, hearing_ids: Sequence[UUID]) -> dict[UUID, list[Correction]]:
    """The corrections of hearings, each hearing's oldest first."""
    rows = await work.fetch(
        "select hearing_id, what, parts, reason, corrected_at, corrected_by from hearing_correction "
        "where hearing_id = any($1::uuid[]) order by corrected_at, id",
        list(hearing_ids),
    )
    found: dict[UUID, list[Correction]] = {hearing: [] for hearing in hearing_ids}
    for row in rows:
        values = {**dict(row), "parts": json.loads(row["parts"])}
        found[values.pop("hearing_id")].append(Correction(**values))
    return found
