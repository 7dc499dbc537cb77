"""A batch of leased deliveries: which may be handed to a courier now, and what becomes of the others.

Nothing here waits for a courier. What is decided rests on the permits as last asked; who finds one run out asks anew.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from base.clock import monotonic, now
from base.database import Work, work
from base.tenant import Tenant
from consent.gate import permits_of
from consent.permits import Permit
from consent.purposes import PushMessages
from push.couriers.configured import Couriers
from push.couriers.courier import Courier, InterruptionLevel, WakeUp
from push.couriers.payload import MessagePayloads
from push.delivery import leases
from push.delivery.circuit_breaker import CircuitBreaker
from push.delivery.leases import DeliveryResult, LeasedDelivery
from push.delivery.policy import SendingPolicy, SentMessage, recipient_of
from push.delivery.tags import shown_tag
from push.delivery.timing import Recipient, decide_now
from push.delivery.ttl import ttl_s
from push.models import Campaign

LEASE_S = 60.0
"""How long a batch is held, in seconds. Its messages are begun in the first half, so that they end within the lease."""
_INTERRUPTION: Mapping[str, InterruptionLevel] = {
    "passive": "passive",
    "time_sensitive": "time-sensitive",
    "emergency": "time-sensitive",
}


@dataclass(slots=True, kw_only=True)
class SendRun:
    """One worker's run at one campaign: whose it is, by which couriers, until when (of the monotonic clock).

    Each of the `tasks` holds up to `batch_size` deliveries and sends `concurrency` of them at a time.
    """

    tenant: Tenant
    campaign: UUID
    couriers: Couriers
    key: bytes = field(repr=False)
    breaker: CircuitBreaker
    until: float
    batch_size: int = 400
    concurrency: int = 64
    tasks: int = 3
    lease_s: float = LEASE_S
    sent: int = 0


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is to be handed to which courier, under which permit."""

    courier: Courier
    permit: Permit[PushMessages]
    wake_up: WakeUp


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one task holds: the deliveries, the permits as last asked, and what is to be respected.

    `payloads` where the municipality sends messages themselves to phones that can read them.
    """

    run: SendRun
    campaign: Campaign
    policy: SendingPolicy
    zone: ZoneInfo
    deliveries: Sequence[LeasedDelivery]
    leased_at: float
    payloads: MessagePayloads | None = None
    sent_before: Mapping[object, Sequence[SentMessage]] = field(default_factory=dict)
    permits: dict[UUID, Permit[PushMessages]] = field(default_factory=dict)
    wanted: dict[UUID, bool] = field(default_factory=dict)
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, work: Work) -> None:
        """Ask who consents, and what is still to be sent."""
        self.wanted = await leases.still_wanted(work, [each.id for each in self.deliveries])
        self.permits = await permits_of(work, [each.resident for each in self.deliveries], PushMessages)

    async def renew(self, spent: Permit[PushMessages]) -> None:
        """Ask anew for the whole batch, once for all who find their permit spent."""
        async with self.renewing:
            if self.permits.get(spent.resident) is spent:
                async with work(self.run.tenant) as unit:
                    await self.ask(unit)

    def check(self, delivery: LeasedDelivery) -> DeliveryResult | HandOver:
        """What is to be handed over now; or what became of the delivery, where it is not to be sent, or not yet."""
        if delivery.id not in self.wanted:
            return DeliveryResult(delivery, "recalled")
        if not self.wanted[delivery.id]:
            return DeliveryResult(delivery, "withheld", "muted")
        permit = self.permits.get(delivery.resident)
        if permit is None:
            return DeliveryResult(delivery, "withheld", "withdrawn")
        if delivery.kind is None:
            return DeliveryResult(delivery, "gone", "no_address")
        courier = self.run.couriers.get(delivery.kind)
        if courier is None:
            return DeliveryResult(delivery, "failed", "no_courier")
        if delivery.starts > leases.MOST_LOST_STARTS:
            return DeliveryResult(delivery, "failed", "gave_up")
        recipient = self._recipient(delivery)
        put_off = self._put_off(delivery, recipient)
        return put_off or HandOver(courier, permit, self._wake_up(delivery, recipient))

    def _put_off(self, delivery: LeasedDelivery, recipient: Recipient) -> DeliveryResult | None:
        """What the delivery waits for, or that it is over; None where it may go now."""
        if (opens_at := self.run.breaker.blocked_until(delivery.route)) is not None:
            return DeliveryResult(delivery, "queued", "courier_away", opens_at, unstarted=True)
        if monotonic() - self.leased_at > self.run.lease_s / 2:
            return DeliveryResult(delivery, "queued", unstarted=True)
        decision = decide_now(recipient, self.campaign.due_at, now(), self.campaign.expires_at)
        match decision.now:
            case "over":
                return DeliveryResult(delivery, "expired")
            case "waits":
                return DeliveryResult(delivery, "deferred", decision.because, decision.until, unstarted=True)
            case "goes":
                return None

    def _recipient(self, delivery: LeasedDelivery) -> Recipient:
        return recipient_of(
            delivery.preferences,
            self.policy,
            self.zone,
            self.campaign.importance,
            sent=self.sent_before.get(delivery.resident, ()),
            topic=self.campaign.topic,
        )

    def _wake_up(self, delivery: LeasedDelivery, recipient: Recipient) -> WakeUp:
        assert delivery.kind is not None
        tag = shown_tag(self.run.key, delivery.id, delivery.resident, recipient, self.campaign.due_at)
        payload = None
        if self.payloads is not None and recipient.digest == "off" and (delivery.keys or delivery.kind == "webpush"):
            payload = self.payloads.for_phone(tag, delivery.locale)
        left_s = (self.campaign.expires_at - now()).total_seconds()
        return WakeUp(
            tag=tag,
            kind=delivery.kind,
            address=delivery.address,
            platform=delivery.platform,
            language=delivery.locale,
            ttl_s=ttl_s(self.run.key, delivery.id, left_s),
            urgent=self.campaign.importance != "passive",
            payload=payload,
            keys=delivery.keys,
            interruption=_INTERRUPTION.get(self.campaign.importance, "active"),
        )
