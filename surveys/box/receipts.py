"""Proof that mine was counted: the hashes that came with the answers, parted from them and shown by prefix."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from base.database import Work
from base.errors import NotFound, invalid
from base.queries import load_queries
from surveys.errors import NoSuchSurvey
from surveys.models import Survey, SurveyKind
from surveys.survey import read_kind

sql = load_queries(__file__)
_AT_A_TIME = 1_000
_PREFIX = re.compile(r"[0-9a-fA-F]{2,8}", re.ASCII)


class NotCountedYet(NotFound):
    """Receipts are shown once the answers have been counted."""


@dataclass(frozen=True, slots=True)
class Box:
    """What everybody may know of a survey's box."""

    state: Literal["open", "counted", "destroyed"]
    counted: int | None


def box_of(survey: Survey) -> Box:
    """The box of a survey that was launched; NoSuchSurvey for a draft."""
    if survey.state == "draft":
        raise NoSuchSurvey()
    if survey.state in ("open", "closed"):
        return Box("open", None)
    return Box("destroyed" if survey.counted is None else "counted", survey.counted)


async def receipts(work: Work, survey_id: UUID, prefix: str, kind: SurveyKind = "survey") -> list[str]:
    """The receipts that begin with 2 to 8 hex characters, in hex and in their own order.

    A prefix tells nobody which of them is mine. Raises Invalid, NoSuchSurvey, NoSuchHearing,
    NotCountedYet.
    """
    if not _PREFIX.fullmatch(prefix):
        raise invalid("/prefix", "A prefix has 2 to 8 hex characters.")
    if box_of(await read_kind(survey_id, kind)).state == "open":
        raise NotCountedYet()
    low, high = bytes.fromhex(prefix.ljust(64, "0")), bytes.fromhex(prefix.ljust(64, "f"))
    rows = await work.fetch(sql.receipts_between, survey=survey_id, low=low, high=high)
    return [row["receipt_hash"].hex() for row in rows]


async def counted_answers(work: Work, survey_id: UUID) -> AsyncIterator[list[str]]:
    """Every answer that has been shaken, as JSON, some thousand at a time: what releases are made from."""
    some: list[str] = []
    async for row in work.stream(sql.counted_answers, survey=survey_id):
        some.append(row["answers"])
        if len(some) == _AT_A_TIME:
            yield some
            some = []
    if some:
        yield some


async def how_many_counted(work: Work, survey_id: UUID) -> int:
    """How many answers have been shaken."""
    return int(await work.fetchval(sql.count_answers, survey=survey_id, shaken=True))
