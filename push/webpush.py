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
from consent.permits import Permit, PushMessages
from push.encryption import NoSubscription, Subscription, encrypt, padded
from push.letters import LETTER_BYTES
from push.outcomes import Answer, Said, retry_after_s
from push.senders import Parcel
from push.vapid import Vapid

SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
)
"""The push services of Chrome, Firefox, Edge and Safari."""
_SAID = {
    400: Said.INVALID_ARGUMENT,
    401: Said.SENDER_ID_MISMATCH,
    403: Said.SENDER_ID_MISMATCH,
    404: Said.UNREGISTERED,
    410: Said.UNREGISTERED,
    413: Said.REFUSED,
    429: Said.QUOTA_EXCEEDED,
    503: Said.UNAVAILABLE,
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


def _plain(parcel: Parcel) -> bytes:
    """What the browser is to read: the message itself where it is carried, else a wake-up with the tag alone."""
    if parcel.letter is not None:
        return padded(parcel.letter, LETTER_BYTES)
    told = {"tag": parcel.tag, "recalled": True} if parcel.takes_back else {"tag": parcel.tag}
    return padded(json.dumps(told).encode())


class WebPushSender:
    """Hands parcels to browsers' push services. `send` answers for whatever happens on the way."""

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

    async def send(self, permit: Permit[PushMessages], parcel: Parcel) -> Answer:
        """Encrypt one wake-up, hand it over and read the answer. Raises PermitExpired where the permit ran out."""
        try:
            subscription = Subscription.read(parcel.address)
        except NoSubscription:
            return Answer(Said.INVALID_ARGUMENT, ("message.token",))
        target = service(subscription.endpoint, self._hosts, self._rehearsal)
        if target is None:
            return Answer(Said.INVALID_ARGUMENT, ("message.token",))
        headers = {
            "Authorization": self._vapid.authorization(target.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(parcel.life_s),
            "Topic": parcel.tag[:32],
            "Urgency": "high" if parcel.urgent else "normal",
        }
        body = encrypt(_plain(parcel), subscription)
        permit.check()
        try:
            response = await self._calls.send("POST", target, headers, body)
        except TooSlow:
            return Answer(Said.TIMEOUT)
        except PrivateAddress:
            return Answer(Said.NOT_ALLOWED)
        except (NoConnection, OSError):
            return Answer(Said.NO_CONNECTION)
        if 200 <= response.status < 300:
            return Answer(Said.ACCEPTED)
        said = _SAID.get(response.status, Said.INTERNAL if response.status >= 500 else Said.UNREADABLE)
        return Answer(said, (), retry_after_s(response.get_header("retry-after"), clock.now()))

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()
