"""Taking back a recalled message: what phones still show of it is removed, by its tag. Best effort, counted nowhere."""

import asyncio
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from base.database import work
from base.jobs import system
from base.queries import load_queries
from base.rows import failed, is_of_all
from base.tenant import Tenant
from consent.gate import permits_of
from consent.permits import Permit, PermitExpired
from consent.purposes import PushMessages
from push.couriers.configured import Couriers
from push.couriers.courier import WakeUp
from push.delivery.policy import Preferences, SendingPolicy, read_policy, recipient_of
from push.delivery.tags import shown_tag
from push.delivery.ttl import ttl_s

sql = load_queries(__file__)
BATCH_SIZE = 200
TTL_S = 3600


async def remove_from_phones(municipality: UUID, campaign: UUID, couriers: Couriers, key: bytes) -> int:
    """Tell every phone that a message went to, and whose resident still consents, to remove it; how many were told.

    Begun again after a crash, it tells some phones twice, which changes nothing.
    """
    tenant, told, after = system(municipality), 0, UUID(int=0)
    while True:
        async with work(tenant) as unit:
            rows = await unit.fetch(sql.sent_to_phones, campaign=campaign, after=after, limit=BATCH_SIZE)
            _, zone = await read_policy(unit)
            permits = await permits_of(unit, [row["resident_id"] for row in rows], PushMessages)
        if not rows:
            return told
        after = rows[-1]["id"]

        async def tell(row: asyncpg.Record, zone: ZoneInfo, permit: Permit[PushMessages] | None) -> bool:
            try:
                return await _remove_from_phone(tenant, couriers, permit, _removal(row, key, zone))
            except BaseException as error:  # Of this phone alone: the others are told.
                if is_of_all(error):
                    raise
                failed("push.take_back", error)
                return False

        told += sum(await asyncio.gather(*(tell(row, zone, permits.get(row["resident_id"])) for row in rows)))


def _removal(row: asyncpg.Record, key: bytes, zone: ZoneInfo) -> WakeUp:
    preferences = Preferences(row["digest"], row["timezone"])
    recipient = recipient_of(preferences, SendingPolicy(), zone, row["importance"], sent=())
    tag = shown_tag(key, row["id"], row["resident_id"], recipient, row["due"])
    ttl = ttl_s(key, row["id"], TTL_S)
    return WakeUp(
        tag=tag,
        kind=row["kind"],
        address=row["address"],
        platform=row["platform"],
        language=row["locale"],
        ttl_s=ttl,
        urgent=False,
        takes_back=True,
    )


async def _remove_from_phone(
    tenant: Tenant, couriers: Couriers, permit: Permit[PushMessages] | None, wake_up: WakeUp
) -> bool:
    courier = couriers.get(wake_up.kind)
    while permit is not None and courier is not None:
        try:
            await courier.send(permit, wake_up)
            return True
        except PermitExpired:
            async with work(tenant) as unit:
                permit = (await permits_of(unit, [permit.resident], PushMessages)).get(permit.resident)
    return False
