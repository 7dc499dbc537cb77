"""What a courier's answer means for the address, the delivery and the platform. Decided here and nowhere else.

Pure: no clock, no dice, no database. The table follows the error codes of FCM HTTP v1
(firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode) and of the Google APIs under it (google.rpc.Code).
"""

from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Literal

LONGEST_WAIT_S = 3600.0
FIRST_WAIT_S = 2.0
QUOTA_WAIT_S = 60.0
PAUSE_S = 300.0
HELD_BACK_S = 1.0
MOST_STARTS = 40
BROKE_WAIT_S = 30.0
MOST_BREAKS = 4
"""So often is a message begun that fails on our side; then it is given up, for itself alone."""
ADDRESS_FIELDS = frozenset({"message.token", "message.fid", "token", "fid"})


class ReplyCode(StrEnum):
    """What the courier said, or how the talk with it ended.

    FCM's 404 is unregistered where its details say so; without them it is permission_denied, for then the project is
    not found, not the phone. logged: no courier is set up; it was noted, and nothing left this house. held_back: we did
    not ask, for the quota was spent. broke: sending this one message failed on our side. not_allowed: the address leads
    into a private network.
    """

    ACCEPTED = "accepted"
    LOGGED = "logged"
    UNREGISTERED = "unregistered"
    INVALID_ARGUMENT = "invalid_argument"
    SENDER_ID_MISMATCH = "sender_id_mismatch"
    THIRD_PARTY_AUTH_ERROR = "third_party_auth_error"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    QUOTA_EXCEEDED = "quota_exceeded"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    NO_CONNECTION = "no_connection"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    HELD_BACK = "held_back"
    BROKE = "broke"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class CourierReply:
    """One answer of a courier, reduced to what decisions rest on.

    `fields` are the names of the fields it objects to; `retry_after_s` is its wish, in seconds.
    """

    code: ReplyCode
    fields: tuple[str, ...] = ()
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What follows from an answer.

    `address`: keep it or remove it, which deletes the row unless the phone has registered another since. `delivery`:
    sent, retry in `wait_s` seconds, failed (our fault), gone (nobody there). `platform`: ok; back_off: the courier is
    burdened, all wait `wait_s`; pause: nothing can arrive until an operator acts.
    `scope`: whether back-off and pause concern this phone's platform alone or the courier as a whole.
    `reason` is a word for staff and metrics, from a fixed set.
    """

    address: Literal["keep", "remove"]
    delivery: Literal["sent", "retry", "failed", "gone"]
    platform: Literal["ok", "back_off", "pause"]
    reason: str
    wait_s: float = 0.0
    _: KW_ONLY
    scope: Literal["platform", "courier"] = "courier"
    alarm: bool = False


def decide_outcome(reply: CourierReply, *, starts: int, jitter: float, proven: bool) -> SendOutcome:
    """Decide what an answer means.

    `starts` counts how often this delivery was begun, this time included; `jitter` in [0, 1) spreads the waiting;
    `proven` says that this courier accepted something under the same credential, so that an address it calls foreign
    is the one at fault and not our credential.
    """
    code = reply.code
    match code:
        case ReplyCode.ACCEPTED | ReplyCode.LOGGED:
            return SendOutcome("keep", "sent", "ok", code)
        case ReplyCode.UNREGISTERED:
            return SendOutcome("remove", "gone", "ok", code)
        case ReplyCode.INVALID_ARGUMENT if reply.fields and ADDRESS_FIELDS.issuperset(reply.fields):
            return SendOutcome("remove", "gone", "ok", "invalid_address")
        case ReplyCode.INVALID_ARGUMENT:
            return SendOutcome("keep", "failed", "ok", "invalid_payload", alarm=True)
        case ReplyCode.BROKE if starts < MOST_BREAKS:
            return SendOutcome("keep", "retry", "ok", code, _wait(reply, BROKE_WAIT_S, starts, jitter))
        case ReplyCode.REFUSED | ReplyCode.BROKE | ReplyCode.NOT_ALLOWED:
            return SendOutcome("keep", "failed", "ok", code, alarm=True)
        case ReplyCode.SENDER_ID_MISMATCH if proven:
            return SendOutcome("remove", "gone", "ok", code)
        case ReplyCode.SENDER_ID_MISMATCH | ReplyCode.UNAUTHENTICATED | ReplyCode.PERMISSION_DENIED:
            return SendOutcome("keep", "retry", "pause", code, _spread(PAUSE_S, jitter), alarm=True)
        case ReplyCode.THIRD_PARTY_AUTH_ERROR:
            return SendOutcome("keep", "retry", "pause", code, _spread(PAUSE_S, jitter), scope="platform", alarm=True)
        case ReplyCode.QUOTA_EXCEEDED:
            wait_s = _wait(reply, QUOTA_WAIT_S, starts, jitter)
            return SendOutcome("keep", "retry", "back_off", code, wait_s)
        case ReplyCode.HELD_BACK:
            return SendOutcome("keep", "retry", "back_off", code, _spread(HELD_BACK_S, jitter))
        case (
            ReplyCode.INTERNAL
            | ReplyCode.UNAVAILABLE
            | ReplyCode.NO_CONNECTION
            | ReplyCode.TIMEOUT
            | ReplyCode.UNREADABLE
        ):
            if starts >= MOST_STARTS:
                return SendOutcome("keep", "failed", "back_off", code, _wait(reply, FIRST_WAIT_S, starts, jitter))
            return SendOutcome("keep", "retry", "back_off", code, _wait(reply, FIRST_WAIT_S, starts, jitter))


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3); None where it says nothing usable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), 86_400.0)


def _wait(reply: CourierReply, first_s: float, starts: int, jitter: float) -> float:
    """Exponential from `first_s`, never less than the courier asked for, spread so that not all come back at once."""
    grown = min(first_s * 2.0 ** min(max(starts - 1, 0), 20), LONGEST_WAIT_S)
    return _spread(max(grown, reply.retry_after_s or 0.0), jitter)


def _spread(wait_s: float, jitter: float) -> float:
    return wait_s * (1.0 + 0.5 * jitter)
