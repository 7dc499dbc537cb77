"""Surveys that others begin from: a copy of one there is, or a template kept for the purpose."""

from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.paging import After, newest_after
from base.text import STORED
from surveys import drafts
from surveys.forms.document import SurveyDocument
from surveys.models import SurveyTemplate
from surveys.survey import read_survey


class NoSuchTemplate(NotFound):
    """There is no such template."""


async def duplicate(work: Work, survey_id: UUID) -> UUID:
    """A new draft with the words and questions of a survey in any state, without its times. Raises NoSuchSurvey."""
    return await drafts.write(work, _timeless((await read_survey(survey_id)).document))


async def keep(survey_id: UUID, name: str) -> SurveyTemplate:
    """Keep a survey as a template. Raises NoSuchSurvey."""
    document = _timeless((await read_survey(survey_id)).document)
    return await SurveyTemplate.create(name=name, definition=document.stored(), created_at=now())


async def page(after: After | None, limit: int) -> list[SurveyTemplate]:
    """Templates, the youngest first, from the sort key `after` on."""
    found = SurveyTemplate.filter(newest_after("created_at", after))
    return await found.order_by("-created_at", "-id").limit(limit)


async def begin(work: Work, template_id: UUID) -> UUID:
    """A new draft from a template. Raises NoSuchTemplate."""
    template = await SurveyTemplate.get_or_none(id=template_id)
    if template is None:
        raise NoSuchTemplate()
    return await drafts.write(work, SurveyDocument.model_validate(template.definition, context=STORED))


async def remove(template_id: UUID) -> None:
    """Throw a template away; the surveys that began from it stay. Raises NoSuchTemplate."""
    if not await SurveyTemplate.filter(id=template_id).delete():
        raise NoSuchTemplate()


def _timeless(document: SurveyDocument) -> SurveyDocument:
    return document.model_copy(update={"opens_at": None, "closes_at": None})
