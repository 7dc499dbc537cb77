"""What residents wrote in their own words, as far as it was approved: for planners, and for everybody once counted."""

from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import OPEN, staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from insights import comments, releases
from insights.models import Release
from municipality.roles import ANALYSTS


class CommentsWanted(PageQuery):
    """Which part of the comments, to which question."""

    question: str | None = Field(None, max_length=64, description="The key of one question")


class CommentShown(BaseModel):
    """A comment without what would tell who wrote it; `id` is random and says nothing of when it came."""

    id: UUID
    question: str
    body: str


class CommentsShown(BaseModel):
    """Approved comments, in a random order that stays."""

    items: list[CommentShown]
    withheld: list[str] = Field(description="Questions whose number the release leaves out, and their comments with it")
    next: str | None


async def _shown(call: Call[None, CommentsWanted], release: Release) -> CommentsShown:
    wanted = call.query
    found = await comments.approved(call.work, release, wanted.question, wanted.after_id(), wanted.one_more)
    part, after = wanted.cut(found, lambda one: (one.id,))
    _, withheld = await comments.questions(call.work, release)
    return CommentsShown(
        withheld=withheld,
        items=[CommentShown(id=one.id, question=one.question, body=one.body) for one in part],
        next=after,
    )


async def read_comments(call: Call[None, CommentsWanted]) -> CommentsShown:
    """The comments of a release that were approved, redacted, apart from the other answers of whoever wrote them.

    Only to questions of which the release says how many answered.
    """
    return await _shown(call, await releases.release(call.work, call.id(), int(call.text("number"))))


async def read_result_comments(call: Call[None, CommentsWanted]) -> CommentsShown:
    """The approved comments of a survey that has been counted."""
    return await _shown(call, await releases.result(call.id()))


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/insights/surveys/{id:uuid}/releases/{number:int}/comments", read_comments, staff(ANALYSTS), refuses=(404,)
    ),
    get(
        "/v1/municipalities/{number}/results/{id:uuid}/comments",
        read_result_comments,
        OPEN,
        town="number",
        refuses=(404,),
    ),
]
