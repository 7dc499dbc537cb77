"""Deliveries that a worker holds: leased in batches that nobody else has, for a while, and recorded together."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.rows import halving
from push.couriers.courier import AddressKind, Platform, courier_of
from push.couriers.encryption import RecipientKeys
from push.delivery.policy import Preferences, quiet_periods

sql = load_queries(__file__)
DeliveryState = Literal["queued", "deferred", "sent", "failed", "gone", "withheld", "expired", "recalled"]
MOST_LOST_STARTS = 60
"""A delivery that was begun this often and never ended is given up: it may be what kills its workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedDelivery:
    """A delivery that this worker alone holds now; without an address where that has gone since."""

    id: UUID
    resident: UUID
    starts: int
    address_id: UUID | None
    kind: AddressKind | None
    address: str = field(repr=False)
    locale: str
    platform: Platform
    preferences: Preferences
    keys: RecipientKeys | None = field(default=None, repr=False)

    @property
    def courier(self) -> str:
        """Who carries to its address."""
        return "" if self.kind is None else courier_of(self.kind, self.address)

    @property
    def route(self) -> str:
        """The courier and platform, as routes are blocked by."""
        return f"{self.courier}/{self.platform}"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of a leased delivery. `unstarted` where it was put back without a try."""

    delivery: LeasedDelivery
    state: DeliveryState
    reason: str | None = None
    due_at: datetime | None = None
    _: KW_ONLY
    unstarted: bool = False
    remove_address: bool = False


async def lease_batch(
    work: Work, campaign: UUID, most: int, lease: timedelta, blocked: Sequence[str]
) -> list[LeasedDelivery]:
    """Take up to `most` due deliveries that nobody holds. `blocked` names routes that lead nowhere just now."""
    await work.execute("set local synchronous_commit = off")  # A lease lost in a crash is a lease that has run out.
    await work.plan_for_any_town()
    at = now()
    rows = await work.fetch(
        sql.lease_batch, campaign=campaign, at=at, until=at + lease, most=most, blocked=list(blocked)
    )
    return [
        LeasedDelivery(
            id=row["id"],
            resident=row["resident_id"],
            starts=row["starts"],
            address_id=row["address_id"],
            kind=row["kind"],
            address=row["address"] or "",
            locale=row["locale"] or "",
            platform=row["platform"] or "android",
            preferences=Preferences(row["digest"], row["timezone"], quiet_periods(row["quiet_from"], row["quiet_to"])),
            keys=RecipientKeys.where_usable(row["p256dh"], row["auth"]),
        )
        for row in rows
    ]


async def still_wanted(work: Work, deliveries: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of the deliveries that are not recalled, and whether their resident wants to hear of the subject."""
    rows = await work.fetch(sql.still_wanted, deliveries=list(deliveries))
    return {row["id"]: row["wanted"] for row in rows}


async def record(work: Work, results: Sequence[DeliveryResult]) -> None:
    """Write down what became of a batch, and remove the addresses that lead nowhere any more."""
    ordered = sorted(results, key=lambda each: each.delivery.id)
    await work.plan_for_any_town()
    await work.execute(
        sql.record,
        ids=[each.delivery.id for each in ordered],
        states=[each.state for each in ordered],
        reasons=[each.reason for each in ordered],
        due_at=[each.due_at for each in ordered],
        unstarted=[int(each.unstarted) for each in ordered],
        at=now(),
    )
    dead = sorted((each.delivery.address_id, each.delivery.address) for each in results if each.remove_address)

    async def remove(some: Sequence[tuple[UUID | None, str]]) -> None:
        async with work.apart():
            ids, addresses = [each[0] for each in some], [each[1] for each in some]
            await work.execute(sql.remove_addresses, ids=ids, addresses=addresses)

    await halving("push.remove_address", dead, remove)


async def expire(work: Work, campaign: UUID) -> int:
    """Give up what nobody holds and whose time is over; how many that were."""
    return await work.execute(sql.expire, campaign=campaign, at=now())


async def next_due(work: Work, campaign: UUID) -> datetime | None:
    """When the next delivery can be leased; None where none is left."""
    due: datetime | None = await work.fetchval(sql.next_due, campaign=campaign)
    return due
