"""Reading a survey, whether it is one of its own or the box that takes a hearing's anonymous opinions."""

from uuid import UUID

from base.errors import NotFound
from surveys.ballots import Issuer
from surveys.errors import NoSuchHearing, NoSuchSurvey
from surveys.models import Survey, SurveyKind


async def read(survey_id: UUID) -> Survey:
    """The survey; NoSuchSurvey where the municipality has none of that id."""
    survey = await Survey.get_or_none(id=survey_id)
    if survey is None:
        raise NoSuchSurvey()
    return survey


def no_such(kind: SurveyKind) -> NotFound:
    """What is said where there is none of that kind."""
    return NoSuchHearing() if kind == "hearing" else NoSuchSurvey()


async def read_kind(survey_id: UUID, kind: SurveyKind) -> Survey:
    """As `read`, for whoever came to surveys or to hearings: each is reached by its own paths alone.

    Raises NoSuchSurvey or NoSuchHearing.
    """
    survey = await Survey.get_or_none(id=survey_id, kind=kind)
    if survey is None:
        raise no_such(kind)
    return survey


async def read_survey(survey_id: UUID) -> Survey:
    """As `read`, for what is a survey of its own: the box of a hearing is reached by the hearing alone."""
    return await read_kind(survey_id, "survey")


def issuer_of(survey: Survey) -> Issuer:
    """Who signs its ballots; NoSuchSurvey for a draft."""
    if survey.token_key is None:
        raise NoSuchSurvey()
    return Issuer(survey.id, survey.token_key)
