"""Correcting the words of an open survey."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.surveys import TextChanged
from api.staff import examples
from municipality.roles import READERS, WRITERS
from surveys import wording
from surveys.forms.document import SurveyDocument
from surveys.models import SurveyWording
from surveys.survey import read_survey


class CorrectionInFull(BaseModel):
    """A correction: who made it (a member of staff or a key), when, and each text before and after."""

    version: int
    corrected_at: AwareDatetime
    corrected_by: UUID | None
    changes: list[TextChanged]


class CorrectionsInFull(BaseModel):
    """Every correction of a survey."""

    items: list[CorrectionInFull] = Field(description="The oldest first")


def _full(correction: SurveyWording) -> CorrectionInFull:
    return CorrectionInFull.model_validate(correction, from_attributes=True)


async def correct_survey(call: Call[SurveyDocument, None]) -> CorrectionInFull:
    """Correct the words of an open survey; whatever else differs from what was launched is refused with its pointer.

    The correction is a new text version: answerers see its number, and every result states it.
    """
    return _full(await wording.correct(call.work, call.id(), call.body))


async def list_staff_corrections(call: Call[None, None]) -> CorrectionsInFull:
    """What was corrected in a survey's words, by whom and when."""
    await read_survey(call.id())
    return CorrectionsInFull(items=[_full(one) for one in await wording.corrections(call.id())])


_ONE = "/v1/staff/surveys/{id:uuid}/wording"
ENDPOINTS: list[AnyEndpoint] = [
    post(_ONE, correct_survey, staff(WRITERS), example=examples.SURVEY, refuses=(403, 404, 409, 413, 422)),
    get(_ONE, list_staff_corrections, staff(READERS), refuses=(403, 404)),
]
