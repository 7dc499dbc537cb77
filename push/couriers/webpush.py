"""Web Push (RFC 8030): wake-ups for the resident web app, encrypted to its browser, under a token of our own.

What the push service sees is where to, how long, how urgent, and the tag as topic; not what. Only the hosts of known
push services are spoken to, and those that the operator names, at addresses of the public internet alone
(`base.outgoing`): an address that a resident registers must not make the server call whatever it likes.
"""

import json
from collections.abc import Collection

from base import clock, outgoing
from base.hosts import AllowedHosts, is_among
from base.outgoing import NoConnection, NotAllowed, Outgoing, PrivateAddress, Target, TooSlow
from base.settings import is_loopback
from consent.permits import Permit
from consent.purposes import PushMessages
from push.couriers.courier import WakeUp
from push.couriers.encryption import NoSubscription, Subscription, encrypt, padded
from push.couriers.outcomes import CourierReply, ReplyCode, retry_after_s
from push.couriers.payload import PAYLOAD_BYTES
from push.couriers.vapid import Vapid

SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
)
"""The push services of Chrome, Firefox, Edge and Safari."""
_CODES = {
    400: ReplyCode.INVALID_ARGUMENT,
    401: ReplyCode.SENDER_ID_MISMATCH,
    403: ReplyCode.SENDER_ID_MISMATCH,
    404: ReplyCode.UNREGISTERED,
    410: ReplyCode.UNREGISTERED,
    413: ReplyCode.REFUSED,
    429: ReplyCode.QUOTA_EXCEEDED,
    503: ReplyCode.UNAVAILABLE,
}


def service(endpoint: str, hosts: Collection[str], rehearsal: str | None = None) -> Target | None:
    """An endpoint at one of the push services: https, its usual port, one of `hosts` (`*.` counts); else None.

    `rehearsal` is the origin of a push service on this machine, which alone may be plain http.
    """
    try:
        target = outgoing.read(endpoint)
    except NotAllowed:
        return None
    if rehearsal is not None and is_loopback(rehearsal) and target.origin == rehearsal.rstrip("/"):
        return target
    known = target.scheme == "https" and target.port == 443 and is_among(target.host, hosts)
    return target if known else None


def is_service(endpoint: str, hosts: Collection[str], rehearsal: str | None = None) -> bool:
    """Whether an endpoint belongs to one of the push services, as `service` reads it."""
    return service(endpoint, hosts, rehearsal) is not None


def _plain(wake_up: WakeUp) -> bytes:
    """What the browser is to read: the message itself where it is carried, else a wake-up with the tag alone."""
    if wake_up.payload is not None:
        return padded(wake_up.payload, PAYLOAD_BYTES)
    told = {"tag": wake_up.tag, "recalled": True} if wake_up.takes_back else {"tag": wake_up.tag}
    return padded(json.dumps(told).encode())


class WebPushCourier:
    """Hands wake-ups to browsers' push services. `send` answers for whatever happens on the way."""

    def __init__(
        self,
        vapid: Vapid,
        hosts: Collection[str] = SERVICES,
        *,
        rehearsal: str | None = None,
        allowed: AllowedHosts | None = None,
        calls: Outgoing | None = None,
    ) -> None:
        self._vapid, self._hosts, self._rehearsal = vapid, hosts, rehearsal
        self._calls = Outgoing(allowed, rehearsal=rehearsal) if calls is None else calls

    async def send(self, permit: Permit[PushMessages], wake_up: WakeUp) -> CourierReply:
        """Encrypt one wake-up, hand it over and read the answer. Raises PermitExpired where the permit ran out."""
        try:
            subscription = Subscription.read(wake_up.address)
        except NoSubscription:
            return CourierReply(ReplyCode.INVALID_ARGUMENT, ("message.token",))
        target = service(subscription.endpoint, self._hosts, self._rehearsal)
        if target is None:
            return CourierReply(ReplyCode.INVALID_ARGUMENT, ("message.token",))
        headers = {
            "Authorization": self._vapid.authorization(target.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(wake_up.ttl_s),
            "Topic": wake_up.tag[:32],
            "Urgency": "high" if wake_up.urgent else "normal",
        }
        body = encrypt(_plain(wake_up), subscription)
        permit.check()
        try:
            response = await self._calls.send("POST", target, headers, body)
        except TooSlow:
            return CourierReply(ReplyCode.TIMEOUT)
        except PrivateAddress:
            return CourierReply(ReplyCode.NOT_ALLOWED)
        except (NoConnection, OSError):
            return CourierReply(ReplyCode.NO_CONNECTION)
        if 200 <= response.status < 300:
            return CourierReply(ReplyCode.ACCEPTED)
        code = _CODES.get(response.status, ReplyCode.INTERNAL if response.status >= 500 else ReplyCode.UNREADABLE)
        return CourierReply(code, (), retry_after_s(response.get_header("retry-after"), clock.now()))

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()
