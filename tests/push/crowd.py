"""Many residents at once, and a courier who only notes down."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from base.clock import monotonic, now
from base.database import work
from base.tenant import Tenant
from consent import permits
from consent.permits import Permit, PushMessages
from push import campaigns, delivering, filling, snapshot
from push.audiences import Audience
from push.campaigns import Draft
from push.couriers import Couriers
from push.delivering import Round
from push.outcomes import Answer, Said
from push.pace import Pace
from push.senders import Parcel

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


ACCEPTED = Answer(Said.ACCEPTED)


def permit(valid_for_s: float = 60.0) -> Permit[PushMessages]:
    """A permit for tests of what lies behind the gate."""
    return Permit(PushMessages, uuid4(), monotonic() + valid_for_s, permits._mint)


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
        await snapshot.take(unit, 0, again=True)
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


def draft(audience: Audience | None = None, **changes: object) -> Draft:
    """A message as staff would write it."""
    given: dict[str, object] = {
        "audience": audience or Audience(),
        "title": {"nb": "Ny park i sentrum"},
        "body": {"nb": "Si hva du mener."},
        "expires_at": now() + timedelta(days=2),
        **changes,
    }
    return Draft(**given)  # type: ignore[arg-type]  # a test names what it changes


async def launched(tenant: Tenant, written: Draft | None = None) -> UUID:
    """A campaign that is launched and whose audience is frozen; nothing of it is sent yet."""
    async with work(tenant) as unit:
        campaign = await campaigns.write(unit, written or draft())
        await campaigns.launch(unit, campaign)
    async with work(tenant) as unit:
        await filling.fill(unit, campaign)
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

    parcels: list[Parcel] = field(default_factory=list)
    before: Callable[[Parcel], Awaitable[None]] | None = None
    answer: Answer = ACCEPTED

    async def send(self, permit: Permit[PushMessages], parcel: Parcel) -> Answer:
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


async def send_out(tenant: Tenant, campaign: UUID, couriers: Couriers, **changes: object) -> Pace:
    """One worker's turn at the campaign."""
    pace = Pace()
    turn = Round(tenant, campaign, couriers, b"k" * 32, pace, monotonic() + 20)
    for name, value in changes.items():
        setattr(turn, name, value)
    await delivering.deliver(turn)
    return pace
