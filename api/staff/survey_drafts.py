"""Drafts of surveys as the editor keeps them: unfinished ones too, from the first letter."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, JsonValue

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import MIB, AnyEndpoint, get, post, put
from api.schemas.common import PageQuery, RequestModel, Whole
from municipality.members import names_of
from municipality.roles import READERS, WRITERS
from surveys import draft_editors, drafting
from surveys.models import SurveyDraft

Json = Annotated[dict[str, JsonValue], Field(max_length=1000)]


class DraftWritten(RequestModel):
    """A survey document as far as it has come, and how it is to be launched."""

    document: Json
    plan: Json = Field(default={}, description="What the editor keeps for the launch: place and message")


class DraftShown(BaseModel):
    """A draft; its ETag names the version."""

    id: UUID
    document: dict[str, Any]
    plan: dict[str, Any]
    version: Whole
    whole: bool = Field(description="Whether it is a survey already, that of the same id")
    saved_at: AwareDatetime
    saved_by: str | None = Field(description="What whoever saved it last is called")


class DraftLine(BaseModel):
    """A draft in a list."""

    id: UUID
    title: dict[str, str]
    saved_at: AwareDatetime
    saved_by: str | None


class DraftLines(BaseModel):
    """Drafts that are no survey yet, the youngest first."""

    items: list[DraftLine]
    next: str | None


class WindowOpen(RequestModel):
    """A window in which a draft is open: an id that it made."""

    tab: UUID
    leaves: bool = False


class SomebodyBeside(BaseModel):
    """Somebody else who has the draft open."""

    name: str
    same: bool = Field(description="Whether it is the caller, in another window")


class DraftOpen(BaseModel):
    """Who else has the draft open, and which version stands."""

    others: list[SomebodyBeside]
    version: Whole
    saved_at: AwareDatetime
    saved_by: str | None


async def _shown(call: Call[Any, Any], draft: SurveyDraft) -> DraftShown:
    call.set_version(draft.version)
    return DraftShown(
        id=draft.id,
        document=draft.written,
        plan=draft.plan,
        version=draft.version,
        whole=draft.whole,
        saved_at=draft.saved_at,
        saved_by=(await names_of([draft.saved_by])).get(draft.saved_by),
    )


async def begin_draft(call: Call[DraftWritten, None]) -> DraftShown:
    """Keep a new draft, finished or not."""
    return await _shown(call, await drafting.begin(call.work, call.body.document, call.body.plan))


async def list_drafts(call: Call[None, PageQuery]) -> DraftLines:
    """Drafts that are no survey yet, the youngest first."""
    found = await drafting.unfinished(call.query.after_time(), call.query.one_more)
    part, following = call.query.cut(found, lambda draft: (draft.begun_at, draft.id))
    names = await names_of({draft.saved_by for draft in part})
    lines = [
        DraftLine(id=one.id, title=one.title, saved_at=one.saved_at, saved_by=names.get(one.saved_by)) for one in part
    ]
    return DraftLines(items=lines, next=following)


async def read_draft(call: Call[None, None]) -> DraftShown:
    """A draft as it was saved last."""
    return await _shown(call, await drafting.read(call.id()))


async def save_draft(call: Call[DraftWritten, None]) -> DraftShown:
    """Replace the version that `If-Match` names; 412 says who has saved another since, and when."""
    sent = call.body
    return await _shown(call, await drafting.save(call.work, call.id(), sent.document, sent.plan, call.version()))


async def note_open_draft(call: Call[WindowOpen, None]) -> DraftOpen:
    """Note that a draft is open in a window, for less than a minute; who else has it open, and which version stands."""
    draft = await drafting.read(call.id())
    if call.body.leaves:
        await draft_editors.gone(draft.id, call.body.tab)
    beside = [] if call.body.leaves else await draft_editors.note(call.work, draft.id, call.body.tab)
    return DraftOpen(
        others=[SomebodyBeside(name=one.name, same=one.same) for one in beside],
        version=draft.version,
        saved_at=draft.saved_at,
        saved_by=(await names_of([draft.saved_by])).get(draft.saved_by),
    )


_ALL = "/v1/staff/survey-drafts"
_ONE = _ALL + "/{id:uuid}"
_EXAMPLE = {"document": {"title": {"nb": "Badeparken"}, "languages": ["nb"], "questions": []}, "plan": {}}
ENDPOINTS: list[AnyEndpoint] = [
    post(_ALL, begin_draft, staff(WRITERS), example=_EXAMPLE, status=201, limit_bytes=4 * MIB, refuses=(413, 422)),
    get(_ALL, list_drafts, staff(READERS), refuses=(403,)),
    get(_ONE, read_draft, staff(READERS), refuses=(403, 404, 409)),
    put(
        _ONE,
        save_draft,
        staff(WRITERS),
        example=_EXAMPLE,
        if_match=True,
        limit_bytes=4 * MIB,
        quiet="it is saved at every pause in writing; the first of an hour is audited",
        refuses=(404, 409, 413, 422),
    ),
    put(
        _ONE + "/open",
        note_open_draft,
        staff(WRITERS),
        example={"tab": "00000000-0000-4000-8000-000000000000"},
        quiet="a window that is open says so every few seconds",
        refuses=(404, 409, 413, 422),
    ),
]
