"""Free text for communications staff to read through: parted from all else, in random order, approved or refused."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from api.endpoint import Call, Endpoint
from api.shapes import Line, Page, Sent
from api.staff.surveys import STAFF
from surveys.box import comments


class CommentsToRead(Page):
    """Which comments."""

    state: comments.State = "waiting"


class CommentInFull(BaseModel):
    """A comment, redacted before it was stored, and what was decided about it."""

    id: UUID
    question: str
    body: str
    state: Literal["waiting", "published", "refused"]
    refused_because: str | None


class CommentsInFull(BaseModel):
    """Comments in a random order."""

    items: list[CommentInFull]
    next: str | None


class CommentJudged(Sent):
    """Publish it, or refuse it with a reason."""

    refused_because: Line | None = None


def _full(comment: comments.Comment) -> CommentInFull:
    return CommentInFull.model_validate(comment, from_attributes=True)


async def list_staff_comments(call: Call[None, CommentsToRead]) -> CommentsInFull:
    """What was written to a survey, once its box was shaken: no comment shows what else its writer answered.

    Words to a question are here once as many wrote to it as the survey's smallest group has.
    """
    wanted = call.query
    found = await comments.page(call.work, call.id(), wanted.state, wanted.after_id(), wanted.one_more)
    part, after = wanted.cut(found, lambda one: (one.id,))
    return CommentsInFull(items=[_full(one) for one in part], next=after)


async def moderate_comment(call: Call[CommentJudged, None]) -> CommentInFull:
    """Publish a comment with the results, or refuse it with the reason; again for a second thought."""
    return _full(await comments.decide(call.work, call.id(), call.id("comment"), call.body.refused_because))


ENDPOINTS = [
    Endpoint("GET", "/v1/staff/surveys/{id:uuid}/comments", list_staff_comments, STAFF, query=CommentsToRead,
             gives=CommentsInFull, refuses=(403, 404)),
    Endpoint("POST", "/v1/staff/surveys/{id:uuid}/comments/{comment:uuid}/moderation", moderate_comment, STAFF,
             body=CommentJudged, example={"refused_because": "Names a neighbour."}, gives=CommentInFull,
             refuses=(403, 404, 413, 422)),
]  # fmt: skip
