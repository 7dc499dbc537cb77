"""Correcting the words of an open survey: what is asked stays as it is, and every correction is told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid
from base.findings import finding
from surveys.forms.document import SurveyDocument
from surveys.forms.proofreading import proofread, texts
from surveys.survey import read_survey


class OnlyOpenSurveysAreCorrected(Conflict):
    """Only the words of an open survey are corrected: a draft is replaced, and a closed one stays as it was read."""


class NothingToCorrect(Conflict):
    """These are the words that the survey has already."""


@dataclass(frozen=True, slots=True)
class Change:
    """One text before and after, in every language it has; `pointer` says which (RFC 6901, into the document)."""

    pointer: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A text version: 2 is the first correction. `corrected_by` is a member of staff or a key."""

    version: int
    corrected_at: datetime
    corrected_by: UUID | None
    changes: Sequence[Change]


async def correct(work: Work, survey_id: UUID, document: SurveyDocument) -> Correction:
    """Give an open survey new words. The document must be the survey's own but for its texts.

    Raises NoSuchSurvey, OnlyOpenSurveysAreCorrected, Invalid with a pointer for whatever differs besides the texts and
    for words that a launch would refuse, NothingToCorrect.
    """
    await work.execute("select 1 from survey where id = $1 for update", survey_id)
    survey = await read_survey(work, survey_id)
    if survey.state != "open":
        raise OnlyOpenSurveysAreCorrected()
    was, becomes = survey.document.stored(), document.stored()
    if errors := [*_differences(was, becomes, ""), *proofread(document).errors]:
        raise Invalid(errors, "A correction changes words alone, in every language of the survey.")
    changes = _changes(survey.document, document)
    if not changes:
        raise NothingToCorrect()
    tenant = work.tenant
    correction = Correction(survey.text_version + 1, now(), tenant.id if tenant else None, changes)
    await work.execute(
        "update survey set wording = $2, text_version = $3 where id = $1",
        survey_id,
        json.dumps(becomes),
        correction.version,
    )
    await work.execute(
        "insert into survey_wording (id, municipality_id, survey_id, version, corrected_at, corrected_by, changes) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        uuid4(),
        work.municipality,
        survey_id,
        correction.version,
        correction.corrected_at,
        correction.corrected_by,
        json.dumps([[c.pointer, c.before, c.after] for c in changes]),
    )
    return correction


async def corrections(work: Work, survey_id: UUID) -> list[Correction]:
    """Every correction of a survey, the oldest first."""
    rows = await work.fetch(
        "select version, corrected_at, corrected_by, changes from survey_wording where survey_id = $1 order by version",
        survey_id,
    )
    return [_correction(row) for row in rows]


async def corrected_at(work: Work) -> dict[UUID, datetime]:
    """When each survey's words were last corrected, of those that were."""
    rows = await work.fetch("select survey_id, max(corrected_at) as at from survey_wording group by 1")
    return {row["survey_id"]: row["at"] for row in rows}


def _correction(row: asyncpg.Record) -> Correction:
    changes = [Change(*change) for change in json.loads(row["changes"])]
    return Correction(row["version"], row["corrected_at"], row["corrected_by"], changes)


_TEXTS = frozenset({"title", "intro", "label", "help"})


def _differences(was: Any, becomes: Any, pointer: str) -> list[FieldError]:
    """Where two documents differ in anything but the words of their texts. That a text is there at all may change:
    a missing explanation is a matter of words, too.
    """
    if isinstance(was, dict) and isinstance(becomes, dict):
        found = []
        for name in dict.fromkeys([*was, *becomes]):
            if name in _TEXTS or (name == "labels" and _ends(was.get(name)) == _ends(becomes.get(name))):
                continue
            found += _differences(was.get(name), becomes.get(name), f"{pointer}/{name}")
        return found
    if isinstance(was, list) and isinstance(becomes, list) and len(was) == len(becomes):
        return [
            e for n, pair in enumerate(zip(was, becomes, strict=True)) for e in _differences(*pair, f"{pointer}/{n}")
        ]
    if was == becomes:
        return []
    return [finding(pointer, "This cannot change once the survey is open; correct words alone.")]


def _ends(labels: Any) -> set[str]:
    return set(labels or ())


def _changes(was: SurveyDocument, becomes: SurveyDocument) -> list[Change]:
    before, after = dict(texts(was)), dict(texts(becomes))
    return [
        Change(pointer, before.get(pointer), after.get(pointer))
        for pointer in dict.fromkeys([*before, *after])
        if before.get(pointer) != after.get(pointer)
    ]
