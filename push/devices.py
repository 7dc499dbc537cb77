"""Where a resident's device is reached: kept only by a permit, gone with the consent."""

from collections.abc import Collection
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.database import Work
from base.errors import NotFound, invalid
from base.queries import load_queries
from consent.permits import Permit
from consent.purposes import PushMessages
from municipality.directory import today
from push.couriers.encryption import NoRecipientKeys, NoSubscription, RecipientKeys, Subscription
from push.couriers.webpush import SERVICES, is_service
from push.models import PushAddress

sql = load_queries(__file__)


_KEPT: Final = ("resident_id", "kind", "address", "locale", "timezone", "app_version", "changed_on", "p256dh", "auth")


async def register(
    work: Work,
    permit: Permit[PushMessages],
    credential: UUID,
    device: PushAddress,
    services: Collection[str] = SERVICES,
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
    await work.execute(sql.take_over_address, address=device.address, credential=credential)
    device.resident_id, device.credential_id, device.changed_on = permit.resident, credential, await today(work)
    one_of_each = ("municipality_id", "credential_id")
    await PushAddress.bulk_create([device], on_conflict=one_of_each, update_fields=_KEPT)


async def forget(credential: UUID) -> None:
    """Forget where this device is reached. Needs no permit: less is kept afterwards."""
    if not await PushAddress.filter(credential_id=credential).delete():
        raise NotFound()


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid("/timezone", "This is no time zone's name (IANA), such as Europe/Oslo.") from None


def _keys(p256dh: str, auth: str) -> None:
    try:
        RecipientKeys.read(p256dh, auth)
    except NoRecipientKeys:
        raise invalid("/keys", "Not a point on P-256 and 16 bytes, in base64url (RFC 8291).") from None


def _subscription(address: str, services: Collection[str]) -> None:
    try:
        subscription = Subscription.read(address)
    except NoSubscription:
        raise invalid("/address", "This is not the JSON of a browser's push subscription.") from None
    if not is_service(subscription.endpoint, services):
        raise invalid("/address", "Messages are not sent to this push service.")
