"""Free text for communications staff to read through: parted from all else, in random order, approved or refused."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import Line, PageQuery, RequestModel
from api.schemas.marks import MarkShown, marked
from municipality.roles import WRITERS
from surveys.box import comments
from surveys.models import Comment


class CommentsToRead(PageQuery):
    """Which comments."""

    state: comments.CommentState = "waiting"


class CommentInFull(BaseModel):
    """A comment, redacted before it was stored, and what was decided about it; `marks` is what to look at first."""

    id: UUID
    question: str
    body: str
    state: Literal["waiting", "published", "refused"]
    refused_because: str | None
    marks: list[MarkShown]


class CommentCounts(BaseModel):
    """How many comments are in each state."""

    waiting: int
    published: int
    refused: int


class CommentsInFull(BaseModel):
    """Comments in a random order."""

    items: list[CommentInFull]
    next: str | None
    counts: CommentCounts


class CommentJudged(RequestModel):
    """Publish it, or refuse it with a reason."""

    refused_because: Line | None = None


class CommentsJudged(RequestModel):
    """Some comments, and what becomes of them: `waiting` takes a decision back."""

    ids: list[UUID] = Field(min_length=1, max_length=200)
    state: comments.CommentState
    refused_because: Line | None = None


class CommentsDecided(BaseModel):
    """Of how many it was decided; the others are there under other ids by now."""

    decided: int
    counts: CommentCounts


def _full(comment: Comment) -> CommentInFull:
    stated = CommentInFull.model_fields.keys() - {"marks"}
    return CommentInFull(**{name: getattr(comment, name) for name in stated}, marks=marked(comment.body))


async def list_staff_comments(call: Call[None, CommentsToRead]) -> CommentsInFull:
    """What was written to a survey, once its box was shaken: no comment shows what else its writer answered.

    Words to a question are here once as many wrote to it as the survey's smallest group has.
    """
    wanted = call.query
    found = await comments.page(call.id(), wanted.state, wanted.after_id(), wanted.one_more)
    part, after = wanted.cut(found, lambda one: (one.id,), lambda one: one.body)
    return CommentsInFull(items=[_full(one) for one in part], next=after, counts=await _counts(call.id()))


async def _counts(survey: UUID) -> CommentCounts:
    return CommentCounts.model_validate(await comments.how_many(survey))


async def moderate_comment(call: Call[CommentJudged, None]) -> CommentInFull:
    """Publish a comment with the results, or refuse it with the reason; again for a second thought."""
    return _full(await comments.decide(call.id(), call.id("comment"), call.body.refused_because))


async def moderate_comments(call: Call[CommentsJudged, None]) -> CommentsDecided:
    """Publish several comments, refuse them for one reason, or take such decisions back."""
    asked = call.body
    decided = await comments.decide_on_some(call.id(), asked.ids, asked.state, asked.refused_because)
    return CommentsDecided(decided=decided, counts=await _counts(call.id()))


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/surveys/{id:uuid}/comments", list_staff_comments, staff(WRITERS), refuses=(403, 404)),
    post(
        "/v1/staff/surveys/{id:uuid}/comments/{comment:uuid}/moderation",
        moderate_comment,
        staff(WRITERS),
        example={"refused_because": "Names a neighbour."},
        refuses=(403, 404, 413, 422),
    ),
    post(
        "/v1/staff/surveys/{id:uuid}/comments/moderation",
        moderate_comments,
        staff(WRITERS),
        example={"ids": ["0198c0de-0000-7000-8000-000000000001"], "state": "published"},
        refuses=(403, 404, 413, 422),
    ),
]
