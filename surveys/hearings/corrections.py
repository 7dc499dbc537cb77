"""What is put right in a hearing after it was published: in the open, and without what stood there before.

A wrong file, or a name that should not have been there, is taken away for good; everybody sees that something was
changed, when and why. Deadline, areas and topics are not corrected: who was asked, and until when, stands (a deadline
is extended).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, invalid
from surveys.hearings import hearings
from surveys.hearings.models import Hearing, HearingCorrection

What = Literal["words", "document_removed", "document_replaced"]
CORRECTABLE = ("title", "summary", "case_reference", "plan_id", "legal_basis", "unit", "links", "map")


class NothingToCorrect(Conflict):
    """These are the words that the hearing has already."""


class OnlyPublishedHearingsAreCorrected(Conflict):
    """Only a hearing that was published is corrected; a draft is replaced."""


async def correct(work: Work, hearing_id: UUID, written: Mapping[str, Any], reason: str) -> None:
    """Give a published hearing other words. `written` holds the fields of `CORRECTABLE` that it shall have.

    Raises NoSuchHearing, OnlyPublishedHearingsAreCorrected, NothingToCorrect.
    """
    await Hearing.filter(id=hearing_id).select_for_update().only("id")
    hearing = await hearings.read(hearing_id)
    if hearing.state == "draft":
        raise OnlyPublishedHearingsAreCorrected()
    stays = {name: value for name, value in hearing.written.items() if name not in CORRECTABLE}
    becomes = {**stays, **written}
    parts = [name for name in CORRECTABLE if hearing.written.get(name) != becomes.get(name)]
    if not parts:
        raise NothingToCorrect()
    await note(work, hearing, "words", parts, reason)
    await Hearing.filter(id=hearing_id).update(written=becomes)


async def note(work: Work, hearing: Hearing, what: What, parts: Sequence[str], reason: str) -> None:
    """Write down what is being corrected; of a draft nothing. Invalid without a reason."""
    if hearing.state == "draft":
        return
    if not reason:
        raise invalid("/reason", "Say why: everybody who reads the hearing sees it.")
    await HearingCorrection.create(
        hearing_id=hearing.id,
        what=what,
        parts=list(parts),
        reason=reason,
        corrected_at=now(),
        corrected_by=work.tenant.id if work.tenant else None,
    )


async def listed(hearing_id: UUID) -> list[HearingCorrection]:
    """Every correction of a hearing, the oldest first."""
    return await HearingCorrection.filter(hearing_id=hearing_id).order_by("corrected_at", "id")


async def of_many(hearing_ids: Sequence[UUID]) -> dict[UUID, list[HearingCorrection]]:
    """The corrections of hearings, each hearing's oldest first."""
    found: dict[UUID, list[HearingCorrection]] = {hearing: [] for hearing in hearing_ids}
    for each in await HearingCorrection.filter(hearing_id__in=list(hearing_ids)).order_by("corrected_at", "id"):
        found[each.hearing_id].append(each)
    return found
