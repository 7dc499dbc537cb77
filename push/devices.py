"""Where a resident's device is reached: kept only by a permit, gone with the consent."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.database import Work
from base.errors import NotFound, invalid
from consent.permits import Permit, PushMessages
from municipality.directory import today
from push.encryption import Lock, NoLock, NoSubscription, Subscription
from push.senders import AddressKind
from push.webpush import SERVICES, is_service


@dataclass(frozen=True, slots=True)
class Device:
    """A device that can be woken: the kind of its address, the address, and how it is spoken to.

    `locale` is a BCP 47 tag, `timezone` an IANA name. `p256dh` and `auth` (base64url) are the keys of a phone that can
    read encrypted messages; a browser's stand in its subscription.
    """

    kind: AddressKind
    address: str = field(repr=False)
    locale: str
    timezone: str
    app_version: str
    p256dh: str | None = None
    auth: str | None = field(default=None, repr=False)


async def register(
    work: Work, permit: Permit[PushMessages], credential: UUID, device: Device, services: Collection[str] = SERVICES
) -> None:
    """Keep the address of this device, in place of the one it had. An address belongs to who registered it last.

    A browser's address is its subscription, at one of the push `services`. Raises Invalid, naming the field.
    """
    _known_zone(device.timezone)
    if device.kind == "webpush":
        _subscription(device.address, services)
    if device.p256dh is not None and device.auth is not None:
        _keys(device.p256dh, device.auth)
    permit.check()
    await work.execute(
        "delete from push_address where md5(address) = md5($1) and address = $1 and credential_id <> $2",
        device.address,
        credential,
    )
    await work.execute(
        "insert into push_address (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, "
        "app_version, changed_on, p256dh, auth) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
        "on conflict (municipality_id, credential_id) do update set kind = excluded.kind, address = excluded.address, "
        "locale = excluded.locale, timezone = excluded.timezone, app_version = excluded.app_version, "
        "changed_on = excluded.changed_on, p256dh = excluded.p256dh, auth = excluded.auth",
        uuid4(),
        work.municipality,
        permit.resident,
        credential,
        device.kind,
        device.address,
        device.locale,
        device.timezone,
        device.app_version,
        await today(work),
        device.p256dh,
        device.auth,
    )


async def forget(work: Work, credential: UUID) -> None:
    """Forget where this device is reached. Needs no permit: less is kept afterwards."""
    if not await work.execute("delete from push_address where credential_id = $1", credential):
        raise NotFound()


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid("/timezone", "This is no time zone's name (IANA), such as Europe/Oslo.") from None


def _keys(p256dh: str, auth: str) -> None:
    try:
        Lock.read(p256dh, auth)
    except NoLock:
        raise invalid("/keys", "Not a point on P-256 and 16 bytes, in base64url (RFC 8291).") from None


def _subscription(address: str, services: Collection[str]) -> None:
    try:
        subscription = Subscription.read(address)
    except NoSubscription:
        raise invalid("/address", "This is not the JSON of a browser's push subscription.") from None
    if not is_service(subscription.endpoint, services):
        raise invalid("/address", "Messages are not sent to this push service.")
