"""What came to a hearing, for communications staff: statements, looked through one by one, and anonymous opinions."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import Line, PageQuery, RequestModel, Yes
from api.schemas.marks import MarkShown, marked
from municipality.roles import READERS, WRITERS
from surveys.hearings import hearings, statements
from surveys.hearings.models import Statement


class StatementJudged(RequestModel):
    """Publish it, or set it aside with a reason; a name is withheld on a legal ground, named here. `blotted` publishes
    it without the numbers and addresses that are marked; staff and the archive have it whole.
    """

    refused_because: Line | None = None
    name_withheld: Line | None = None
    blotted: Yes = False


class StatementInFull(BaseModel):
    """A statement as staff see it; `marks` is what to look at before its body is published."""

    id: UUID
    kind: Literal["person", "organisation"]
    name: str
    name_verified: Literal[False] = False
    email_confirmed: bool
    body: str
    received_at: AwareDatetime
    late: bool
    state: Literal["received", "published", "refused"]
    name_withheld: str | None
    refused_because: str | None
    blotted: bool
    marks: list[MarkShown]


def _full(statement: Statement) -> StatementInFull:
    stated = StatementInFull.model_fields.keys() - {"name_verified", "marks"}
    return StatementInFull(
        **{name: getattr(statement, name) for name in stated},
        marks=marked(statement.body, statement.name),
    )


class StatementsInFull(BaseModel):
    """Every statement, in the order in which they came."""

    items: list[StatementInFull]
    next: str | None = None


class Opinions(BaseModel):
    """The anonymous opinions, in no order; empty until the box has been counted."""

    items: list[str]
    next: str | None = None


async def list_staff_statements(call: Call[None, PageQuery]) -> StatementsInFull:
    """Every statement of a hearing, with what was decided about each."""
    after, limit = call.query.after_time(), call.query.one_more
    found = await statements.listed(call.id(), published=False, after=after, limit=limit)
    part, following = call.query.cut(
        found, lambda statement: (statement.received_at, statement.id), lambda statement: statement.body
    )
    return StatementsInFull(items=[_full(statement) for statement in part], next=following)


async def moderate_statement(call: Call[StatementJudged, None]) -> StatementInFull:
    """Publish a statement, perhaps without its name, or set it aside with the reason."""
    judged = await statements.moderate(
        call.id(),
        call.id("statement"),
        refused_because=call.body.refused_because,
        name_withheld=call.body.name_withheld,
        without_numbers=call.body.blotted,
    )
    return _full(judged)


async def read_opinions(call: Call[None, PageQuery]) -> Opinions:
    """The anonymous opinions, once the hearing has closed and its box has been shaken."""
    found = await hearings.opinions_page(call.work, call.id(), call.query.after_id(), call.query.one_more)
    part, following = call.query.cut(found, lambda opinion: opinion[:1], lambda opinion: opinion[1])
    return Opinions(items=[opinion for _, opinion in part], next=following)


_ONE = "/v1/staff/hearings/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    get(_ONE + "/statements", list_staff_statements, staff(READERS), refuses=(403, 404, 422)),
    post(
        _ONE + "/statements/{statement:uuid}/moderation",
        moderate_statement,
        staff(WRITERS),
        example={"name_withheld": "offl. § 13"},
        refuses=(403, 404, 413, 422),
    ),
    get(_ONE + "/opinions", read_opinions, staff(READERS), refuses=(403, 404, 422)),
]
