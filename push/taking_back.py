"""Taking back a recalled message: what phones still show of it is removed, by its tag. Best effort, counted nowhere."""

import asyncio
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from base.database import work
from base.jobs import system
from base.rows import failed, is_of_all
from base.sql import load
from base.tenant import Tenant
from consent.gate import ask_many
from consent.permits import Permit, PermitExpired, PushMessages
from push.couriers import Couriers
from push.lives import life_s
from push.manners import Manners, Wishes, reader
from push.manners import read as manners_of
from push.senders import Parcel
from push.tags import name

CHUNK = 200
LIFE_S = 3600


async def take_back(municipality: UUID, campaign: UUID, couriers: Couriers, key: bytes) -> int:
    """Tell every phone that a message went to, and whose resident still consents, to remove it; how many were told.

    Begun again after a crash, it tells some phones twice, which changes nothing.
    """
    tenant, told, after = system(municipality), 0, UUID(int=0)
    while True:
        async with work(tenant) as unit:
            rows = await unit.fetch(load(__file__, "sent.sql"), campaign, after, CHUNK)
            _, zone = await manners_of(unit)
            permits = await ask_many(unit, [row["resident_id"] for row in rows], PushMessages)
        if not rows:
            return told
        after = rows[-1]["id"]

        async def tell(row: asyncpg.Record, zone: ZoneInfo, permit: Permit[PushMessages] | None) -> bool:
            try:
                return await _tell(tenant, couriers, permit, _parcel(row, key, zone))
            except BaseException as error:  # Of this phone alone: the others are told.
                if is_of_all(error):
                    raise
                failed("push.take_back", error)
                return False

        told += sum(await asyncio.gather(*(tell(row, zone, permits.get(row["resident_id"])) for row in rows)))


def _parcel(row: asyncpg.Record, key: bytes, zone: ZoneInfo) -> Parcel:
    wishes = Wishes(None, None, row["digest"], row["timezone"])
    whose = reader(wishes, Manners(), zone, row["importance"], ())
    tag = name(key, row["id"], row["resident_id"], whose, row["due"])
    life = life_s(key, row["id"], LIFE_S)
    return Parcel(
        tag,
        row["kind"],
        row["address"],
        row["platform"],
        row["locale"],
        life,
        False,
        takes_back=True,
    )


async def _tell(tenant: Tenant, couriers: Couriers, permit: Permit[PushMessages] | None, parcel: Parcel) -> bool:
    courier = couriers.get(parcel.kind)
    while permit is not None and courier is not None:
        try:
            await courier.send(permit, parcel)
            return True
        except PermitExpired:
            async with work(tenant) as unit:
                permit = (await ask_many(unit, [permit.resident], PushMessages)).get(permit.resident)
    return False
