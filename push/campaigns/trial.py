"""Trying a message on oneself before it goes to anybody else."""

from contextlib import suppress
from typing import cast
from uuid import NAMESPACE_OID, UUID, uuid5

import asyncpg

from base.database import Work, work
from base.errors import Conflict, ConsentRequired
from base.jobs import system
from base.queries import load_queries
from base.rows import each
from consent.gate import permits_of
from consent.permits import PermitExpired
from consent.purposes import PushMessages
from push.campaigns import campaigns
from push.couriers.configured import Couriers
from push.couriers.courier import AddressKind, WakeUp
from push.couriers.encryption import RecipientKeys
from push.couriers.payload import MessagePayloads
from push.delivery.policy import read_policy
from push.delivery.tags import delivery_tag
from push.models import PushAddress
from residents.registration import redeem

sql = load_queries(__file__)
_TTL_S = 600


class NoDevice(Conflict):
    """This registration has no device that can be woken; let the app switch messages on first."""


async def queue_trial(work: Work, campaign: UUID, code: str) -> list[AddressKind]:
    """Queue a trial on the devices of the registration that this one-time code stands for; how each of them is reached.

    Raises Invalid for a code that stands for nobody, ConsentRequired, NoDevice, NoSuchCampaign.
    """
    await campaigns.read(campaign)
    resident = await redeem(work, code, "/code")
    if resident not in await permits_of(work, [resident], PushMessages):
        raise ConsentRequired(PushMessages.key)
    devices = await PushAddress.filter(resident_id=resident).values_list("kind", flat=True)
    if not devices:
        raise NoDevice()
    await work.enqueue("push.try", {"campaign": str(campaign), "resident": str(resident)})
    return [cast(AddressKind, kind) for kind in devices]


async def send_trial(municipality: UUID, campaign: UUID, resident: UUID, couriers: Couriers, key: bytes) -> None:
    """Send the trial to each of the resident's devices as the message would go; best effort, counted nowhere."""
    async with work(system(municipality)) as unit:
        addresses = await unit.fetch(sql.devices_of, resident=resident)
        encrypted = (await read_policy(unit))[0].encrypted
        payloads = MessagePayloads(await campaigns.read(campaign)) if encrypted else None
    name = delivery_tag(key, uuid5(NAMESPACE_OID, f"{campaign}/{resident}"))

    async def wake(device: asyncpg.Record) -> None:
        async with work(system(municipality)) as unit:
            permit = (await permits_of(unit, [resident], PushMessages)).get(resident)
        courier = couriers.get(device["kind"])
        if permit is None or courier is None:
            return
        keys = RecipientKeys.where_usable(device["p256dh"], device["auth"])
        carried = payloads if keys or device["kind"] == "webpush" else None
        wake_up = WakeUp(
            tag=name,
            kind=device["kind"],
            address=device["address"],
            platform=device["platform"],
            language=device["locale"],
            ttl_s=_TTL_S,
            urgent=True,
            payload=None if carried is None else carried.for_phone(name, device["locale"]),
            keys=keys,
        )
        with suppress(PermitExpired):
            await courier.send(permit, wake_up)

    await each("push.try", addresses, wake)
