"""A survey as it stands in the books, from draft to counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Closed, Conflict, NotFound
from base.text import STORED
from surveys.ballots import Issuer
from surveys.forms.document import SurveyDocument

State = Literal["draft", "open", "closed", "counted", "published"]

COLUMNS = (
    "id, municipality_id, kind, state, definition, opens_at, closes_at, created_at, opened_at, closed_at, token_key, "
    "counted, on_paper, shaken_on, wording, text_version"
)


_MOST_KEPT = 100
_documents: dict[tuple[UUID, int, datetime | None, datetime | None], SurveyDocument] = {}


class NoSuchSurvey(NotFound):
    """There is no such survey."""


class NoSuchHearing(NotFound):
    """There is no such hearing."""


class SurveyIsClosed(Closed):
    """This survey is closed."""


class SurveyHasNotBegun(Conflict):
    """This survey has not begun yet."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey. `counted` is how many answers were counted; None after counting means they were too few and are
    destroyed. `on_paper` is how many of them came on paper, where codes were used and neither these nor the others are
    fewer than k. `shaken_on` is a day. `definition`
    is what was launched; `wording` the same in corrected words, of which `text_version` counts the corrections from 1.
    """

    id: UUID
    municipality_id: UUID
    kind: Literal["survey", "hearing"]
    state: State
    definition: Mapping[str, Any]
    opens_at: datetime | None
    closes_at: datetime | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    token_key: bytes | None
    counted: int | None
    on_paper: int | None
    shaken_on: date | None
    wording: Mapping[str, Any] | None = None
    text_version: int = 1

    _read: list[SurveyDocument] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def document(self) -> SurveyDocument:
        """What staff wrote, with its words and times as they are now.

        It is validated once. What was launched stays as it is until its words or times change, and the documents that
        were asked for last are kept at hand for whoever asks next.
        """
        if self._read:
            return self._read[0]
        key = (self.id, self.text_version, self.opens_at, self.closes_at)
        found = _documents.get(key) if self.state != "draft" else None
        if found is None:
            found = SurveyDocument.model_validate(
                {**(self.wording or self.definition), "opens_at": self.opens_at, "closes_at": self.closes_at},
                context=STORED,
            )
            if self.state != "draft":
                if len(_documents) >= _MOST_KEPT:
                    del _documents[next(iter(_documents))]
                _documents[key] = found
        self._read.append(found)
        return found

    @property
    def issuer(self) -> Issuer:
        """Who signs its ballots; NoSuchSurvey for a draft."""
        if self.token_key is None:
            raise NoSuchSurvey()
        return Issuer(self.id, self.token_key)

    def refuse_unless_open(self) -> None:
        """NoSuchSurvey for a draft, SurveyHasNotBegun before its time, SurveyIsClosed after it."""
        if self.state == "draft":
            raise NoSuchSurvey()
        if self.state != "open" or (self.closes_at is not None and self.closes_at <= now()):
            raise SurveyIsClosed()
        if self.opens_at is not None and self.opens_at > now():
            raise SurveyHasNotBegun()


def survey_of(row: asyncpg.Record) -> Survey:
    """A survey from its row."""
    wording = row["wording"]
    read_back = {"definition": json.loads(row["definition"]), "wording": json.loads(wording) if wording else None}
    return Survey(**{**dict(row), **read_back})


async def read(work: Work, survey_id: UUID) -> Survey:
    """The survey; NoSuchSurvey where the municipality has none of that id."""
    row = await work.fetchrow(f"select {COLUMNS} from survey where id = $1", survey_id)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchSurvey()
    return survey_of(row)


Kind = Literal["survey", "hearing"]
"""A survey of its own, or the box that takes a hearing's anonymous opinions."""


def no_such(kind: Kind) -> NotFound:
    """What is said where there is none of that kind."""
    return NoSuchHearing() if kind == "hearing" else NoSuchSurvey()


async def read_kind(work: Work, survey_id: UUID, kind: Kind) -> Survey:
    """As `read`, for whoever came to surveys or to hearings: each is reached by its own paths alone.

    Raises NoSuchSurvey or NoSuchHearing.
    """
    row = await work.fetchrow(f"select {COLUMNS} from survey where id = $1 and kind = $2", survey_id, kind)  # noqa: S608 - our own column names
    if row is None:
        raise no_such(kind)
    return survey_of(row)


async def read_survey(work: Work, survey_id: UUID) -> Survey:
    """As `read`, for what is a survey of its own: the box of a hearing is reached by the hearing alone."""
    return await read_kind(work, survey_id, "survey")
