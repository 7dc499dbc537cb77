"""Who carries what: the couriers that the settings set up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from base import hosts
from base.keys import KeyStore
from base.settings import Settings
from push.couriers.courier import AddressKind, Courier, LogCourier
from push.couriers.vapid import Vapid
from push.couriers.webpush import SERVICES, WebPushCourier

Couriers = Mapping[AddressKind, Courier]


@asynccontextmanager
async def configured_couriers(settings: Settings, keys: KeyStore) -> AsyncIterator[Couriers]:
    """Browsers' push services, and FCM where it is set up; the log otherwise. Raises NoFcmProject for half a set-up."""
    log = LogCourier()
    webpush = WebPushCourier(
        configured_vapid(settings, keys), push_services(settings), allowed=settings.hosts_in_private_networks
    )
    fcm: Courier = log
    if wakes_phones(settings):
        from push.couriers.fcm import FcmCourier  # Only workers that send by it load firebase-admin.

        fcm = FcmCourier.from_settings(settings)
    try:
        yield {"fcm_token": fcm, "fcm_fid": fcm, "webpush": webpush, "log": log}
    finally:
        await fcm.close()
        await webpush.close()


def wakes_phones(settings: Settings) -> bool:
    """Whether Android's phones and iPhones can be woken; else what goes to them goes to the log alone."""
    return settings.fcm_credentials is not None or settings.fcm_url is not None


def is_set_up(settings: Settings, kind: AddressKind) -> bool:
    """Whether what goes to such an address leaves this house."""
    return kind == "webpush" or (kind != "log" and wakes_phones(settings))


def configured_vapid(settings: Settings, keys: KeyStore) -> Vapid:
    """Who this installation is to browsers' push services."""
    origin = settings.origin
    nowhere = f"mailto:push@{urlsplit(origin).hostname}"
    return Vapid(keys, settings.webpush_contact or (origin if origin.startswith("https:") else nowhere))


def push_services(settings: Settings) -> tuple[str, ...]:
    """The hosts that web push may be sent to."""
    return SERVICES + hosts.names(settings.webpush_hosts)
