"""Statements by name, for which nobody need be registered."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import EmailGiven, Line, PageQuery, RequestModel
from base.errors import invalid
from base.text import Prose
from surveys.errors import NoSuchHearing
from surveys.hearings import confirmations, statements
from surveys.hearings.hearings import read
from surveys.hearings.models import Statement

STATEMENTS_A_MINUTE = 20


class StatementGiven(RequestModel):
    """A statement by name."""

    kind: Literal["person", "organisation"] = "person"
    name: Line
    email: EmailGiven | None = Field(
        None, description="Confirms the statement by a link; never shown, and forgotten as soon as the letter has gone"
    )
    body: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
        Prose,
    ]


class StatementShown(BaseModel):
    """A statement; the name is its giver's word, or withheld."""

    id: UUID
    kind: Literal["person", "organisation"]
    name: str | None
    name_withheld: bool
    name_verified: Annotated[
        Literal[False], Field(description="No name is, until there is electronic identification")
    ] = False
    email_confirmed: bool = Field(description="Whether its giver has confirmed it by a link in a letter")
    body: str
    received_at: AwareDatetime
    late: bool


class StatementsShown(BaseModel):
    """The published statements, in the order in which they came."""

    items: list[StatementShown]
    next: str | None = None


def statement_shown(statement: Statement) -> StatementShown:
    """A statement as everybody sees it."""
    return StatementShown.model_validate(
        {
            "id": statement.id,
            "kind": statement.kind,
            "name": None if statement.name_withheld else statement.name,
            "name_withheld": statement.name_withheld is not None,
            "body": statements.body_for_all(statement),
            "received_at": statement.received_at,
            "late": statement.late,
            "email_confirmed": statement.email_confirmed,
        }
    )


async def give_statement(call: Call[StatementGiven, None]) -> StatementShown:
    """Hand in a statement by name. It is public by law once it has been looked through.

    With an address, where the hearing asks for one, it is confirmed by a link in a letter; the name stays its giver's
    word all the same.
    """
    given, services = call.body, call.services
    services.limits.count("statement", call.network, STATEMENTS_A_MINUTE)
    if given.email is not None and not services.settings.confirms_by_mail:
        raise invalid("/email", "Statements are not confirmed by e-mail here; leave the address out.")
    statement = await statements.give(call.id(), given.kind, given.name, given.body)
    if given.email is not None:
        await confirmations.ask(call.work, statement.id, given.email, call.languages[0], services.keys)
    return statement_shown(statement)


async def list_statements(call: Call[None, PageQuery]) -> StatementsShown:
    """The statements that have been published."""
    if (await read(call.id())).state == "draft":
        raise NoSuchHearing()
    after, limit = call.query.after_time(), call.query.one_more
    found = await statements.listed(call.id(), published=True, after=after, limit=limit)
    part, following = call.query.cut(
        found, lambda statement: (statement.received_at, statement.id), lambda statement: statement.body
    )
    return StatementsShown(items=[statement_shown(statement) for statement in part], next=following)


_ONE = "/v1/hearings/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post(
        _ONE + "/statements",
        give_statement,
        OPEN,
        example={"kind": "person", "name": "Kari Nordmann", "body": "Gangveien bør få lys."},
        status=201,
        town="survey",
        refuses=(404, 409, 410, 413, 422, 429),
        idempotent_for_all=True,
    ),
    get(_ONE + "/statements", list_statements, OPEN, town="survey", refuses=(404, 422), compresses=True),
]
