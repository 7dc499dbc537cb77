"""What residents wrote in their own words: parted from the rest of their answers, read through, published or refused.

A comment is a row of its own with a random id, made while the box is shaken; the answer it came with keeps only that
something was written. So nobody who reads a comment, a superuser neither, sees what else its writer answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from base.database import Work
from base.errors import NotFound
from base.sql import load
from municipality.directory import smallest_group
from surveys.forms.document import SurveyDocument
from surveys.forms.questions import MapAsked, Multiple, Single, TextAsked
from surveys.survey import Survey, read_survey

_PART = load(__file__, "part.sql")
_WROTE = load(__file__, "wrote.sql")

State = Literal["waiting", "published", "refused"]


class NoSuchComment(NotFound):
    """There is no such comment."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Words that somebody wrote to a question (its key), redacted before they were stored."""

    id: UUID
    question: str
    body: str
    state: State
    refused_because: str | None


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions that words are written to: texts, choices that ask for other words, places with a comment."""

    texts: list[str]
    choices: list[str]
    places: list[str]

    def among(self, keys: frozenset[str]) -> "_Asking":
        return _Asking(*([k for k in part if k in keys] for part in (self.texts, self.choices, self.places)))


def _asking(document: SurveyDocument) -> _Asking:
    asked = document.questions
    return _Asking(
        [q.key for q in asked if isinstance(q, TextAsked)],
        [q.key for q in asked if isinstance(q, Single | Multiple) and any(option.other for option in q.options)],
        [q.key for q in asked if isinstance(q, MapAsked) and q.comment],
    )


def asks_for_words(document: SurveyDocument) -> list[str]:
    """The keys of the questions that words are written to."""
    asking = _asking(document)
    return [*asking.texts, *asking.choices, *asking.places]


async def part(work: Work, survey: Survey, *, last: bool) -> None:
    """Part the words from the answers of a survey whose box is about to be shaken in this transaction.

    Only the words of k people at once are parted from their answers: fewer that are new stay where they are until more
    have come, whatever was parted before, and are destroyed when the box is shaken for the last time.
    """
    asking = _asking(survey.document)
    if not asks_for_words(survey.document):
        return
    k = await smallest_group(work, survey.document.smallest_group)
    rows = await work.fetch(_WROTE, survey.id, k, asking.texts, asking.choices, asking.places)
    ready = asking.among(frozenset(row["key"] for row in rows))
    gone = asking if last else ready
    await work.execute(
        _PART,
        survey.id,
        work.municipality,
        *(ready.texts, ready.choices, ready.places),
        *(gone.texts, gone.choices, gone.places),
    )


async def page(work: Work, survey_id: UUID, state: State, after: UUID | None, limit: int) -> list[Comment]:
    """Comments in that state in the order of their random ids, from the one after `after` on. Raises NoSuchSurvey."""
    await read_survey(work, survey_id)
    rows = await work.fetch(
        "select id, question, body, state, refused_because from comment "
        "where survey_id = $1 and state = $2 and ($3::uuid is null or id > $3) order by id limit $4",
        survey_id,
        state,
        after,
        limit,
    )
    return [_comment(row) for row in rows]


async def decide(work: Work, survey_id: UUID, comment_id: UUID, refused_because: str | None) -> Comment:
    """Publish a comment, or refuse it with the reason; again for a second thought. Raises NoSuchComment."""
    row = None
    for _ in range(2):  # It may just have been written anew, with others: then it is there for a second look.
        row = row or await work.fetchrow(
            "update comment set state = $3, refused_because = $4 where id = $2 and survey_id = $1 "
            "returning id, question, body, state, refused_because",
            survey_id,
            comment_id,
            "published" if refused_because is None else "refused",
            refused_because,
        )
    if row is None:
        raise NoSuchComment()
    return _comment(row)


async def published(
    work: Work, survey_id: UUID, questions: Sequence[str], after: UUID | None, limit: int
) -> list[Comment]:
    """The comments to these questions that were approved, in the order of their random ids."""
    rows = await work.fetch(
        "select id, question, body, state, refused_because from comment where survey_id = $1 "
        "and state = 'published' and question = any($2) and ($3::uuid is null or id > $3) order by id limit $4",
        survey_id,
        list(questions),
        after,
        limit,
    )
    return [_comment(row) for row in rows]


def _comment(row: asyncpg.Record) -> Comment:
    return Comment(**dict(row))
