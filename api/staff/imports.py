"""Surveys that staff already have, brought along."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from api.http.authentication import staff
from api.http.call import Beforehand, Call
from api.http.endpoint import MIB, AnyEndpoint, post
from api.staff.surveys import SurveyInFull, full
from municipality.directory import town
from municipality.roles import WRITERS
from surveys import drafts
from surveys.survey import read
from surveys.xlsform.notes import Note
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import Workbook, open_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RowNote(BaseModel):
    """What became of a row of the sheet."""

    sheet: str = Field(description="`survey`, `choices`, `settings`, or the name of another sheet")
    row: int | None = Field(description="As the sheet counts, the header being row 1; null: the whole sheet")
    column: str | None = Field(description="The header of the cell, or the letter of its column; null: the whole row")
    name: str
    kind: Literal["changed", "left_out"]
    detail: str


class SurveyImported(BaseModel):
    """The draft that a form became, and all that did not come along as it was."""

    survey: SurveyInFull
    notes: list[RowNote]
    warnings: list[str]


def shown(note: Note, languages: Sequence[str]) -> RowNote:
    """A note in the first of these languages that the house speaks."""
    return RowNote(
        sheet=note.sheet,
        row=note.row,
        column=note.column,
        name=note.name,
        kind=note.kind,
        detail=note.in_language(languages),
    )


async def _opened(before: Beforehand[None]) -> Workbook:
    """The workbook, before any transaction begins."""
    return await asyncio.to_thread(open_workbook, before.raw)


async def import_survey(call: Call[None, None]) -> SurveyImported:
    """Make a draft of an XLSForm (.xlsx, as KoboToolbox and ODK use it)."""
    workbook: Workbook = call.prepared
    imported = await asyncio.to_thread(import_form, workbook, (await town(call.work)).languages[0])
    survey = await read(await drafts.write(call.work, imported.document))
    return SurveyImported(
        survey=full(survey),
        notes=[shown(note, call.languages) for note in imported.notes],
        warnings=list(workbook.warnings),
    )


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/surveys/import",
        import_survey,
        staff(WRITERS),
        takes=XLSX,
        status=201,
        limit_bytes=20 * MIB,
        prepare=_opened,
        refuses=(403, 413, 422),
    ),
]
