"""When a message may ask for its reader's attention: never in quiet hours, not too often, together where they wish.

Pure. What may not go now is put off, never dropped; whether it is over by then is decided by its own deadline.
Quiet hours are the wall clock's where the phone is: a night in which the clocks change is as long as it is.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Digest = Literal["off", "daily", "weekly"]
DeferralReason = Literal["quiet_hours", "cap", "digest"]

_LOOKS = 64
DIGEST_AT = time(17, 0)
DIGEST_WEEKDAY = 3
"""A weekly digest comes on Thursdays (Monday is 0)."""


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """Hours of the wall clock, `start` in, `end` out; they may run over midnight. From a time to itself is never."""

    start: time
    end: time

    def holds(self, local: datetime) -> bool:
        """Whether the wall clock shows quiet hours."""
        at = local.time()
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most `most` messages within `period`; those of one topic alone, where it is a cap per topic."""

    most: int
    period: timedelta
    per_topic: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """What there is to respect: quiet hours (their own and the municipality's), where they are, their wish for
    digests, when messages were sent to them before, in any order, and which of these were of the message's topic.
    """

    zone: ZoneInfo
    quiet: Sequence[QuietPeriod] = ()
    _: KW_ONLY
    digest: Digest = "off"
    caps: Sequence[FrequencyCap] = ()
    sent: Sequence[datetime] = ()
    of_topic: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class EarliestSend:
    """The first moment at which a message may go, and what it has to wait for; None where that moment never comes."""

    at: datetime | None
    because: DeferralReason | None = None


def earliest_send(recipient: Recipient, due: datetime, now: datetime) -> EarliestSend:
    """When a message that was due at `due` may go, seen from `now` (both aware)."""
    due = due.astimezone(UTC)
    at = max(due, now.astimezone(UTC))
    because: DeferralReason | None = None
    if recipient.digest != "off" and (gathered := next_digest(recipient, due)) > at:
        at, because = gathered, "digest"
    for _ in range(_LOOKS):
        if (later := _quiet_until(recipient, at)) > at:
            at, because = later, "quiet_hours"
        elif (later := _capped_until(recipient, at)) > at:
            at, because = later, "cap"
        else:
            return EarliestSend(at, because)
    return EarliestSend(None, because)


@dataclass(frozen=True, slots=True)
class SendDecision:
    """What becomes of a message now: it goes, waits until a moment (for what), or is over."""

    now: Literal["goes", "waits", "over"]
    until: datetime | None = None
    because: DeferralReason | None = None


def decide_now(recipient: Recipient, due: datetime, now: datetime, expires_at: datetime) -> SendDecision:
    """Whether a message that was due at `due` goes, seen from `now`; at `expires_at` it is over, and not before.

    What cannot go before its deadline waits for that, so that it is counted as expired and not lost.
    """
    if now >= expires_at:
        return SendDecision("over")
    opens = earliest_send(recipient, due, now)
    if opens.at is not None and opens.at <= now:
        return SendDecision("goes")
    return SendDecision("waits", min(opens.at or expires_at, expires_at), opens.because)


def next_digest(recipient: Recipient, due: datetime) -> datetime:
    """The first digest at or after `due`: at 17:00 where the phone is, every day or on Thursdays."""
    day = due.astimezone(recipient.zone).date()
    while True:
        at = _at(recipient.zone, datetime.combine(day, DIGEST_AT))
        if at >= due and (recipient.digest == "daily" or day.weekday() == DIGEST_WEEKDAY):
            return at
        day += timedelta(days=1)


def _quiet_until(recipient: Recipient, at: datetime) -> datetime:
    """The end of the quiet hours that hold at a moment; the moment itself where none do."""
    local = at.astimezone(recipient.zone)
    ends = [_end(recipient.zone, quiet, local) for quiet in recipient.quiet if quiet.holds(local)]
    return max(ends, default=at)


def _end(zone: ZoneInfo, quiet: QuietPeriod, local: datetime) -> datetime:
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    wall = datetime.combine(day, quiet.end)
    end = _at(zone, wall)
    # In the hour that the clocks show twice, the end that has not passed yet.
    return end if end > local.astimezone(UTC) else _at(zone, wall.replace(fold=1))


def _at(zone: ZoneInfo, wall: datetime) -> datetime:
    """The moment at which a zone's clocks show a time (the first of two); an hour that is skipped is past by then."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _capped_until(recipient: Recipient, at: datetime) -> datetime:
    """When every cap leaves room for one more message."""
    until = at
    for cap in recipient.caps:
        series = recipient.of_topic if cap.per_topic else recipient.sent
        within = sorted(moment for moment in series if moment > until - cap.period)
        if len(within) >= cap.most:
            until = max(until, within[len(within) - cap.most] + cap.period)
    return until
