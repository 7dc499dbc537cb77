"""Who carries what: the couriers that the settings set up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from base.settings import Settings
from push.fcm import FcmSender
from push.senders import AddressKind, LogSender, Sender

Couriers = Mapping[AddressKind, Sender]


@asynccontextmanager
async def couriers(settings: Settings) -> AsyncIterator[Couriers]:
    """FCM where it is set up, and the log for everything else. Raises NoFcmProject for half a set-up."""
    log = LogSender()
    if settings.fcm_credentials is None and settings.fcm_url is None:
        yield {"fcm_token": log, "fcm_fid": log, "webpush": log, "log": log}
        return
    fcm = FcmSender.from_settings(settings)
    try:
        yield {"fcm_token": fcm, "fcm_fid": fcm, "log": log}
    finally:
        await fcm.close()
