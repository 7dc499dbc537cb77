"""What is said in a hearing by name: stored without any registration, read by staff, published when it may be."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from tortoise.expressions import Q

from base.clock import now
from base.errors import Conflict, NotFound
from surveys.forms.telling import blotted
from surveys.hearings.hearings import read
from surveys.hearings.models import Statement


class NoSuchStatement(NotFound):
    """There is no such statement."""


class HearingIsFull(Conflict):
    """This hearing takes no more statements over the network; write to the municipality."""


_MOST = 20_000


async def give(hearing_id: UUID, kind: Literal["person", "organisation"], name: str, body: str) -> Statement:
    """Hand in a statement; late where the hearing was extended and its first deadline has passed.

    Raises NoSuchHearing, HearingIsClosed.
    """
    hearing = await read(hearing_id)
    hearing.refuse_unless_open()
    if await Statement.filter(hearing_id=hearing_id).count() >= _MOST:
        raise HearingIsFull()
    late = datetime.fromisoformat(hearing.written["ends"]) <= now()
    return await Statement.create(
        hearing_id=hearing_id, kind=kind, name=name, body=body, received_at=now(), late=late, email_confirmed=False
    )


async def moderate(
    hearing_id: UUID,
    statement_id: UUID,
    *,
    refused_because: str | None,
    name_withheld: str | None,
    without_numbers: bool = False,
) -> Statement:
    """Publish a statement, perhaps without its name on a legal ground or without numbers, or set it aside with a
    reason. Raises NoSuchStatement.
    """
    statement = await Statement.get_or_none(hearing_id=hearing_id, id=statement_id)
    if statement is None:
        raise NoSuchStatement()
    statement.state = "refused" if refused_because else "published"
    statement.refused_because, statement.name_withheld = refused_because, name_withheld
    statement.blotted = without_numbers
    await statement.save(update_fields=["state", "refused_because", "name_withheld", "blotted"])
    return statement


def body_for_all(statement: Statement) -> str:
    """What everybody reads of a statement."""
    return blotted(statement.body) if statement.blotted else statement.body


async def listed(
    hearing_id: UUID,
    *,
    published: bool,
    after: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
) -> list[Statement]:
    """The statements of a hearing in the order in which they came; those published, or all for staff. At most `limit`
    of them, from the sort key `after` on.
    """
    await read(hearing_id)
    found = Statement.filter(hearing_id=hearing_id).order_by("received_at", "id")
    if published:
        found = found.filter(state="published")
    if after is not None:
        at, row = after
        found = found.filter(Q(received_at__gt=at) | Q(received_at=at, id__gt=row))
    return await (found if limit is None else found.limit(limit))
