"""Writing a survey: kept as a draft that can be replaced as often as staff like, until it is launched."""

import json
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, Invalid
from base.keys import KeyStore
from base.paging import After
from push.deadlines import subject_goes_on
from surveys.box.codes import code_key
from surveys.forms.document import SurveyDocument, misplaced
from surveys.survey import COLUMNS, Survey, read, survey_of


class SurveyWasLaunched(Conflict):
    """This survey has been launched; it can no longer be changed."""


async def write(work: Work, document: SurveyDocument, kind: Literal["survey", "hearing"] = "survey") -> UUID:
    """Keep a new draft; of kind `hearing` it is the box of a hearing's anonymous opinions.

    Raises Invalid, with pointers, for keys used twice and conditions that cannot be."""
    _refuse_misplaced(document)
    survey_id = uuid4()
    await work.execute(
        "insert into survey (id, municipality_id, kind, state, definition, opens_at, closes_at, created_at) "
        "values ($1, $2, $3, 'draft', $4, $5, $6, $7)",
        survey_id,
        work.municipality,
        kind,
        json.dumps(document.stored()),
        document.opens_at,
        document.closes_at,
        now(),
    )
    await work.execute(
        "insert into survey_directory (survey_id, municipality_id) values ($1, $2)", survey_id, work.municipality
    )
    return survey_id


async def rewrite(work: Work, survey_id: UUID, document: SurveyDocument) -> None:
    """Replace a draft. Raises SurveyWasLaunched where it is none any more, Invalid as `write`."""
    _refuse_misplaced(document)
    changed = await work.execute(
        "update survey set definition = $2, opens_at = $3, closes_at = $4 where id = $1 and state = 'draft'",
        survey_id,
        json.dumps(document.stored()),
        document.opens_at,
        document.closes_at,
    )
    if not changed:
        await read(work, survey_id)
        raise SurveyWasLaunched()


async def discard(work: Work, survey_id: UUID, keys: KeyStore) -> None:
    """Throw a draft and its codes away; SurveyWasLaunched where it is none any more."""
    if not await work.execute("delete from survey where id = $1 and kind = 'survey' and state = 'draft'", survey_id):
        await read(work, survey_id)
        raise SurveyWasLaunched()
    keys.destroy(code_key(survey_id))


async def page(work: Work, after: After | None, limit: int) -> list[Survey]:
    """Surveys in any state, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {COLUMNS} from survey where kind = 'survey' and ($1::timestamptz is null or (created_at, id) < "  # noqa: S608 - our own column names
        "($1, $2::uuid)) order by created_at desc, id desc limit $3",
        *(after or (None, None)),
        limit,
    )
    return [survey_of(row) for row in rows]


async def extend(work: Work, survey_id: UUID, closes_at: datetime) -> None:
    """Let an open survey close later. Raises SurveyCannotBeExtended where it is not open or would close earlier."""
    was = await work.fetchval(
        "select closes_at from survey where id = $1 and state = 'open' and closes_at > $3 and closes_at < $2 "
        "for update",
        survey_id,
        closes_at,
        now(),
    )
    if was is None:
        await read(work, survey_id)
        raise SurveyCannotBeExtended()
    await work.execute("update survey set closes_at = $2 where id = $1", survey_id, closes_at)
    await subject_goes_on(work, survey_id, was, closes_at)


class SurveyCannotBeExtended(Conflict):
    """Only a survey that is open until a certain time can be extended, and only to a later one."""


def _refuse_misplaced(document: SurveyDocument) -> None:
    if errors := misplaced(document):
        raise Invalid(errors)
