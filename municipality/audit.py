"""What those who work for a municipality did: written once, read by admins and the privacy officer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.paging import After, newest_after
from base.queries import load_queries
from municipality.models import AuditEntry

sql = load_queries(__file__)

Kind = Literal["viewed", "created", "changed", "removed", "done"]


@dataclass(frozen=True, slots=True)
class AuditSelection:
    """Which entries: of a caller, between two times (UTC), older than one that was seen, about a subject; what was
    merely looked at (`views`), or all that was done.
    """

    caller_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: After | None = None
    subject_id: UUID | None = None
    views: bool | None = None


async def record(
    work: Work, act: str, kind: Kind, subject_id: UUID | None = None, detail: Mapping[str, Any] | None = None
) -> None:
    """Write down what the caller does, in the transaction in which they do it."""
    tenant = work.tenant
    assert tenant is not None
    await AuditEntry.create(
        at=now(),
        caller=tenant.caller,
        caller_id=tenant.id,
        act=act,
        kind=kind,
        subject_id=subject_id,
        detail=None if detail is None else dict(detail),
    )


async def read(selection: AuditSelection, limit: int) -> Sequence[AuditEntry]:
    """Entries, newest first."""
    entries = AuditEntry.filter(**_conditions(selection))
    if selection.views is not None:
        entries = entries.filter(kind="viewed") if selection.views else entries.exclude(kind="viewed")
    return await entries.filter(newest_after("at", selection.after)).order_by("-at", "-id").limit(limit)


def _conditions(selection: AuditSelection) -> dict[str, Any]:
    given = {
        "caller_id": selection.caller_id,
        "subject_id": selection.subject_id,
        "at__gte": selection.since,
        "at__lt": selection.until,
    }
    return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Counted:
    """How often somebody did something, first and last when."""

    act: str
    kind: Kind
    times: int
    first: datetime
    last: datetime


async def counted(work: Work, selection: AuditSelection) -> Sequence[Counted]:
    """What was done, how often: where a key or a sign-in has leaked, what went through it."""
    rows = await work.fetch(sql.count_acts, caller=selection.caller_id, since=selection.since, until=selection.until)
    return [Counted(**dict(row)) for row in rows]
