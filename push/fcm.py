"""Firebase Cloud Messaging: firebase-admin's messages, credentials and errors over a transport that fills the pipe.

The only module that knows firebase-admin. What leaves here can be read by Google and Apple: an opaque tag of one
delivery and, where a platform must show something, neutral words. Never a title, a text, a topic.
"""

import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from firebase_admin import _utils, credentials, exceptions, messaging

from base import clock
from base.outgoing import Client, NoConnection, Response, TooSlow, builder
from base.settings import Settings, is_loopback
from consent.permits import Permit, PushMessages
from push.bearer import Bearer, CredentialRefused, NoCredentialServer
from push.encryption import encrypt, padded
from push.governor import Governor, OverBudget
from push.letters import LETTER_BYTES
from push.outcomes import Answer, Said, retry_after_s
from push.senders import AddressKind, Interrupts, Parcel, Platform
from push.wording import neutral

IN_FLIGHT = 200
_FCM = messaging._MessagingService
_ORIGIN = "https://fcm.googleapis.com"
_HEADERS = {"Content-Type": "application/json", "X-GOOG-API-FORMAT-VERSION": "2"}
_TAG, _ADDRESS, _SEALED = "{tag}", "{address}", "{sealed}"
_LIFE, _OVER = "7777777", "{over}"
"""Stands for a life where firebase-admin wants a number: longer than any."""
_NAMED = re.compile(rb'\s*{\s*"name"\s*:\s*"projects/')
_ACCEPTED = Answer(Said.ACCEPTED)
_SAID: dict[type[exceptions.FirebaseError], Said] = {
    messaging.UnregisteredError: Said.UNREGISTERED,
    messaging.SenderIdMismatchError: Said.SENDER_ID_MISMATCH,
    messaging.ThirdPartyAuthError: Said.THIRD_PARTY_AUTH_ERROR,
    messaging.QuotaExceededError: Said.QUOTA_EXCEEDED,
    exceptions.ResourceExhaustedError: Said.QUOTA_EXCEEDED,
    exceptions.InvalidArgumentError: Said.INVALID_ARGUMENT,
    exceptions.OutOfRangeError: Said.INVALID_ARGUMENT,
    exceptions.FailedPreconditionError: Said.REFUSED,
    exceptions.UnauthenticatedError: Said.UNAUTHENTICATED,
    exceptions.PermissionDeniedError: Said.PERMISSION_DENIED,
    exceptions.NotFoundError: Said.PERMISSION_DENIED,
    exceptions.InternalError: Said.INTERNAL,
    exceptions.UnavailableError: Said.UNAVAILABLE,
    exceptions.DeadlineExceededError: Said.TIMEOUT,
}


class NoFcmProject(Exception):
    """Push through FCM needs the name of the Firebase project: from the credentials or MEDVIRK_FCM_PROJECT."""


def encode(parcel: Parcel) -> bytes:
    """The request body for one parcel: a wake-up with an opaque tag. Raises ValueError where FCM would not take it."""
    if not parcel.address:
        raise ValueError("a parcel needs an address")
    over_at_s = int(clock.now().timestamp()) + parcel.life_s
    sealed = _sealed(parcel)
    form = _form(
        parcel.kind, parcel.platform, parcel.language, parcel.urgent, parcel.takes_back,
        sealed is not None, parcel.interrupts,
    )  # fmt: skip
    form = form.replace(_OVER, str(over_at_s)).replace(_LIFE, str(parcel.life_s))
    form = form.replace(_TAG, parcel.tag).replace(_ADDRESS, json.dumps(parcel.address)[1:-1])
    return (form if sealed is None else form.replace(_SEALED, sealed)).encode()


def _sealed(parcel: Parcel) -> str | None:
    """The message itself, for the phone alone to read (RFC 8291, base64url); None where only a wake-up goes."""
    if parcel.letter is None or parcel.lock is None:
        return None
    return urlsafe_b64encode(encrypt(padded(parcel.letter, LETTER_BYTES), parcel.lock)).rstrip(b"=").decode()


@lru_cache(maxsize=256)
def _form(
    kind: AddressKind,
    platform: Platform,
    language: str,
    urgent: bool,
    takes_back: bool,
    sealed: bool,
    interrupts: Interrupts,
) -> str:
    """The body that parcels of a kind share, encoded once by firebase-admin; tag, address and times left out."""
    parcel = Parcel(_TAG, kind, _ADDRESS, platform, language, int(_LIFE), urgent, takes_back, interrupts=interrupts)
    message = _message(parcel)
    if sealed:
        message.data["sealed"] = _SEALED
    return json.dumps({"message": _FCM.encode_message(message)}, separators=(",", ":"))


