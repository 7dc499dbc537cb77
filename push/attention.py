"""When a message may ask for its reader's attention: never in quiet hours, not too often, together where they wish.

Pure. What may not go now is put off, never dropped; whether it is over by then is decided by its own deadline.
Quiet hours are the wall clock's where the phone is: a night in which the clocks change is as long as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Digest = Literal["off", "daily", "weekly"]
Because = Literal["quiet_hours", "cap", "digest"]

_LOOKS = 64
DIGEST_AT = time(17, 0)
DIGEST_WEEKDAY = 3
"""A weekly digest comes on Thursdays (Monday is 0)."""


@dataclass(frozen=True, slots=True)
class Quiet:
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
class Cap:
    """At most `most` messages within `period`; those of one topic alone, where it is a cap per topic."""

    most: int
    period: timedelta
    per_topic: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """What there is to respect: quiet hours (their own and the municipality's), where they are, their wish for
    digests, when messages were sent to them before, in any order, and which of these were of the message's topic.
    """

    zone: ZoneInfo
    quiet: Sequence[Quiet] = ()
    digest: Digest = "off"
    caps: Sequence[Cap] = ()
    sent: Sequence[datetime] = ()
    of_topic: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """The first moment at which a message may go, and what it has to wait for; None where that moment never comes."""

    at: datetime | None
    because: Because | None = None


def opening(reader: Reader, due: datetime, now: datetime) -> Opening:
    """When a message that was due at `due` may go, seen from `now` (both aware)."""
    due = due.astimezone(UTC)
    at = max(due, now.astimezone(UTC))
    because: Because | None = None
    if reader.digest != "off" and (gathered := digest_after(reader, due)) > at:
        at, because = gathered, "digest"
    for _ in range(_LOOKS):
        if (later := _quiet_until(reader, at)) > at:
            at, because = later, "quiet_hours"
        elif (later := _capped_until(reader, at)) > at:
            at, because = later, "cap"
        else:
            return Opening(at, because)
    return Opening(None, because)


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a message now: it goes, waits until a moment (for what), or is over."""

    now: Literal["goes", "waits", "over"]
    until: datetime | None = None
    because: Because | None = None


def turn(reader: Reader, due: datetime, now: datetime, expires_at: datetime) -> Turn:
    """Whether a message that was due at `due` goes, seen from `now`; at `expires_at` it is over, and not before.

    What cannot go before its deadline waits for that, so that it is counted as expired and not lost.
    """
    if now >= expires_at:
        return Turn("over")
    opens = opening(reader, due, now)
    if opens.at is not None and opens.at <= now:
        return Turn("goes")
    return Turn("waits", min(opens.at or expires_at, expires_at), opens.because)


def digest_after(reader: Reader, due: datetime) -> datetime:
    """The first digest at or after `due`: at 17:00 where the phone is, every day or on Thursdays."""
    day = due.astimezone(reader.zone).date()
    while True:
        at = _at(reader.zone, datetime.combine(day, DIGEST_AT))
        if at >= due and (reader.digest == "daily" or day.weekday() == DIGEST_WEEKDAY):
            return at
        day += timedelta(days=1)


def _quiet_until(reader: Reader, at: datetime) -> datetime:
    """The end of the quiet hours that hold at a moment; the moment itself where none do."""
    local = at.astimezone(reader.zone)
    ends = [_end(reader.zone, quiet, local) for quiet in reader.quiet if quiet.holds(local)]
    return max(ends, default=at)


def _end(zone: ZoneInfo, quiet: Quiet, local: datetime) -> datetime:
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    wall = datetime.combine(day, quiet.end)
    end = _at(zone, wall)
    # In the hour that the clocks show twice, the end that has not passed yet.
    return end if end > local.astimezone(UTC) else _at(zone, wall.replace(fold=1))


def _at(zone: ZoneInfo, wall: datetime) -> datetime:
    """The moment at which a zone's clocks show a time (the first of two); an hour that is skipped is past by then."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _capped_until(reader: Reader, at: datetime) -> datetime:
    """When every cap leaves room for one more message."""
    until = at
    for cap in reader.caps:
        series = reader.of_topic if cap.per_topic else reader.sent
        within = sorted(moment for moment in series if moment > until - cap.period)
        if len(within) >= cap.most:
            until = max(until, within[len(within) - cap.most] + cap.period)
    return until
