"""A link by which a survey is read before it is launched, by whoever has it, for a while."""

from datetime import datetime, timedelta
from uuid import UUID

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import NotFound
from surveys import drafting
from surveys.drafts import SurveyWasLaunched
from surveys.models import Survey, SurveyPreview
from surveys.survey import read_survey

KIND = "mvp"
LONGEST_DAYS = 14


class NoSuchPreview(NotFound):
    """This link leads nowhere: its time is over, or it was taken back."""


async def link(work: Work, survey_id: UUID, days: int) -> tuple[str, datetime]:
    """The token of a new link to a draft, shown this once, and until when it is good.

    days: from 1 to 14. Raises NoSuchSurvey, SurveyWasLaunched, SurveyIsUnfinished.
    """
    await drafting.refuse_unfinished(survey_id)
    if (await read_survey(survey_id)).state != "draft":
        raise SurveyWasLaunched()
    token, until = tokens.issue(KIND, work.municipality), now() + timedelta(days=days)
    await SurveyPreview.create(survey_id=survey_id, token_hash=tokens.digest(token), expires_at=until)
    return token, until


async def open_link(token: str) -> Survey:
    """The survey that a link leads to, for reading alone. Raises NoSuchPreview."""
    preview = await SurveyPreview.get_or_none(token_hash=tokens.digest(token), expires_at__gt=now())
    if preview is None:
        raise NoSuchPreview()
    return await read_survey(preview.survey_id)


async def take_back(survey_id: UUID) -> None:
    """Let every link to a survey lead nowhere. Raises NoSuchSurvey."""
    await read_survey(survey_id)
    await SurveyPreview.filter(survey_id=survey_id).delete()