class FcmSender:
    """Hands parcels to FCM, many at once. `send` answers for whatever happens on the way."""

    def __init__(
        self,
        url: str,
        bearer: Bearer | None,
        *,
        governor: Governor | None = None,
        http2: bool = False,
        in_flight: int = IN_FLIGHT,
        timeout_s: float = 20.0,
    ) -> None:
        self._url, self._bearer, self._governor = url, bearer, governor
        made = builder(url, timeout_s=timeout_s).default_headers(_HEADERS)
        made = made.max_connections(in_flight).pool_max_idle_per_host(in_flight)
        if http2:
            made = made.http2_prior_knowledge() if url.startswith("http:") else made.http2(True)
        self._client: Client = made.build()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The sender that the settings describe. Without credentials only a courier on this machine is served.

        Raises NoFcmProject, and OSError or ValueError for a credentials file that cannot be used.
        """
        origin, project, bearer = settings.fcm_url or _ORIGIN, settings.fcm_project, None
        if settings.fcm_credentials is not None:
            project, bearer = _service_account(settings.fcm_credentials, project)
        if project is None or (bearer is None and not is_loopback(origin)):
            raise NoFcmProject
        governor = Governor(f"fcm/{project}"[:64], settings.fcm_per_minute) if settings.fcm_per_minute else None
        return cls(
            _FCM.FCM_URL.format(project).replace(_ORIGIN, origin.rstrip("/")),
            bearer,
            governor=governor,
            http2=settings.fcm_http2,
        )

    async def send(self, permit: Permit[PushMessages], parcel: Parcel) -> Answer:
        """Hand over one parcel and read the answer. Raises PermitExpired where the permit ran out before."""
        try:
            body = encode(parcel)
        except ValueError:
            return Answer(Said.REFUSED)
        try:
            answer, token = await self._post(permit, body)
            if answer.said is Said.UNAUTHENTICATED and self._bearer is not None:
                self._bearer.reject(token)
                answer, _ = await self._post(permit, body)
            return answer
        except OverBudget:
            return Answer(Said.HELD_BACK)
        except CredentialRefused:
            return Answer(Said.UNAUTHENTICATED)
        except TooSlow:
            return Answer(Said.TIMEOUT)
        except (NoCredentialServer, NoConnection):
            return Answer(Said.NO_CONNECTION)

    async def close(self) -> None:
        """Close the connections."""
        if self._bearer is not None:
            await self._bearer.close()
        await self._client.close()

    async def _post(self, permit: Permit[PushMessages], body: bytes) -> tuple[Answer, str]:
        if self._governor is not None:
            await self._governor.take()
        request = self._client.post(self._url).body_bytes(body)
        token = ""
        if self._bearer is not None:
            token = await self._bearer.token()
            request = request.bearer_auth(token)
        permit.check()
        response = await request.build().send()
        return await _read(response), token


def _service_account(file: Path, project: str | None) -> tuple[str | None, Bearer]:
    certificate = credentials.Certificate(str(file))
    return project or certificate.project_id, Bearer(certificate.get_credential())


def _message(parcel: Parcel) -> messaging.Message:
    """A silent message for Android and the web, whose app fetches and shows; neutral words that iOS may replace."""
    data = {"tag": parcel.tag, "recalled": "1"} if parcel.takes_back else {"tag": parcel.tag}
    life = timedelta(seconds=parcel.life_s)
    message = messaging.Message(data=data)
    if parcel.kind == "fcm_fid":
        message.fid = parcel.address
    else:
        message.token = parcel.address
    match parcel.platform:
        case "android":
            priority = "high" if parcel.urgent else "normal"
            message.android = messaging.AndroidConfig(collapse_key=parcel.tag, priority=priority, ttl=life)
        case "ios":
            message.apns = _apns(parcel)
        case "web":
            urgency = "high" if parcel.urgent else "normal"
            message.webpush = messaging.WebpushConfig(headers={"TTL": str(parcel.life_s), "Urgency": urgency})
    return message


def _apns(parcel: Parcel) -> messaging.APNSConfig:
    if parcel.takes_back:
        silent = {"apns-push-type": "background", "apns-priority": "5", "apns-expiration": _OVER}
        return messaging.APNSConfig(silent, messaging.APNSPayload(messaging.Aps(content_available=True)))
    title, body = neutral(parcel.language)
    headers = {
        "apns-collapse-id": parcel.tag,
        "apns-expiration": _OVER,
        "apns-priority": "10" if parcel.urgent else "5",
    }
    alert = messaging.ApsAlert(title=title, body=body)
    level = None if parcel.interrupts == "active" else {"interruption-level": parcel.interrupts}
    aps = messaging.Aps(alert=alert, mutable_content=True, custom_data=level)
    return messaging.APNSConfig(headers, messaging.APNSPayload(aps))


async def _read(response: Response) -> Answer:
    """Reduce a response to what it says."""
    body = bytes(await response.bytes())
    if response.status == 200:
        return _ACCEPTED if _NAMED.match(body) else Answer(Said.UNREADABLE)
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    error = document.get("error") if isinstance(document, dict) else None
    refusal = _Refusal.read(error)
    wish = retry_after_s(response.get_header("retry-after"), clock.now())
    return Answer(_said(response.status, refusal), refusal.fields, wish)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The parts of a google.rpc.Status that matter, whatever else came."""

    status: str | None
    details: list[dict[str, Any]]
    fields: tuple[str, ...]

    @classmethod
    def read(cls, error: object) -> Self:
        if not isinstance(error, dict):
            return cls(None, [], ())
        listed = error.get("details")
        details = [detail for detail in listed if isinstance(detail, dict)] if isinstance(listed, list) else []
        named = [each for detail in details for each in detail.get("fieldViolations") or ()]
        fields = tuple(str(each.get("field")) for each in named if isinstance(each, dict))
        status = error.get("status")
        if not fields and "registration token is not a valid" in str(error.get("message")):
            fields = ("message.token",)
        return cls(status if isinstance(status, str) else None, details, fields)


def _said(status: int, refusal: _Refusal) -> Said:
    """Name a refusal by firebase-admin's own classification of errors."""
    kind = _FCM._build_fcm_error({"details": refusal.details})
    if kind is None:
        kind = _utils._error_code_to_exception_type(refusal.status or _utils._http_status_to_error_code(status))
    said = _SAID.get(kind)
    if said is None:
        said = Said.UNAVAILABLE if status >= 500 else Said.UNREADABLE
    return said
