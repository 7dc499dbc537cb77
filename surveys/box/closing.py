"""Closing a survey: from that moment no answer slips in, and the count begins."""

from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict
from push.deadlines import subject_is_over
from surveys.box import locks
from surveys.survey import read


class SurveyIsNotOpen(Conflict):
    """Only an open survey can be closed."""


async def close(work: Work, survey_id: UUID) -> None:
    """Close an open survey; who is just answering comes first. Raises NoSuchSurvey, SurveyIsNotOpen."""
    if not await close_if_open(work, survey_id):
        await read(work, survey_id)
        raise SurveyIsNotOpen()


async def due_to_close(work: Work) -> list[UUID]:
    """Every survey whose time has come. Their answers end at that time whenever they are closed."""
    rows = await work.fetch("select id from survey where state = 'open' and closes_at <= $1 order by id", now())
    return [row["id"] for row in rows]


async def close_if_open(work: Work, survey_id: UUID) -> bool:
    """Close a survey, once; False where it is closed already."""
    await locks.alone(work, survey_id)
    closed = await work.execute(
        "update survey set state = 'closed', closed_at = $2 where id = $1 and state = 'open'", survey_id, now()
    )
    if closed:
        await subject_is_over(work, survey_id)
        await work.enqueue("surveys.count", {"survey": str(survey_id)}, key=f"surveys.count/{survey_id}")
    return bool(closed)
