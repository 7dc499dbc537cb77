"""Answers on paper: a sheet with the code of its letter is entered by staff, into the same box as all others.

The code is noted as used, and that it was on paper; in a transaction of its own, afterwards, the answers go into the
box under a mark that follows from the code and a key outside the database. So a sheet that is entered again, because
nobody knows whether it went in, goes in once; and nothing in the database leads from the code to the answers but that
key and, until the box is shaken, the order of things.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from base.database import Work
from base.errors import Conflict
from base.keys import KeyStore
from base.queries import load_queries
from base.tenant import Tenant
from surveys import ballots
from surveys.box import acceptance as box
from surveys.box import locks
from surveys.box.codes import CodeWasUsed, NotByCode, code_key, recognised
from surveys.eligibility import participant
from surveys.survey import read_survey

sql = load_queries(__file__)


class SheetWasEntered(Conflict):
    """A sheet with this code has been entered already, with other answers."""


async def enter(
    work: Work, survey_id: UUID, code: str, answers: Mapping[str, object], *, keys: KeyStore, languages: Sequence[str]
) -> None:
    """Enter a sheet, once for each code; what was not acknowledged may be entered again.

    Raises NoSuchSurvey, SurveyHasNotBegun, SurveyIsClosed, NotByCode, NoSuchCode, CodeWasUsed where a ballot was
    fetched with the code, Invalid with a pointer for each question, SheetWasEntered.
    """
    await locks.side_by_side(work, survey_id)
    survey = await read_survey(survey_id)
    survey.refuse_unless_open()
    if survey.definition["assurance"] != "code":
        raise NotByCode()
    kept = box.kept(await box.rules_in(work, survey), answers, languages)
    known = await recognised(survey_id, code, keys)
    await _note(work, survey_id, participant(keys, survey_id, UUID(bytes=known[:16])))
    key = keys.get(code_key(survey_id)) or b""
    ballot = ballots.on_paper(survey_id, hmac.digest(key, b"sheet" + known, hashlib.sha256))
    handed_in = box.HandedIn(answers, hmac.digest(key, b"receipt of sheet" + known, hashlib.sha256))
    assert work.tenant is not None
    work.then.append(partial(_put_in, work.tenant, ballot, kept, handed_in))


async def _put_in(tenant: Tenant, ballot: ballots.Ballot, kept: Mapping[str, object], handed_in: box.HandedIn) -> None:
    try:
        await box.put_in(tenant, ballot, kept, handed_in)
    except box.BallotWasSpent:
        raise SheetWasEntered() from None


async def _note(work: Work, survey_id: UUID, who: bytes) -> None:
    """Note that a code was used on paper: a participation without a request."""
    if await work.execute(sql.note_participation, survey=survey_id, participant=who, request_hash=None):
        return
    if await work.fetchval(sql.request_before, survey=survey_id, participant=who) is not None:
        raise CodeWasUsed()


async def how_many(work: Work, survey_id: UUID) -> int:
    """How many codes were used on paper, before the survey forgets who took part."""
    return int(await work.fetchval(sql.count_on_paper, survey=survey_id))


def told(sheets: int, counted: int | None, k: int) -> int | None:
    """How many of the counted came on paper, where neither these nor the others are fewer than k; else None."""
    return sheets if counted is not None and min(sheets, counted - sheets) >= k else None
