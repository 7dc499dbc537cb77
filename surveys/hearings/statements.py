"""What is said in a hearing by name: stored without any registration, read by staff, published when it may be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound
from surveys.hearings.hearings import read

_COLUMNS = "id, kind, name, body, received_at, late, state, name_withheld, refused_because, email_confirmed"


class NoSuchStatement(NotFound):
    """There is no such statement."""


class HearingIsFull(Conflict):
    """This hearing takes no more statements over the network; write to the municipality."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement. The name is its giver's word, also where they confirmed it by e-mail: that says that somebody reads
    an address, not who they are. `name_withheld` is the legal ground for not showing it.
    """

    id: UUID
    kind: Literal["person", "organisation"]
    name: str
    body: str
    received_at: datetime
    late: bool
    state: Literal["received", "published", "refused"]
    name_withheld: str | None
    refused_because: str | None
    email_confirmed: bool = False


_MOST = 20_000


async def give(
    work: Work, hearing_id: UUID, kind: Literal["person", "organisation"], name: str, body: str
) -> Statement:
    """Hand in a statement; late where the hearing was extended and its first deadline has passed.

    Raises NoSuchHearing, HearingIsClosed.
    """
    hearing = await read(work, hearing_id)
    hearing.refuse_unless_open()
    if await work.fetchval("select count(*) from statement where hearing_id = $1", hearing_id) >= _MOST:
        raise HearingIsFull()
    late = datetime.fromisoformat(hearing.written["ends"]) <= now()
    statement = Statement(uuid4(), kind, name, body, now(), late, "received", None, None)
    await work.execute(
        "insert into statement (id, municipality_id, hearing_id, kind, name, body, received_at, late, state) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, 'received')",
        statement.id,
        work.municipality,
        hearing_id,
        kind,
        name,
        body,
        statement.received_at,
        late,
    )
    return statement


async def moderate(
    work: Work, hearing_id: UUID, statement_id: UUID, *, refused_because: str | None, name_withheld: str | None
) -> Statement:
    """Publish a statement, perhaps without its name on a legal ground, or refuse it with a reason. NoSuchStatement."""
    row = await work.fetchrow(
        f"update statement set state = $3, refused_because = $4, name_withheld = $5 where hearing_id = $1 and id = $2 "  # noqa: S608 - our own column names
        f"returning {_COLUMNS}",
        hearing_id,
        statement_id,
        "refused" if refused_because else "published",
        refused_because,
        name_withheld,
    )
    if row is None:
        raise NoSuchStatement()
    return _statement(row)


async def listed(
    work: Work,
    hearing_id: UUID,
    *,
    published: bool,
    after: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
) -> list[Statement]:
    """The statements of a hearing in the order in which they came; those published, or all for staff. At most `limit`
    of them, from the sort key `after` on.
    """
    await read(work, hearing_id)
    rows = await work.fetch(
        f"select {_COLUMNS} from statement where hearing_id = $1 and (state = 'published' or not $2) "  # noqa: S608 - our own column names
        "and ($3::timestamptz is null or (received_at, id) > ($3, $4::uuid)) order by received_at, id limit $5",
        hearing_id,
        published,
        *(after or (None, None)),
        limit,
    )
    return [_statement(row) for row in rows]


def _statement(row: asyncpg.Record) -> Statement:
    return Statement(**dict(row))
