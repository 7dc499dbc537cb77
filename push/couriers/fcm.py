"""Firebase Cloud Messaging: firebase-admin's messages, credentials and errors over a transport that fills the pipe.

The only module that knows firebase-admin. What leaves here can be read by Google and Apple: an opaque tag of one
delivery and, where a platform must show something, neutral words. Never a title, a text, a topic.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from firebase_admin import _utils, credentials, exceptions, messaging

from base import base64url, clock
from base.outgoing import Client, NoConnection, Response, TooSlow, builder
from base.settings import Settings, is_loopback
from consent.permits import Permit
from consent.purposes import PushMessages
from push.couriers.courier import AddressKind, InterruptionLevel, Platform, WakeUp
from push.couriers.encryption import encrypt, padded
from push.couriers.neutral_text import neutral_text
from push.couriers.oauth_token import CredentialRefused, NoCredentialServer, OAuthToken
from push.couriers.outcomes import CourierReply, ReplyCode, retry_after_s
from push.couriers.payload import PAYLOAD_BYTES
from push.couriers.quota import OverBudget, RateBudget

IN_FLIGHT = 200
_FCM = messaging._MessagingService
_ORIGIN = "https://fcm.googleapis.com"
_HEADERS = {"Content-Type": "application/json", "X-GOOG-API-FORMAT-VERSION": "2"}
_TAG, _ADDRESS, _SEALED = "{tag}", "{address}", "{sealed}"
_TTL, _OVER = "7777777", "{over}"
"""Stands for a life where firebase-admin wants a number: longer than any."""
_NAMED = re.compile(rb'\s*{\s*"name"\s*:\s*"projects/')
_ACCEPTED = CourierReply(ReplyCode.ACCEPTED)
_CODES: dict[type[exceptions.FirebaseError], ReplyCode] = {
    messaging.UnregisteredError: ReplyCode.UNREGISTERED,
    messaging.SenderIdMismatchError: ReplyCode.SENDER_ID_MISMATCH,
    messaging.ThirdPartyAuthError: ReplyCode.THIRD_PARTY_AUTH_ERROR,
    messaging.QuotaExceededError: ReplyCode.QUOTA_EXCEEDED,
    exceptions.ResourceExhaustedError: ReplyCode.QUOTA_EXCEEDED,
    exceptions.InvalidArgumentError: ReplyCode.INVALID_ARGUMENT,
    exceptions.OutOfRangeError: ReplyCode.INVALID_ARGUMENT,
    exceptions.FailedPreconditionError: ReplyCode.REFUSED,
    exceptions.UnauthenticatedError: ReplyCode.UNAUTHENTICATED,
    exceptions.PermissionDeniedError: ReplyCode.PERMISSION_DENIED,
    exceptions.NotFoundError: ReplyCode.PERMISSION_DENIED,
    exceptions.InternalError: ReplyCode.INTERNAL,
    exceptions.UnavailableError: ReplyCode.UNAVAILABLE,
    exceptions.DeadlineExceededError: ReplyCode.TIMEOUT,
}


class NoFcmProject(Exception):
    """Push through FCM needs the name of the Firebase project: from the credentials or MEDVIRK_FCM_PROJECT."""


def encode(wake_up: WakeUp) -> bytes:
    """The request body for one wake-up, with an opaque tag. Raises ValueError where FCM would not take it."""
    if not wake_up.address:
        raise ValueError("a wake-up needs an address")
    over_at_s = int(clock.now().timestamp()) + wake_up.ttl_s
    sealed = _sealed(wake_up)
    form = _form(
        kind=wake_up.kind,
        platform=wake_up.platform,
        language=wake_up.language,
        urgent=wake_up.urgent,
        takes_back=wake_up.takes_back,
        sealed=sealed is not None,
        interruption=wake_up.interruption,
    )
    form = form.replace(_OVER, str(over_at_s)).replace(_TTL, str(wake_up.ttl_s))
    form = form.replace(_TAG, wake_up.tag).replace(_ADDRESS, json.dumps(wake_up.address)[1:-1])
    return (form if sealed is None else form.replace(_SEALED, sealed)).encode()


def _sealed(wake_up: WakeUp) -> str | None:
    """The message itself, for the phone alone to read (RFC 8291, base64url); None where only a wake-up goes."""
    if wake_up.payload is None or wake_up.keys is None:
        return None
    return base64url.encode(encrypt(padded(wake_up.payload, PAYLOAD_BYTES), wake_up.keys))


@lru_cache(maxsize=256)
def _form(
    *,
    kind: AddressKind,
    platform: Platform,
    language: str,
    urgent: bool,
    takes_back: bool,
    sealed: bool,
    interruption: InterruptionLevel,
) -> str:
    """The body that wake-ups of a kind share, encoded once by firebase-admin; tag, address and times left out."""
    wake_up = WakeUp(
        tag=_TAG,
        kind=kind,
        address=_ADDRESS,
        platform=platform,
        language=language,
        ttl_s=int(_TTL),
        urgent=urgent,
        takes_back=takes_back,
        interruption=interruption,
    )
    message = _message(wake_up)
    if sealed:
        message.data["sealed"] = _SEALED
    return json.dumps({"message": _FCM.encode_message(message)}, separators=(",", ":"))


class FcmCourier:
    """Hands wake-ups to FCM, many at once. `send` answers for whatever happens on the way."""

    def __init__(
        self,
        url: str,
        oauth_token: OAuthToken | None,
        *,
        budget: RateBudget | None = None,
        http2: bool = False,
        in_flight: int = IN_FLIGHT,
        timeout_s: float = 20.0,
    ) -> None:
        self._url, self._oauth_token, self._budget = url, oauth_token, budget
        made = builder(url, timeout_s=timeout_s).default_headers(_HEADERS)
        made = made.max_connections(in_flight).pool_max_idle_per_host(in_flight)
        if http2:
            made = made.http2_prior_knowledge() if url.startswith("http:") else made.http2(True)
        self._client: Client = made.build()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The courier that the settings describe. Without credentials only a courier on this machine is served.

        Raises NoFcmProject, and OSError or ValueError for a credentials file that cannot be used.
        """
        origin, project, oauth_token = settings.fcm_url or _ORIGIN, settings.fcm_project, None
        if settings.fcm_credentials is not None:
            project, oauth_token = _service_account(settings.fcm_credentials, project)
        if project is None or (oauth_token is None and not is_loopback(origin)):
            raise NoFcmProject
        budget = RateBudget(f"fcm/{project}"[:64], settings.fcm_per_minute) if settings.fcm_per_minute else None
        return cls(
            _FCM.FCM_URL.format(project).replace(_ORIGIN, origin.rstrip("/")),
            oauth_token,
            budget=budget,
            http2=settings.fcm_http2,
        )

    async def send(self, permit: Permit[PushMessages], wake_up: WakeUp) -> CourierReply:
        """Hand over one wake-up and read the answer. Raises PermitExpired where the permit ran out before."""
        try:
            body = encode(wake_up)
        except ValueError:
            return CourierReply(ReplyCode.REFUSED)
        try:
            reply, token = await self._post(permit, body)
            if reply.code is ReplyCode.UNAUTHENTICATED and self._oauth_token is not None:
                self._oauth_token.reject(token)
                reply, _ = await self._post(permit, body)
            return reply
        except OverBudget:
            return CourierReply(ReplyCode.HELD_BACK)
        except CredentialRefused:
            return CourierReply(ReplyCode.UNAUTHENTICATED)
        except TooSlow:
            return CourierReply(ReplyCode.TIMEOUT)
        except (NoCredentialServer, NoConnection):
            return CourierReply(ReplyCode.NO_CONNECTION)

    async def close(self) -> None:
        """Close the connections."""
        if self._oauth_token is not None:
            await self._oauth_token.close()
        await self._client.close()

    async def _post(self, permit: Permit[PushMessages], body: bytes) -> tuple[CourierReply, str]:
        if self._budget is not None:
            await self._budget.take()
        request = self._client.post(self._url).body_bytes(body)
        token = ""
        if self._oauth_token is not None:
            token = await self._oauth_token.token()
            request = request.bearer_auth(token)
        permit.check()
        response = await request.build().send()
        return await _read(response), token


