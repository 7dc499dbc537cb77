"""Deliveries in a worker's hands: claimed in chunks that nobody else has, held for a while, recorded together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.rows import halving
from base.sql import load
from push.encryption import Lock, NoLock
from push.manners import Wishes
from push.senders import AddressKind, Platform, courier_of

State = Literal["queued", "deferred", "sent", "failed", "gone", "withheld", "expired", "recalled"]
MOST_LOST_STARTS = 60
"""A delivery that was begun this often and never ended is given up: it may be what kills its workers."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone holds now; without an address where that has gone since."""

    id: UUID
    resident: UUID
    starts: int
    address_id: UUID | None
    kind: AddressKind | None
    address: str = field(repr=False)
    locale: str
    platform: Platform
    wishes: Wishes
    lock: Lock | None = field(default=None, repr=False)

    @property
    def courier(self) -> str:
        """Who carries to its address."""
        return "" if self.kind is None else courier_of(self.kind, self.address)

    @property
    def road(self) -> str:
        """The courier and platform, as roads are closed by."""
        return f"{self.courier}/{self.platform}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a claimed delivery. `unstarted` where it was put back without a try."""

    delivery: Claimed
    state: State
    reason: str | None = None
    due_at: datetime | None = None
    unstarted: bool = False
    remove_address: bool = False


async def claim(work: Work, campaign: UUID, most: int, lease: timedelta, closed: Sequence[str]) -> list[Claimed]:
    """Take up to `most` due deliveries that nobody holds. `closed` names roads that lead nowhere just now."""
    await work.execute("set local synchronous_commit = off")  # A lease lost in a crash is a lease that has run out.
    at = now()
    rows = await work.fetch(load(__file__, "claim.sql"), campaign, at, at + lease, most, list(closed))
    return [
        Claimed(
            row["id"],
            row["resident_id"],
            row["starts"],
            row["address_id"],
            row["kind"],
            row["address"] or "",
            row["locale"] or "",
            row["platform"] or "android",
            Wishes(row["quiet_from"], row["quiet_to"], row["digest"], row["timezone"]),
            _lock(row["p256dh"], row["auth"]),
        )
        for row in rows
    ]


def _lock(p256dh: str | None, auth: str | None) -> Lock | None:
    """The keys that a phone brought; None where it brought none that can be used: it is woken, then."""
    if p256dh is None or auth is None:
        return None
    try:
        return Lock.read(p256dh, auth)
    except NoLock:
        return None


async def still_wanted(work: Work, deliveries: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of the deliveries that are not recalled, and whether their resident wants to hear of the subject."""
    rows = await work.fetch(load(__file__, "wanted.sql"), list(deliveries))
    return {row["id"]: row["wanted"] for row in rows}


async def record(work: Work, results: Sequence[Result]) -> None:
    """Write down what became of a chunk, and remove the addresses that lead nowhere any more."""
    ordered = sorted(results, key=lambda each: each.delivery.id)
    await work.execute(
        load(__file__, "record.sql"),
        [each.delivery.id for each in ordered],
        [each.state for each in ordered],
        [each.reason for each in ordered],
        [each.due_at for each in ordered],
        [int(each.unstarted) for each in ordered],
        now(),
    )
    dead = sorted((each.delivery.address_id, each.delivery.address) for each in results if each.remove_address)

    async def remove(some: Sequence[tuple[UUID | None, str]]) -> None:
        async with work.apart():
            await work.execute(
                "delete from push_address a using unnest($1::uuid[], $2::text[]) as dead(id, address) "
                "where a.id = dead.id and a.address = dead.address",
                [each[0] for each in some],
                [each[1] for each in some],
            )

    await halving("push.remove_address", dead, remove)


async def expire(work: Work, campaign: UUID) -> int:
    """Give up what nobody holds and whose time is over; how many that were."""
    return await work.execute(
        "update delivery set state = 'expired', done_at = $2 "
        "where campaign_id = $1 and state in ('queued', 'deferred') and (lease_until is null or lease_until <= $2)",
        campaign,
        now(),
    )


async def next_due(work: Work, campaign: UUID) -> datetime | None:
    """When the next delivery can be claimed; None where none is left."""
    due: datetime | None = await work.fetchval(
        "select min(greatest(due_at, coalesce(lease_until, due_at))) from delivery "
        "where campaign_id = $1 and state in ('queued', 'deferred')",
        campaign,
    )
    return due
