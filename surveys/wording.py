"""Correcting the words of an open survey: what is asked stays as it is, and every correction is told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid
from base.findings import finding
from surveys.forms.document import GEOJSON, WITHOUT_TEXTS, SurveyDocument
from surveys.forms.proofreading import proofread, texts
from surveys.models import Survey, SurveyWording, TextChange
from surveys.survey import read_survey


class OnlyOpenSurveysAreCorrected(Conflict):
    """Only the words of an open survey are corrected: a draft is replaced, and a closed one stays as it was read."""


class NothingToCorrect(Conflict):
    """These are the words that the survey has already."""


async def correct(work: Work, survey_id: UUID, document: SurveyDocument) -> SurveyWording:
    """Give an open survey new words. The document must be the survey's own but for its texts.

    Raises NoSuchSurvey, OnlyOpenSurveysAreCorrected, Invalid with a pointer for whatever differs besides the texts and
    for words that a launch would refuse, NothingToCorrect.
    """
    await Survey.filter(id=survey_id).select_for_update().only("id")
    survey = await read_survey(survey_id)
    if survey.state != "open":
        raise OnlyOpenSurveysAreCorrected()
    was, becomes = survey.document.stored(), document.stored()
    if errors := [*_differences(was, becomes, ""), *proofread(document).errors]:
        raise Invalid(errors, "A correction changes words alone, in every language of the survey.")
    changes = _changes(survey.document, document)
    if not changes:
        raise NothingToCorrect()
    tenant = work.tenant
    correction = await SurveyWording.create(
        survey_id=survey_id,
        version=survey.text_version + 1,
        corrected_at=now(),
        corrected_by=tenant.id if tenant else None,
        changes=changes,
    )
    await Survey.filter(id=survey_id).update(wording=becomes, text_version=correction.version)
    return correction


async def corrections(survey_id: UUID) -> list[SurveyWording]:
    """Every correction of a survey, the oldest first."""
    return await SurveyWording.filter(survey_id=survey_id).order_by("version")


async def corrected_at() -> dict[UUID, datetime]:
    """When each survey's words were last corrected, of those that were."""
    return dict(await SurveyWording.all().order_by("corrected_at").values_list("survey_id", "corrected_at"))


_WORDS_ALONE = "This cannot change once the survey is open; correct words alone."
_TEXTS = frozenset({"title", "intro", "label", "help"})


def _differences(was: Any, becomes: Any, pointer: str, *, texts: bool = True) -> list[FieldError]:
    """Where two documents differ in anything but the words of their texts. That a text is there at all may change:
    a missing explanation is a matter of words, too. Where there are no `texts`, a field is never one, whatever it is
    called.
    """
    if isinstance(was, dict) and isinstance(becomes, dict):
        found = []
        for name in dict.fromkeys([*was, *becomes]):
            if texts and (name in _TEXTS or (name == "labels" and _ends(was.get(name)) == _ends(becomes.get(name)))):
                continue
            if name in GEOJSON and was.get(name) != becomes.get(name):
                found.append(finding(f"{pointer}/{name}", _WORDS_ALONE))
            elif name not in GEOJSON:
                has_texts = texts and name not in WITHOUT_TEXTS
                found += _differences(was.get(name), becomes.get(name), f"{pointer}/{name}", texts=has_texts)
        return found
    if isinstance(was, list) and isinstance(becomes, list) and len(was) == len(becomes):
        pairs = enumerate(zip(was, becomes, strict=True))
        return [error for n, pair in pairs for error in _differences(*pair, f"{pointer}/{n}", texts=texts)]
    if was == becomes:
        return []
    return [finding(pointer, _WORDS_ALONE)]


def _ends(labels: Any) -> set[str]:
    return set(labels or ())


def _changes(was: SurveyDocument, becomes: SurveyDocument) -> list[TextChange]:
    before, after = dict(texts(was)), dict(texts(becomes))
    return [
        TextChange(pointer, before.get(pointer), after.get(pointer))
        for pointer in dict.fromkeys([*before, *after])
        if before.get(pointer) != after.get(pointer)
    ]
