"""What a courier's answer means for the address, the delivery and the platform. Decided here and nowhere else.

Pure: no clock, no dice, no database. The table follows the error codes of FCM HTTP v1
(firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode) and of the Google APIs under it (google.rpc.Code).
"""

from dataclasses import dataclass
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


class Said(StrEnum):
    """What the courier said, or how the talk with it ended.

    held_back: we did not ask, for the quota was spent. broke: sending this one message failed on our side. not_allowed:
    the address leads into a private network.
    """

    ACCEPTED = "accepted"
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
class Answer:
    """One answer of a courier, reduced to what decisions rest on.

    `fields` are the names of the fields it objects to; `retry_after_s` is its wish, in seconds.
    """

    said: Said
    fields: tuple[str, ...] = ()
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an answer.

    `address`: keep it or remove it. `delivery`: sent, retry in `wait_s` seconds, failed (our fault), gone (nobody
    there). `platform`: ok; back_off: the courier is burdened, all wait `wait_s`; pause: nothing can arrive until an
    operator acts.
    `scope`: whether back-off and pause concern this phone's platform alone or the courier as a whole.
    `reason` is a word for staff and metrics, from a fixed set.
    """

    address: Literal["keep", "remove"]
    delivery: Literal["sent", "retry", "failed", "gone"]
    platform: Literal["ok", "back_off", "pause"]
    reason: str
    wait_s: float = 0.0
    scope: Literal["platform", "courier"] = "courier"
    alarm: bool = False


def outcome(answer: Answer, *, starts: int, dice: float, proven: bool) -> Outcome:
    """Decide what an answer means.

    `starts` counts how often this delivery was begun, this time included; `dice` in [0, 1) spreads the waiting;
    `proven` says that this courier accepted something under the same credential, so that an address it calls foreign
    is the one at fault and not our credential.
    """
    said = answer.said
    match said:
        case Said.ACCEPTED:
            return Outcome("keep", "sent", "ok", said)
        case Said.UNREGISTERED:
            return Outcome("remove", "gone", "ok", said)
        case Said.INVALID_ARGUMENT if answer.fields and ADDRESS_FIELDS.issuperset(answer.fields):
            return Outcome("remove", "gone", "ok", "invalid_address")
        case Said.INVALID_ARGUMENT:
            return Outcome("keep", "failed", "ok", "invalid_payload", alarm=True)
        case Said.BROKE if starts < MOST_BREAKS:
            return Outcome("keep", "retry", "ok", said, _wait(answer, BROKE_WAIT_S, starts, dice))
        case Said.REFUSED | Said.BROKE | Said.NOT_ALLOWED:
            return Outcome("keep", "failed", "ok", said, alarm=True)
        case Said.SENDER_ID_MISMATCH if proven:
            return Outcome("remove", "gone", "ok", said)
        case Said.SENDER_ID_MISMATCH | Said.UNAUTHENTICATED | Said.PERMISSION_DENIED:
            return Outcome("keep", "retry", "pause", said, _spread(PAUSE_S, dice), alarm=True)
        case Said.THIRD_PARTY_AUTH_ERROR:
            return Outcome("keep", "retry", "pause", said, _spread(PAUSE_S, dice), "platform", alarm=True)
        case Said.QUOTA_EXCEEDED:
            wait_s = _wait(answer, QUOTA_WAIT_S, starts, dice)
            return Outcome("keep", "retry", "back_off", said, wait_s)
        case Said.HELD_BACK:
            return Outcome("keep", "retry", "back_off", said, _spread(HELD_BACK_S, dice))
        case Said.INTERNAL | Said.UNAVAILABLE | Said.NO_CONNECTION | Said.TIMEOUT | Said.UNREADABLE:
            if starts >= MOST_STARTS:
                return Outcome("keep", "failed", "back_off", said, _wait(answer, FIRST_WAIT_S, starts, dice))
            return Outcome("keep", "retry", "back_off", said, _wait(answer, FIRST_WAIT_S, starts, dice))


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


def _wait(answer: Answer, first_s: float, starts: int, dice: float) -> float:
    """Exponential from `first_s`, never less than the courier asked for, spread so that not all come back at once."""
    grown = min(first_s * 2.0 ** min(max(starts - 1, 0), 20), LONGEST_WAIT_S)
    return _spread(max(grown, answer.retry_after_s or 0.0), dice)


def _spread(wait_s: float, dice: float) -> float:
    return wait_s * (1.0 + 0.5 * dice)
