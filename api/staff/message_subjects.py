"""What a message can be about, for whoever writes one."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Page
from surveys import subjects


class SubjectsWanted(Page):
    """Which part of the list, and with which words in the title."""

    q: str | None = Field(None, max_length=100, description="Those whose title has this in it, in any language")


class SubjectShown(BaseModel):
    """A survey or hearing that was launched, or an item of information."""

    kind: Literal["survey", "hearing", "info"]
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


ENDPOINTS = [
    Endpoint("GET", "/v1/staff/subjects", list_subjects, staff("communications"), query=SubjectsWanted,
             gives=SubjectsShown),
]  # fmt: skip
