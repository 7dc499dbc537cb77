"""A notice of a breach while it is written: kept on the server as far as it has come, checked when it is told."""

import json
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints

from api.http.authentication import staff
from api.http.body import validated
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import Key, PageQuery, RequestModel, Whole
from api.staff.breaches import BreachSent, BreachShown, tell
from base.localized import Language
from base.text import Prose
from base.times import Instant
from consent import breach_drafts
from consent.models import BreachDraft
from municipality.roles import OFFICERS


def _without_blanks(text: object) -> object:
    """What has been written: of a field that is empty still, nothing is kept."""
    if isinstance(text, dict):
        return {tag: said for tag, said in text.items() if not isinstance(said, str) or said.strip()}
    return text


Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), Prose]
Words = Annotated[dict[Language, Said], Field(max_length=20), BeforeValidator(_without_blanks)]


Version = Annotated[Whole, Field(ge=1, le=1_000_000_000)]


class BreachBegun(RequestModel):
    """A notice of a breach, as far as it has been written: nothing of it is asked for."""

    since: Instant | None = None
    until: Instant | None = None
    purposes: Annotated[list[Key], Field(max_length=20)] = Field(default_factory=list)
    title: Words = Field(default_factory=dict)
    happened: Words = Field(default_factory=dict)
    consequences: Words = Field(default_factory=dict)
    measures: Words = Field(default_factory=dict)
    contact: Words = Field(default_factory=dict)


class BreachDraftSent(BreachBegun):
    """The same, by somebody who saw this version of it."""

    version: Version


class BreachDraftSeen(RequestModel):
    """Which version of the draft is meant."""

    version: Version


class BreachDraftShown(BreachBegun, title="BreachDraft"):
    """A notice of a breach that is being written. `version` is to be sent with what is written next."""

    id: UUID
    version: int
    changed_at: AwareDatetime


class BreachDrafts(BaseModel):
    """Drafts, the one written in last first."""

    items: list[BreachDraftShown]
    next: str | None = None


def _shown(draft: BreachDraft) -> BreachDraftShown:
    kept: dict[str, Any] = {**draft.written, "id": str(draft.id), "version": draft.version}
    return BreachDraftShown.model_validate({**kept, "changed_at": draft.changed_at})


def _written(body: BreachBegun) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude={"version"}, exclude_none=True)


async def begin_breach(call: Call[BreachBegun]) -> BreachDraftShown:
    """Begin a notice of a breach; nobody is told."""
    return _shown(await breach_drafts.begin(_written(call.body)))


async def list_breach_drafts(call: Call[None, PageQuery]) -> BreachDrafts:
    """Notices of breaches that are being written."""
    found = await breach_drafts.listed()
    part, after = call.query.of(found, lambda draft: (draft.changed_at, draft.id), newest_first=True)
    return BreachDrafts(items=[_shown(draft) for draft in part], next=after)


async def read_breach_draft(call: Call) -> BreachDraftShown:
    """A notice of a breach, as far as it has been written."""
    return _shown(await breach_drafts.read(call.id()))


async def write_breach_draft(call: Call[BreachDraftSent]) -> BreachDraftShown:
    """Write a notice of a breach anew; 409 where somebody else has written in it meanwhile."""
    return _shown(await breach_drafts.write(call.id(), _written(call.body), call.body.version))


async def discard_breach_draft(call: Call) -> None:
    """Throw a notice of a breach away that nobody was told of."""
    await breach_drafts.discard(call.id())


async def tell_of_drafted_breach(call: Call[BreachDraftSeen]) -> BreachShown:
    """Tell those concerned what the draft says, all of which is asked for now."""
    written = await breach_drafts.take(call.id(), call.body.version)
    sent = validated(partial(BreachSent.model_validate_json, json.dumps(written)), "body", written)
    return await tell(call, sent, call.id())


_EXAMPLE = {"title": {"nb": "Data på avveie"}, "purposes": ["personal_feed"]}
_ONE = "/v1/staff/breaches/drafts/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/breaches/drafts", begin_breach, staff(OFFICERS), status=201, example=_EXAMPLE),
    get("/v1/staff/breaches/drafts", list_breach_drafts, staff(OFFICERS)),
    get(_ONE, read_breach_draft, staff(OFFICERS)),
    put(_ONE, write_breach_draft, staff(OFFICERS), refuses=(409,), example={**_EXAMPLE, "version": 1}),
    delete(_ONE, discard_breach_draft, staff(OFFICERS), status=204),
    post(_ONE + "/tell", tell_of_drafted_breach, staff(OFFICERS), refuses=(409,), example={"version": 1}),
]
