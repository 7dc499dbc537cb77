"""What a message or a trigger can lead to, for whoever makes one."""

from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from base.subjects import SubjectKind
from municipality.roles import READERS
from surveys import subjects


class SubjectsWanted(PageQuery):
    """Which part of the list, and with which words in the title."""

    q: str | None = Field(None, max_length=100, description="Those whose title has this in it, in any language")
    drafts: bool = Field(False, description="Whether surveys and hearings that were not launched are wanted too")


class SubjectShown(BaseModel):
    """A survey, a hearing or an item of information."""

    kind: SubjectKind
    id: UUID
    title: dict[str, str]


class SubjectsShown(BaseModel):
    """Subjects, the youngest first."""

    items: list[SubjectShown]
    next: str | None


async def list_subjects(call: Call[None, SubjectsWanted]) -> SubjectsShown:
    """What a message can be about, or a trigger lead to."""
    wanted = call.query
    found = await subjects.page(call.work, wanted.after_time(), wanted.one_more, wanted.q or None, drafts=wanted.drafts)
    part, following = call.query.cut(found, lambda one: (one.at, one.id))
    shown = [SubjectShown(kind=one.kind, id=one.id, title=dict(one.title)) for one in part]
    return SubjectsShown(items=shown, next=following)


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/subjects", list_subjects, staff(READERS)),
]
