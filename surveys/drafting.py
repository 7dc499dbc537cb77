"""Drafts as they are written: kept from the first letter, finished or not, and never overwritten unseen."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.expressions import F

from base.clock import now
from base.database import Work
from base.errors import Conflict, PreconditionFailed
from base.paging import After, newest_after
from municipality import audit
from municipality.directory import smallest_group
from municipality.members import names_of
from municipality.models import SurveyDirectory
from surveys.drafts import SurveyWasLaunched
from surveys.forms.document import SurveyDocument, misplaced
from surveys.forms.proofreading import Proofreading, proofread
from surveys.forms.unfinished import judged, kept, proofread_so_far
from surveys.models import Survey, SurveyDraft
from surveys.survey import read_survey

Written = dict[str, Any]
_ONE_SITTING: Final = timedelta(hours=1)
"""Savings of one person that are no further apart are one entry of the audit."""


class DraftWasChanged(PreconditionFailed):
    """Somebody else has saved this draft since you read it."""

    def __init__(self, draft: SurveyDraft, by: str) -> None:
        super().__init__()
        self.saved_at, self.by = draft.saved_at, by

    def members(self, languages: Any = ()) -> dict[str, object]:
        """Who saved it, and when."""
        return {"saved_at": self.saved_at.isoformat(), "saved_by": self.by}


class SurveyIsUnfinished(Conflict):
    """What was written last is no survey yet: read it through, and see what is missing."""


async def begin(work: Work, written: Written, plan: Written) -> SurveyDraft:
    """Keep a new draft."""
    at = now()
    draft = SurveyDraft(id=uuid4(), written=kept(written), plan=kept(plan), begun_at=at, saved_at=at, whole=False)
    draft.saved_by = _caller(work)
    draft.whole = await _become(work, draft)
    await draft.save(force_create=True)
    return draft


async def read(survey_id: UUID) -> SurveyDraft:
    """The draft; of a survey that was written whole, as the survey says, and of version 0.

    Raises NoSuchSurvey, and SurveyWasLaunched where it is a draft no more.
    """
    draft = await SurveyDraft.get_or_none(id=survey_id)
    if draft is not None:
        return draft
    survey = await read_survey(survey_id)
    if survey.state != "draft":
        raise SurveyWasLaunched()
    at, written = survey.created_at, survey.document.stored()
    return SurveyDraft(id=survey_id, written=written, plan={}, version=0, whole=True, begun_at=at, saved_at=at)


async def save(work: Work, survey_id: UUID, written: Written, plan: Written, version: int) -> SurveyDraft:
    """Replace the draft of that version. Raises DraftWasChanged where it is another, and as `read`."""
    draft = await read(survey_id)
    if draft.version != version:
        raise DraftWasChanged(draft, (await names_of([draft.saved_by])).get(draft.saved_by, ""))
    same_sitting = draft.saved_by == _caller(work) and now() - draft.saved_at < _ONE_SITTING and version > 0
    draft.written, draft.plan, draft.saved_at, draft.saved_by = kept(written), kept(plan), now(), _caller(work)
    draft.whole = await _become(work, draft)
    draft.version = version + 1
    if version == 0:
        await draft.save(force_create=True)
    else:
        said = {name: getattr(draft, name) for name in ("written", "plan", "whole", "version", "saved_at", "saved_by")}
        if not await SurveyDraft.filter(id=survey_id, version=version).update(**said):
            return await save(work, survey_id, written, plan, version)  # Somebody was faster: say who.
    if not same_sitting:
        await audit.record(work, "save_draft", "changed", survey_id)
    return draft


async def is_draft(survey_id: UUID) -> bool:
    """Whether a survey of this id is being written, finished or not."""
    return await SurveyDraft.exists(id=survey_id)


async def unfinished(after: After | None, limit: int) -> list[SurveyDraft]:
    """Drafts that are no survey yet, the youngest first, from the sort key `after` on."""
    found = SurveyDraft.filter(newest_after("begun_at", after), whole=False)
    return await found.order_by("-begun_at", "-id").limit(limit)


async def proofreading(work: Work, survey_id: UUID) -> Proofreading:
    """What was written last, read through. Raises NoSuchSurvey."""
    draft = await SurveyDraft.get_or_none(id=survey_id)
    if draft is None:
        survey = await read_survey(survey_id)
        if survey.state != "draft":
            return proofread(survey.document)
    written = draft.written if draft is not None else survey.document.stored()
    return proofread_so_far(written, now(), await smallest_group(work))


async def refuse_unfinished(survey_id: UUID) -> None:
    """Raise SurveyIsUnfinished where what was written last is no survey."""
    if await SurveyDraft.exists(id=survey_id, whole=False):
        raise SurveyIsUnfinished()


async def leave(survey_id: UUID) -> None:
    """Let go of the draft of a survey that is launched. Raises SurveyIsUnfinished."""
    await refuse_unfinished(survey_id)
    await SurveyDraft.filter(id=survey_id).delete()


async def follow(work: Work, survey_id: UUID, document: SurveyDocument) -> None:
    """Let the draft say what the survey has been made to say."""
    await SurveyDraft.filter(id=survey_id).update(
        written=document.stored(), whole=True, version=F("version") + 1, saved_at=now(), saved_by=_caller(work)
    )


def _caller(work: Work) -> UUID | None:
    return work.tenant.id if work.tenant is not None else None


async def _become(work: Work, draft: SurveyDraft) -> bool:
    """Let the survey say what the draft says, where that is a survey; gives whether it does."""
    document, _ = judged(draft.written)
    if document is None or misplaced(document):
        return False
    said: dict[str, Any] = {
        "definition": document.stored(),
        "opens_at": document.opens_at,
        "closes_at": document.closes_at,
    }
    if await Survey.filter(id=draft.id, state="draft").update(**said):
        return True
    if await Survey.exists(id=draft.id):
        raise SurveyWasLaunched()
    await Survey.create(id=draft.id, kind="survey", created_at=draft.begun_at, **said)
    await SurveyDirectory.create(survey_id=draft.id, municipality_id=work.municipality)
    return True
