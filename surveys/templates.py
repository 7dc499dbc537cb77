"""Surveys that others begin from: a copy of one there is, or a template kept for the purpose."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.paging import After
from base.text import STORED
from surveys import drafts
from surveys.forms.document import SurveyDocument
from surveys.survey import read_survey

_COLUMNS = "id, name, definition, created_at"


class NoSuchTemplate(NotFound):
    """There is no such template."""


@dataclass(frozen=True, slots=True)
class Template:
    """A survey document under a name; it has no times of its own."""

    id: UUID
    name: str
    definition: Mapping[str, Any]
    created_at: datetime


async def duplicate(work: Work, survey_id: UUID) -> UUID:
    """A new draft with the words and questions of a survey in any state, without its times. Raises NoSuchSurvey."""
    return await drafts.write(work, _timeless((await read_survey(work, survey_id)).document))


async def keep(work: Work, survey_id: UUID, name: str) -> Template:
    """Keep a survey as a template. Raises NoSuchSurvey."""
    document = _timeless((await read_survey(work, survey_id)).document)
    template = Template(uuid4(), name, document.stored(), now())
    await work.execute(
        "insert into survey_template (id, municipality_id, name, definition, created_at) values ($1, $2, $3, $4, $5)",
        template.id,
        work.municipality,
        name,
        json.dumps(template.definition),
        template.created_at,
    )
    return template


async def page(work: Work, after: After | None, limit: int) -> list[Template]:
    """Templates, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from survey_template where $1::timestamptz is null or (created_at, id) < "  # noqa: S608 - our own column names
        "($1, $2::uuid) order by created_at desc, id desc limit $3",
        *(after or (None, None)),
        limit,
    )
    return [_template(row) for row in rows]


async def begin(work: Work, template_id: UUID) -> UUID:
    """A new draft from a template. Raises NoSuchTemplate."""
    row = await work.fetchrow(f"select {_COLUMNS} from survey_template where id = $1", template_id)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchTemplate()
    return await drafts.write(work, SurveyDocument.model_validate(_template(row).definition, context=STORED))


async def remove(work: Work, template_id: UUID) -> None:
    """Throw a template away; the surveys that began from it stay. Raises NoSuchTemplate."""
    if not await work.execute("delete from survey_template where id = $1", template_id):
        raise NoSuchTemplate()


def _timeless(document: SurveyDocument) -> SurveyDocument:
    return document.model_copy(update={"opens_at": None, "closes_at": None})


def _template(row: asyncpg.Record) -> Template:
    return Template(**{**dict(row), "definition": json.loads(row["definition"])})