def _service_account(file: Path, project: str | None) -> tuple[str | None, OAuthToken]:
    certificate = credentials.Certificate(str(file))
    return project or certificate.project_id, OAuthToken(certificate.get_credential())


def _message(wake_up: WakeUp) -> messaging.Message:
    """A silent message for Android and the web, whose app fetches and shows; neutral words that iOS may replace."""
    data = {"tag": wake_up.tag, "recalled": "1"} if wake_up.takes_back else {"tag": wake_up.tag}
    ttl = timedelta(seconds=wake_up.ttl_s)
    message = messaging.Message(data=data)
    if wake_up.kind == "fcm_fid":
        message.fid = wake_up.address
    else:
        message.token = wake_up.address
    match wake_up.platform:
        case "android":
            priority = "high" if wake_up.urgent else "normal"
            message.android = messaging.AndroidConfig(collapse_key=wake_up.tag, priority=priority, ttl=ttl)
        case "ios":
            message.apns = _apns(wake_up)
        case "web":
            urgency = "high" if wake_up.urgent else "normal"
            message.webpush = messaging.WebpushConfig(headers={"TTL": str(wake_up.ttl_s), "Urgency": urgency})
    return message


def _apns(wake_up: WakeUp) -> messaging.APNSConfig:
    if wake_up.takes_back:
        silent = {"apns-push-type": "background", "apns-priority": "5", "apns-expiration": _OVER}
        return messaging.APNSConfig(silent, messaging.APNSPayload(messaging.Aps(content_available=True)))
    title, body = neutral_text(wake_up.language)
    headers = {
        "apns-collapse-id": wake_up.tag,
        "apns-expiration": _OVER,
        "apns-priority": "10" if wake_up.urgent else "5",
    }
    alert = messaging.ApsAlert(title=title, body=body)
    level = None if wake_up.interruption == "active" else {"interruption-level": wake_up.interruption}
    aps = messaging.Aps(alert=alert, mutable_content=True, custom_data=level)
    return messaging.APNSConfig(headers, messaging.APNSPayload(aps))


async def _read(response: Response) -> CourierReply:
    """Reduce a response to what it says."""
    body = bytes(await response.bytes())
    if response.status == 200:
        return _ACCEPTED if _NAMED.match(body) else CourierReply(ReplyCode.UNREADABLE)
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    error = document.get("error") if isinstance(document, dict) else None
    refusal = _Refusal.read(error)
    wish = retry_after_s(response.get_header("retry-after"), clock.now())
    return CourierReply(_code(response.status, refusal), refusal.fields, wish)


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


def _code(status: int, refusal: _Refusal) -> ReplyCode:
    """Name a refusal by firebase-admin's own classification of errors."""
    kind = _FCM._build_fcm_error({"details": refusal.details})
    if kind is None:
        kind = _utils._error_code_to_exception_type(refusal.status or _utils._http_status_to_error_code(status))
    code = _CODES.get(kind)
    if code is None:
        code = ReplyCode.UNAVAILABLE if status >= 500 else ReplyCode.UNREADABLE
    return code
