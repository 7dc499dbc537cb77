"""What a message can be about, for whoever writes one."""

from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import staff
from api.http.endpoint import AnyEndpoint, Call, get
from api.schemas.common import PageQuery
from base.subjects import SubjectKind
from municipality.roles import WRITERS
from surveys import subjects


class SubjectsWanted(PageQuery):
    """Which part of the list, and with which words in the title."""

    q: str | None = Field(None, max_length=100, description="Those whose title has this in it, in any language")


class SubjectShown(BaseModel):
    """A survey or hearing that was launched, or an item of information."""

    kind: SubjectKind
    id: UUID
    title: dict[str, str]


class SubjectsShown(BaseModel):
    """Subjects, the youngest first."""

    items: list[SubjectShown]
    next: str | None


async def list_subjects(call: Call[None, SubjectsWanted]) -> SubjectsShown:
    """What a message can be about."""
    found = await subjects.page(call.work, call.query.after_time(), call.query.one_more, call.query.q or None)
    part, following = call.query.cut(found, lambda one: (one.at, one.id))
    shown = [SubjectShown(kind=one.kind, id=one.id, title=dict(one.title)) for one in part]
    return SubjectsShown(items=shown, next=following)


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/subjects", list_subjects, staff(WRITERS)),
]
