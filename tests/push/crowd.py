"""Many residents at once, and a courier who only notes down."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from base.clock import monotonic, now
from base.database import Work, work
from base.minted import SEAL
from base.tenant import Tenant
from consent.permits import Permit
from consent.purposes import PushMessages
from push.audiences import snapshot
from push.audiences.audience import Audience
from push.campaigns import campaigns, freezing
from push.couriers.configured import Couriers
from push.couriers.courier import WakeUp
from push.couriers.outcomes import CourierReply, ReplyCode
from push.delivery import send_loop
from push.delivery.batch import SendRun
from push.delivery.circuit_breaker import CircuitBreaker
from push.models import Campaign
from surveys.deadlines import deadline_of

_CONSENT = """
insert into standing_consent (id, municipality_id, resident_id, purpose, granted, notice_version, at, event_id)
select gen_random_uuid(), $1, unnest($2::uuid[]), $3, true, 1, now(), gen_random_uuid()
"""
_ADDRESS = """
with device as (
    insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on)
    select gen_random_uuid(), $1, r, sha256(gen_random_uuid()::text::bytea), $3, '1.0', current_date
    from unnest($2::uuid[]) r returning id, resident_id
)
insert into push_address
    (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, app_version, changed_on)
select gen_random_uuid(), $1, resident_id, id, 'fcm_token', $4 || resident_id, 'nb', 'Europe/Oslo', '1.0', current_date
from device
"""


ACCEPTED = CourierReply(ReplyCode.ACCEPTED)


def permit(valid_for_s: float = 60.0) -> Permit[PushMessages]:
    """A permit for tests of what lies behind the gate."""
    return Permit(PushMessages, uuid4(), monotonic() + valid_for_s, seal=SEAL)


async def settle(
    tenant: Tenant,
    number: int,
    *,
    consents: Sequence[str] = ("push_messages", "personal_feed"),
    address: str | None = "address-",
    platform: str = "android",
    language: str = "nb",
    areas: Sequence[UUID] = (),
    interests: Sequence[str] = (),
) -> list[UUID]:
    """Let residents move in who have agreed to these purposes; each has a device at `address` + their id. After them a
    night passes in which residents are counted.
    """
    residents = [uuid4() for _ in range(number)]
    async with work(tenant) as unit:
        await unit.execute(
            "insert into resident (id, municipality_id, language, digest, consent_salt, registered_on, active_on) "
            "select r, $1, $3, 'off', '\\x00', current_date, current_date from unnest($2::uuid[]) r",
            tenant.municipality,
            residents,
            language,
        )
        for purpose in consents:
            await unit.execute(_CONSENT, tenant.municipality, residents, purpose)
        if address is not None:
            await unit.execute(_ADDRESS, tenant.municipality, residents, platform, address)
        for area in areas:
            await unit.execute(
                "insert into resident_area (id, municipality_id, resident_id, zone_id) "
                "select gen_random_uuid(), $1, unnest($2::uuid[]), $3",
                tenant.municipality,
                residents,
                area,
            )
        for interest in interests:
            await unit.execute(
                "insert into resident_interest (id, municipality_id, resident_id, interest_key) "
                "select gen_random_uuid(), $1, unnest($2::uuid[]), $3",
                tenant.municipality,
                residents,
                interest,
            )
    async with work(tenant) as unit:
        await snapshot.take_snapshot(unit, 0, again=True)
    return residents


async def district(tenant: Tenant, parent: UUID | None = None) -> UUID:
    """A district to follow."""
    zone = uuid4()
    async with work(tenant) as unit:
        await unit.execute(
            "insert into zone (id, municipality_id, name, kind, geometry, parent_id, sensitive, changed_at) "
            "values ($1, $2, '{\"nb\": \"Krets\"}', 'district', '{}', $3, false, now())",
            zone,
            tenant.municipality,
            parent,
        )
    return zone


async def consent(tenant: Tenant, residents: Sequence[UUID], purpose: str) -> None:
    """They agree to a purpose."""
    async with work(tenant) as unit:
        await unit.execute(_CONSENT, tenant.municipality, list(residents), purpose)


async def withdraw(tenant: Tenant, *residents: UUID, purpose: str = "push_messages") -> None:
    """Their consent stands no longer."""
    async with work(tenant) as unit:
        await unit.execute(
            "update standing_consent set granted = false where resident_id = any($1::uuid[]) and purpose = $2",
            list(residents),
            purpose,
        )


def draft(audience: Audience | None = None, **changes: Any) -> Campaign:
    """A message as staff would write it."""
    given: dict[str, Any] = {
        "municipality_id": UUID(int=0),  # Whose it is, is said where it is kept.
        "audience": (audience or Audience()).stored(),
        "title": {"nb": "Ny park i sentrum"},
        "body": {"nb": "Si hva du mener."},
        "expires_at": now() + timedelta(days=2),
        **changes,
    }
    return Campaign(**given)


async def create(unit: Work, written: Campaign | None = None) -> UUID:
    """A draft of a campaign."""
    return (await campaigns.create(unit, written or draft(), deadline_of)).id


async def launched(tenant: Tenant, written: Campaign | None = None) -> UUID:
    """A campaign that is launched and whose audience is frozen; nothing of it is sent yet."""
    async with work(tenant) as unit:
        campaign = await create(unit, written)
        await campaigns.launch(unit, campaign)
    async with work(tenant) as unit:
        await freezing.freeze(unit, campaign)
    return campaign


async def states(tenant: Tenant, campaign: UUID) -> dict[tuple[str, str | None], int]:
    """How many deliveries are in which state, for which reason."""
    async with work(tenant) as unit:
        rows = await unit.fetch(
            "select state, reason, count(*) as n from delivery where campaign_id = $1 group by 1, 2", campaign
        )
    return {(row["state"], row["reason"]): row["n"] for row in rows}


@dataclass
class NotingCourier:
    """Notes what it is given, and does as told in between."""

    parcels: list[WakeUp] = field(default_factory=list)
    before: Callable[[WakeUp], Awaitable[None]] | None = None
    answer: CourierReply = ACCEPTED

    async def send(self, permit: Permit[PushMessages], parcel: WakeUp) -> CourierReply:
        if self.before is not None:
            await self.before(parcel)
        permit.check()
        self.parcels.append(parcel)
        return self.answer

    async def close(self) -> None:
        pass

    @property
    def couriers(self) -> Couriers:
        return {"fcm_token": self, "log": self}


async def send_out(tenant: Tenant, campaign: UUID, couriers: Couriers, **changes: object) -> CircuitBreaker:
    """One worker's turn at the campaign."""
    pace = CircuitBreaker()
    turn = SendRun(
        tenant=tenant, campaign=campaign, couriers=couriers, key=b"k" * 32, breaker=pace, until=monotonic() + 20
    )
    for name, value in changes.items():
        setattr(turn, name, value)
    await send_loop.deliver(turn)
    return pace
