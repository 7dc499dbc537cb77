"""What those who work for a municipality did: written once, read by admins and the privacy officer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.paging import After

Kind = Literal["viewed", "created", "changed", "removed", "done"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did something to something: `act` names the operation, `subject_id` what it was about, `detail` what was
    asked where that matters; never anything of a resident's.
    """

    id: UUID
    at: datetime
    caller: str
    caller_id: UUID | None
    act: str
    kind: Kind
    subject_id: UUID | None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of a caller, between two times (UTC), older than one that was seen."""

    caller_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: After | None = None


async def record(
    work: Work, act: str, kind: Kind, subject_id: UUID | None = None, detail: Mapping[str, Any] | None = None
) -> None:
    """Write down what the caller does, in the transaction in which they do it."""
    tenant = work.tenant
    assert tenant is not None
    await work.execute(
        "insert into audit_entry (id, municipality_id, at, caller, caller_id, act, kind, subject_id, detail) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        uuid4(),
        work.municipality,
        now(),
        tenant.caller,
        tenant.id,
        act,
        kind,
        subject_id,
        None if detail is None else json.dumps(detail),
    )


READ = """
select id, at, caller, caller_id, act, kind, subject_id, detail from audit_entry
where ($1::uuid is null or caller_id = $1) and ($2::timestamptz is null or at >= $2)
    and ($3::timestamptz is null or at < $3)
    and ($4::timestamptz is null or (at, id) < ($4, $5::uuid))
order by at desc, id desc limit $6
"""

COUNTED = """
select act, kind, count(*)::int as times, min(at) as first, max(at) as last from audit_entry
where ($1::uuid is null or caller_id = $1) and ($2::timestamptz is null or at >= $2)
    and ($3::timestamptz is null or at < $3)
group by act, kind order by act, kind
"""


async def read(work: Work, wanted: Wanted, limit: int) -> Sequence[Entry]:
    """Entries, newest first."""
    rows = await work.fetch(READ, wanted.caller_id, wanted.since, wanted.until, *(wanted.after or (None, None)), limit)
    return [Entry(**{**row, "detail": json.loads(row["detail"]) if row["detail"] else None}) for row in rows]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often somebody did something, first and last when."""

    act: str
    kind: Kind
    times: int
    first: datetime
    last: datetime


async def counted(work: Work, wanted: Wanted) -> Sequence[Counted]:
    """What was done, how often: where a key or a sign-in has leaked, what went through it."""
    return [Counted(**dict(row)) for row in await work.fetch(COUNTED, wanted.caller_id, wanted.since, wanted.until)]
