"""Surveys taken along: as an XLSForm, and the shape of their answers as JSON Schema."""

import asyncio
import json

from pydantic import BaseModel

from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.staff.imports import XLSX, RowNote, shown
from municipality.roles import READERS
from surveys.forms.answers_schema import schema_of
from surveys.localized_survey import language_for
from surveys.survey import read_survey
from surveys.xlsform.export import export_form

JSON_SCHEMA = "application/schema+json"


class RowNotes(BaseModel):
    """What an XLSForm does not say of a survey; a row of none is about the whole, or about what is not in it."""

    items: list[RowNote]
    next: str | None = None


async def export_survey(call: Call[None, None]) -> RawResponse:
    """A survey as an XLSForm (.xlsx), as KoboToolbox and ODK use it; its last sheet lists what it does not say."""
    document = (await read_survey(call.id())).document
    content, _ = await asyncio.to_thread(export_form, document, call.languages)
    return RawResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{call.id()}.xlsx"'})


async def list_export_notes(call: Call[None, None]) -> RowNotes:
    """What an XLSForm does not say of this survey, row by row."""
    document = (await read_survey(call.id())).document
    _, notes = await asyncio.to_thread(export_form, document)
    return RowNotes(items=[shown(note, call.languages) for note in notes])


async def describe_answers(call: Call[None, None]) -> RawResponse:
    """The answers to a survey as JSON Schema (2020-12)."""
    document = (await read_survey(call.id())).document
    language = language_for(document, call.languages)
    call.set_content_language(language)
    return RawResponse(json.dumps(schema_of(document, language), ensure_ascii=False).encode(), JSON_SCHEMA)


_ONE = "/v1/staff/surveys/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    get(_ONE + "/xlsform", export_survey, staff(READERS), gives_media=XLSX, refuses=(403, 404)),
    get(_ONE + "/xlsform/notes", list_export_notes, staff(READERS), refuses=(403, 404)),
    get(_ONE + "/answers-schema", describe_answers, staff(READERS), gives_media=JSON_SCHEMA, refuses=(403, 404)),
]
