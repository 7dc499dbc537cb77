"""Trying a message on oneself before it goes to anybody else."""

from contextlib import suppress
from uuid import NAMESPACE_OID, UUID, uuid5

import asyncpg

from base.database import Work, work
from base.errors import Conflict, ConsentRequired
from base.jobs import system
from base.rows import each
from consent.gate import ask_many
from consent.permits import PermitExpired, PushMessages
from push import campaigns
from push.couriers import Couriers
from push.senders import Parcel
from push.tags import tag
from residents.registration import redeem

_LIFE_S = 600


class NoDevice(Conflict):
    """This registration has no device that can be woken; let the app switch messages on first."""


async def queue(work: Work, campaign: UUID, code: str) -> int:
    """Queue a trial on the devices of the registration that this one-time code stands for; how many they are.

    Raises Invalid for a code that stands for nobody, ConsentRequired, NoDevice, NoSuchCampaign.
    """
    await campaigns.read(work, campaign)
    resident = await redeem(work, code, "/code")
    if resident not in await ask_many(work, [resident], PushMessages):
        raise ConsentRequired(PushMessages.key)
    devices: int = await work.fetchval("select count(*) from push_address where resident_id = $1", resident)
    if not devices:
        raise NoDevice()
    await work.enqueue("push.try", {"campaign": str(campaign), "resident": str(resident)})
    return devices


async def send(municipality: UUID, campaign: UUID, resident: UUID, couriers: Couriers, key: bytes) -> None:
    """Send the trial to each of the resident's devices; best effort, counted nowhere."""
    async with work(system(municipality)) as unit:
        addresses = await unit.fetch(
            "select a.kind, a.address, a.locale, c.platform from push_address a "
            "join credential c on c.id = a.credential_id where a.resident_id = $1",
            resident,
        )
    name = tag(key, uuid5(NAMESPACE_OID, f"{campaign}/{resident}"))

    async def wake(device: asyncpg.Record) -> None:
        async with work(system(municipality)) as unit:
            permit = (await ask_many(unit, [resident], PushMessages)).get(resident)
        courier = couriers.get(device["kind"])
        if permit is None or courier is None:
            return
        parcel = Parcel(name, device["kind"], device["address"], device["platform"], device["locale"], _LIFE_S, True)
        with suppress(PermitExpired):
            await courier.send(permit, parcel)

    await each("push.try", addresses, wake)
