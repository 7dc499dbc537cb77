"""Closing a survey: from that moment no answer slips in, and the count begins."""

from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict
from push.campaigns.deadlines import end_messages_about
from surveys.box import locks
from surveys.models import Survey
from surveys.survey import read


class SurveyIsNotOpen(Conflict):
    """Only an open survey can be closed."""


async def close(work: Work, survey_id: UUID) -> None:
    """Close an open survey; who is just answering comes first. Raises NoSuchSurvey, SurveyIsNotOpen."""
    if not await close_if_open(work, survey_id):
        await read(survey_id)
        raise SurveyIsNotOpen()


async def due_to_close() -> list[UUID]:
    """Every survey whose time has come. Their answers end at that time whenever they are closed."""
    return [survey.id for survey in await Survey.filter(state="open", closes_at__lte=now()).only("id").order_by("id")]


async def close_if_open(work: Work, survey_id: UUID) -> bool:
    """Close a survey, once; False where it is closed already."""
    await locks.alone(work, survey_id)
    closed = await Survey.filter(id=survey_id, state="open").update(state="closed", closed_at=now())
    if closed:
        await end_messages_about(work, survey_id)
        await work.enqueue("surveys.count", {"survey": str(survey_id)}, key=f"surveys.count/{survey_id}")
    return bool(closed)
