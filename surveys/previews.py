"""A link by which a survey is read before it is launched, by whoever has it, for a while."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import NotFound
from surveys.drafts import SurveyWasLaunched
from surveys.survey import Survey, read_survey

KIND = "mvp"
LONGEST_DAYS = 14


class NoSuchPreview(NotFound):
    """This link leads nowhere: its time is over, or it was taken back."""


async def link(work: Work, survey_id: UUID, days: int) -> tuple[str, datetime]:
    """The token of a new link to a draft, shown this once, and until when it is good.

    days: from 1 to 14. Raises NoSuchSurvey, SurveyWasLaunched.
    """
    if (await read_survey(work, survey_id)).state != "draft":
        raise SurveyWasLaunched()
    token, until = tokens.issue(KIND, work.municipality), now() + timedelta(days=days)
    await work.execute(
        "insert into survey_preview (id, municipality_id, survey_id, token_hash, expires_at) "
        "values ($1, $2, $3, $4, $5)",
        uuid4(),
        work.municipality,
        survey_id,
        tokens.digest(token),
        until,
    )
    return token, until


async def open_link(work: Work, token: str) -> Survey:
    """The survey that a link leads to, for reading alone. Raises NoSuchPreview."""
    survey_id = await work.fetchval(
        "select survey_id from survey_preview where token_hash = $1 and expires_at > $2", tokens.digest(token), now()
    )
    if survey_id is None:
        raise NoSuchPreview()
    return await read_survey(work, survey_id)


async def take_back(work: Work, survey_id: UUID) -> None:
    """Let every link to a survey lead nowhere. Raises NoSuchSurvey."""
    await read_survey(work, survey_id)
    await work.execute("delete from survey_preview where survey_id = $1", survey_id)
