"""Surveys that staff already have, brought along."""

import asyncio
from typing import Literal

from pydantic import BaseModel

from api.endpoint import MIB, Call, Endpoint
from api.staff.surveys import STAFF, SurveyInFull, full
from municipality.directory import town
from surveys import drafts
from surveys.survey import read
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import open_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RowNote(BaseModel):
    """What became of a row of the sheet."""

    row: int | None
    name: str
    kind: Literal["changed", "left_out"]
    detail: str


class SurveyImported(BaseModel):
    """The draft that a form became, and all that did not come along as it was."""

    survey: SurveyInFull
    notes: list[RowNote]
    warnings: list[str]


async def import_survey(call: Call[None, None]) -> SurveyImported:
    """Make a draft of an XLSForm (.xlsx, as KoboToolbox and ODK use it)."""
    workbook = await asyncio.to_thread(open_workbook, call.raw)
    imported = await asyncio.to_thread(import_form, workbook, (await town(call.work)).languages[0])
    survey = await read(call.work, await drafts.write(call.work, imported.document))
    return SurveyImported(
        survey=full(survey),
        notes=[RowNote(row=n.row, name=n.name, kind=n.kind, detail=n.detail) for n in imported.notes],
        warnings=list(workbook.warnings),
    )


ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/staff/surveys/import",
        import_survey,
        STAFF,
        takes=XLSX,
        gives=SurveyImported,
        status=201,
        limit_bytes=20 * MIB,
        refuses=(403, 413, 422),
    ),
]
