"""What FCM HTTP v1 says: its refusals word for word, and how it judges a message.

Sources: firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode, …/projects.messages, google.rpc.Status.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from rehearsal.plain_http import Reply

PAYLOAD_LIMIT_BYTES = 4096
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
_TTL = re.compile(r"\d+(\.\d{1,9})?s")
_TARGETS = frozenset({"token", "fid", "topic", "condition"})
_FIELDS: dict[str, frozenset[str]] = {
    "": frozenset({"message", "validate_only"}),
    "message": _TARGETS | {"name", "data", "notification", "android", "apns", "webpush", "fcm_options"},
    "message.notification": frozenset({"title", "body", "image"}),
    "message.android": frozenset(
        {
            "collapse_key",
            "priority",
            "ttl",
            "restricted_package_name",
            "data",
            "notification",
            "fcm_options",
            "direct_boot_ok",
            "bandwidth_constrained_ok",
            "restricted_satellite_ok",
        }
    ),
    "message.apns": frozenset({"headers", "payload", "fcm_options", "live_activity_token"}),
    "message.webpush": frozenset({"headers", "data", "notification", "fcm_options"}),
    "message.fcm_options": frozenset({"analytics_label"}),
}


def refusal(
    status: int,
    code: str,
    message: str,
    fcm_code: str | None = None,
    *,
    fields: tuple[str, ...] = (),
    retry_after: str | None = None,
) -> Reply:
    """An error as Google's APIs write one: google.rpc.Status with FcmError and BadRequest among its details."""
    details: list[dict[str, Any]] = []
    if fcm_code is not None:
        details.append({"@type": _FCM_ERROR, "errorCode": fcm_code})
    if fields:
        violations = [{"field": name, "description": message} for name in fields]
        details.append({"@type": _BAD_REQUEST, "fieldViolations": violations})
    error: dict[str, Any] = {"code": status, "message": message, "status": code}
    if details:
        error["details"] = details
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    return Reply(status, json.dumps({"error": error}).encode(), headers)


def invalid(message: str, *fields: str) -> Reply:
    """400 INVALID_ARGUMENT, naming the fields at fault."""
    return refusal(400, "INVALID_ARGUMENT", message, "INVALID_ARGUMENT", fields=fields)


def quota(retry_after: str | None = None) -> Reply:
    """429 QUOTA_EXCEEDED, with or without a wish when to come back."""
    return refusal(
        429,
        "RESOURCE_EXHAUSTED",
        "Sending limit exceeded for the message target.",
        "QUOTA_EXCEEDED",
        retry_after=retry_after,
    )


def unavailable(retry_after: str | None = None) -> Reply:
    """503 UNAVAILABLE, with or without a wish when to come back."""
    return refusal(503, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE", retry_after=retry_after)


def slow(delay_s: float) -> Reply:
    """Accepted, after a while."""
    return Reply(delay_s=delay_s, accepted=True)


ACCEPTED = Reply(accepted=True)
UNREGISTERED = refusal(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
BAD_ADDRESS = invalid("The registration token is not a valid FCM registration token", "message.token")
BAD_PAYLOAD = invalid("Invalid value at 'message.android.ttl'", "message.android.ttl")
SENDER_ID_MISMATCH = refusal(403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH")
PERMISSION_DENIED = refusal(403, "PERMISSION_DENIED", "Permission 'cloudmessaging.messages.create' denied.")
THIRD_PARTY_AUTH_ERROR = refusal(401, "UNAUTHENTICATED", "Auth error from APNS.", "THIRD_PARTY_AUTH_ERROR")
UNAUTHENTICATED = refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
INTERNAL = refusal(500, "INTERNAL", "Internal error encountered.", "INTERNAL")
RESET = Reply(ending="reset")
CUT = Reply(ending="cut")
GOAWAY = Reply(ending="goaway")
LAST = Reply(ending="close", accepted=True)
MALFORMED = Reply(200, b"<html>welcome to the hotel's network</html>")
MALFORMED_ERROR = Reply(502, b"<html>bad gateway</html>")
NOT_FOUND = refusal(404, "NOT_FOUND", "Method not found.")

BY_NAME: Mapping[str, Reply] = {
    "unregistered": UNREGISTERED,
    "bad_address": BAD_ADDRESS,
    "bad_payload": BAD_PAYLOAD,
    "sender_id_mismatch": SENDER_ID_MISMATCH,
    "permission_denied": PERMISSION_DENIED,
    "third_party_auth_error": THIRD_PARTY_AUTH_ERROR,
    "quota": quota(),
    "quota_wait": quota("90"),
    "internal": INTERNAL,
    "unavailable": unavailable("30"),
    "reset": RESET,
    "malformed": MALFORMED,
}


def objection(document: Any) -> Reply | None:
    """Judge a request body as FCM would; None where there is nothing to object to."""
    if not isinstance(document, dict) or not isinstance(document.get("message"), dict):
        return invalid("Invalid JSON payload received.", "message")
    message: dict[str, Any] = document["message"]
    for path, known in _FIELDS.items():
        part: Any = document
        for step in path.split(".") if path else ():
            part = part.get(step) if isinstance(part, dict) else None
        if part is not None and not isinstance(part, dict):
            return invalid(f"Invalid value at '{path}'", path)
        for name in part or ():
            if name not in known:
                return invalid(f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}'", path or "message")
    if len(_TARGETS & message.keys()) != 1:
        return invalid("Recipient of the message is not set.", "message")
    return _objection_to_content(message)


def _objection_to_content(message: dict[str, Any]) -> Reply | None:
    data = message.get("data", {})
    for key, value in data.items():
        if not isinstance(value, str):
            return invalid(f"Invalid value at 'message.data[{key}]'", f"message.data[{key}]")
        if key in ("from", "message_type") or key.startswith(("google.", "gcm.")):
            return invalid(f"Invalid data payload key: {key}", f"message.data[{key}]")
    android = message.get("android", {})
    ttl = android.get("ttl")
    if ttl is not None and (not _TTL.fullmatch(ttl) or float(ttl[:-1]) > 2_419_200):
        return invalid("Invalid value at 'message.android.ttl'", "message.android.ttl")
    if str(android.get("priority", "high")).lower() not in ("high", "normal"):
        return invalid("Invalid value at 'message.android.priority'", "message.android.priority")
    size = sum(len(k.encode()) + len(v.encode()) for k, v in data.items())
    if "notification" in message:
        size += len(json.dumps(message["notification"]).encode())
    if size > PAYLOAD_LIMIT_BYTES:
        return invalid("Android message is too big", "message")
    return None
