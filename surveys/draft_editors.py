"""Who has a draft open, so that two who write at once know of each other: a note that is kept for minutes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from municipality.members import names_of
from surveys.models import DraftEditor

sql = load_queries(__file__)
STAYS: Final = timedelta(seconds=45)
"""For how long somebody is taken to be there who has not been heard of."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody else who has the draft open; `same` says that it is the caller's own other window."""

    name: str
    same: bool


async def note(work: Work, survey_id: UUID, tab: UUID) -> list[Beside]:
    """Note that the caller has the draft open in a window, and say who else has."""
    me = work.tenant.id if work.tenant is not None else None
    at = now()
    await work.execute(sql.note_editor, survey=survey_id, tab=tab, member=me, at=at, gone=at - STAYS)
    others = await DraftEditor.filter(survey_id=survey_id, seen_at__gt=at - STAYS).exclude(tab=tab)
    names = await names_of({other.member_id for other in others})
    seen = {other.member_id: Beside(names.get(other.member_id, ""), other.member_id == me) for other in others}
    return sorted(seen.values(), key=lambda one: one.name)


async def gone(survey_id: UUID, tab: UUID) -> None:
    """Forget that a draft is open in a window."""
    await DraftEditor.filter(survey_id=survey_id, tab=tab).delete()
