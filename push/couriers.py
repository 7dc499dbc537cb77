"""Who carries what: the couriers that the settings set up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from base import hosts
from base.keys import KeyStore
from base.settings import Settings
from push.senders import AddressKind, LogSender, Sender
from push.vapid import Vapid
from push.webpush import SERVICES, WebPushSender

Couriers = Mapping[AddressKind, Sender]


@asynccontextmanager
async def couriers(settings: Settings, keys: KeyStore) -> AsyncIterator[Couriers]:
    """Browsers' push services, and FCM where it is set up; the log otherwise. Raises NoFcmProject for half a set-up."""
    log = LogSender()
    webpush = WebPushSender(vapid(settings, keys), push_services(settings), allowed=settings.hosts_in_private_networks)
    fcm: Sender = log
    if settings.fcm_credentials is not None or settings.fcm_url is not None:
        from push.fcm import FcmSender  # Only workers that send by it load firebase-admin.

        fcm = FcmSender.from_settings(settings)
    try:
        yield {"fcm_token": fcm, "fcm_fid": fcm, "webpush": webpush, "log": log}
    finally:
        await fcm.close()
        await webpush.close()


def vapid(settings: Settings, keys: KeyStore) -> Vapid:
    """Who this installation is to browsers' push services."""
    origin = settings.origin
    nowhere = f"mailto:push@{urlsplit(origin).hostname}"
    return Vapid(keys, settings.webpush_contact or (origin if origin.startswith("https:") else nowhere))


def push_services(settings: Settings) -> tuple[str, ...]:
    """The hosts that web push may be sent to."""
    return SERVICES + hosts.names(settings.webpush_hosts)
