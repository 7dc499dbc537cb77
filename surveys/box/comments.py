"""What residents wrote in their own words: parted from the rest of their answers, read through, published or refused.

A comment is a row of its own with a random id, made while the box is shaken; the answer it came with keeps only that
something was written. So nobody who reads a comment, a superuser neither, sees what else its writer answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tortoise.functions import Count

from base.database import Work
from base.errors import NotFound, invalid
from base.queries import load_queries
from base.waiting import Waiting
from municipality.directory import smallest_group
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Words
from surveys.forms.types.question import FreeText
from surveys.models import Comment, Survey
from surveys.survey import read_survey

sql = load_queries(__file__)

CommentState = Literal["waiting", "published", "refused"]


class NoSuchComment(NotFound):
    """There is no such comment."""


@dataclass(frozen=True, slots=True)
class _WrittenTo:
    """The questions that words are written to: texts, choices that ask for other words, places with a comment."""

    texts: list[str]
    choices: list[str]
    places: list[str]

    def among(self, keys: frozenset[str]) -> "_WrittenTo":
        return _WrittenTo(*([k for k in part if k in keys] for part in (self.texts, self.choices, self.places)))


def _asking(document: SurveyDocument) -> _WrittenTo:
    def keys(where: FreeText) -> list[str]:
        return [q.key for q in document.questions if not isinstance(q, Words) and q.free_text() == where]

    return _WrittenTo(keys("text"), keys("other"), keys("comment"))


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
    rows = await work.fetch(
        sql.written_to, survey=survey.id, k=k, texts=asking.texts, choices=asking.choices, places=asking.places
    )
    ready = asking.among(frozenset(row["key"] for row in rows))
    gone = asking if last else ready
    await work.execute(
        sql.part_words,
        survey=survey.id,
        texts=ready.texts,
        choices=ready.choices,
        places=ready.places,
        ended_texts=gone.texts,
        ended_choices=gone.choices,
        ended_places=gone.places,
    )


async def page(survey_id: UUID, state: CommentState, after: UUID | None, limit: int) -> list[Comment]:
    """Comments in that state in the order of their random ids, from the one after `after` on. Raises NoSuchSurvey."""
    await read_survey(survey_id)
    found = Comment.filter(survey_id=survey_id, state=state).order_by("id").limit(limit)
    return await (found if after is None else found.filter(id__gt=after))


async def waiting(work: Work) -> Waiting:
    """Comments of counted surveys that are neither published nor refused."""
    return Waiting.of(await work.fetchrow(sql.comments_waiting))


async def decide(survey_id: UUID, comment_id: UUID, refused_because: str | None) -> Comment:
    """Publish a comment, or refuse it with the reason; again for a second thought. Raises NoSuchComment."""
    becomes = "published" if refused_because is None else "refused"
    for _ in range(2):  # It may just have been written anew, with others: then it is there for a second look.
        comments = Comment.filter(survey_id=survey_id, id=comment_id)
        if await comments.update(state=becomes, refused_because=refused_because):
            return await comments.get()
    raise NoSuchComment()


async def decide_on_some(
    survey_id: UUID, comments: Sequence[UUID], state: CommentState, refused_because: str | None = None
) -> int:
    """Publish several comments, refuse them for one reason, or let them wait again; how many are still there under
    these ids. Raises NoSuchSurvey, Invalid where a refusal has no reason.
    """
    if (state == "refused") != (refused_because is not None):
        raise invalid("/refused_because", "A refusal has a reason, and nothing else has one.")
    await read_survey(survey_id)
    found = Comment.filter(survey_id=survey_id, id__in=list(comments))
    return await found.update(state=state, refused_because=refused_because)


async def how_many(survey_id: UUID) -> dict[CommentState, int]:
    """How many comments are in each state: as many as a group, or none; whoever moderates could count them."""
    rows = await Comment.filter(survey_id=survey_id).annotate(n=Count("id")).group_by("state").values("state", "n")
    counted: dict[CommentState, int] = {"waiting": 0, "published": 0, "refused": 0}
    return counted | {row["state"]: row["n"] for row in rows}


async def published(survey_id: UUID, questions: Sequence[str], after: UUID | None, limit: int) -> list[Comment]:
    """The comments to these questions that were approved, in the order of their random ids."""
    found = Comment.filter(survey_id=survey_id, state="published", question__in=list(questions))
    return await (found if after is None else found.filter(id__gt=after)).order_by("id").limit(limit)
