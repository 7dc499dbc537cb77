"""Writing a survey: kept as a draft that can be replaced as often as staff like, until it is launched."""

from datetime import datetime
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, Invalid
from base.keys import KeyStore
from base.paging import After, newest_after
from municipality.models import SurveyDirectory
from push.campaigns.deadlines import extend_messages_about
from surveys.box.codes import code_key
from surveys.forms.document import SurveyDocument, misplaced
from surveys.models import Survey, SurveyDraft, SurveyKind
from surveys.survey import read


class SurveyWasLaunched(Conflict):
    """This survey has been launched; it can no longer be changed."""


async def write(work: Work, document: SurveyDocument, kind: SurveyKind = "survey") -> UUID:
    """Keep a new draft; of kind `hearing` it is the box of a hearing's anonymous opinions.

    Raises Invalid, with pointers, for keys used twice and conditions that cannot be."""
    _refuse_misplaced(document)
    survey = await Survey.create(
        kind=kind,
        definition=document.stored(),
        opens_at=document.opens_at,
        closes_at=document.closes_at,
        created_at=now(),
    )
    await SurveyDirectory.create(survey_id=survey.id, municipality_id=work.municipality)
    return survey.id


async def rewrite(survey_id: UUID, document: SurveyDocument) -> None:
    """Replace a draft. Raises SurveyWasLaunched where it is none any more, Invalid as `write`."""
    _refuse_misplaced(document)
    changed = await Survey.filter(id=survey_id, state="draft").update(
        definition=document.stored(), opens_at=document.opens_at, closes_at=document.closes_at
    )
    if not changed:
        await read(survey_id)
        raise SurveyWasLaunched()


async def discard(survey_id: UUID, keys: KeyStore) -> None:
    """Throw a draft and its codes away, finished or not; SurveyWasLaunched where it is none any more."""
    unfinished = await SurveyDraft.filter(id=survey_id).delete()
    if not await Survey.filter(id=survey_id, kind="survey", state="draft").delete() and not unfinished:
        await read(survey_id)
        raise SurveyWasLaunched()
    keys.destroy(code_key(survey_id))


async def page(after: After | None, limit: int) -> list[Survey]:
    """Surveys in any state, the youngest first, from the sort key `after` on."""
    found = Survey.filter(newest_after("created_at", after), kind="survey")
    return await found.order_by("-created_at", "-id").limit(limit)


async def extend(survey_id: UUID, closes_at: datetime) -> None:
    """Let an open survey close later. Raises SurveyCannotBeExtended where it is not open or would close earlier."""
    open_until = Survey.filter(id=survey_id, state="open", closes_at__gt=now(), closes_at__lt=closes_at)
    survey = await open_until.select_for_update().first()
    if survey is None or survey.closes_at is None:
        await read(survey_id)
        raise SurveyCannotBeExtended()
    was, survey.closes_at = survey.closes_at, closes_at
    await survey.save(update_fields=["closes_at"])
    await extend_messages_about(survey_id, was, closes_at)


class SurveyCannotBeExtended(Conflict):
    """Only a survey that is open until a certain time can be extended, and only to a later one."""


def _refuse_misplaced(document: SurveyDocument) -> None:
    if errors := misplaced(document):
        raise Invalid(errors)
