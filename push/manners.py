"""What a municipality has decided about its own messages: when it is quiet, how often it writes, who must agree."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.clock import now
from base.database import Work
from push.attention import Cap, Digest, Quiet, Reader


@dataclass(frozen=True, slots=True)
class Manners:
    """The municipality's quiet hours (`HH:MM`, by the clock where the phone is), how many messages a resident gets
    at most in a day, in a week and of one topic in a week, and whether a second person must approve each campaign.
    Nothing is limited where nothing is said. With `encrypted` the message itself goes to phones that brought a key,
    readable by them alone; else, and to all others, a wake-up.
    """

    quiet_from: str | None = None
    quiet_to: str | None = None
    per_day: int | None = None
    per_week: int | None = None
    second_person: bool = False
    per_topic_per_week: int | None = None
    encrypted: bool = False

    @property
    def quiet(self) -> list[Quiet]:
        """Its quiet hours."""
        return quiet_hours(self.quiet_from, self.quiet_to)

    @property
    def caps(self) -> list[Cap]:
        """How often it writes at most."""
        periods = ((self.per_day, timedelta(days=1)), (self.per_week, timedelta(days=7)))
        caps = [Cap(most, period) for most, period in periods if most is not None]
        if self.per_topic_per_week is not None:
            caps.append(Cap(self.per_topic_per_week, timedelta(days=7), per_topic=True))
        return caps


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a resident has asked for, and where their phone is; an unknown place is where the municipality lies."""

    quiet_from: str | None
    quiet_to: str | None
    digest: Digest
    timezone: str | None


async def read(work: Work) -> tuple[Manners, ZoneInfo]:
    """The municipality's manners, and its time zone."""
    row = await work.fetchrow(
        "select settings -> 'manners' as manners, timezone from municipality where id = $1", work.municipality
    )
    assert row is not None
    return Manners(**json.loads(row["manners"] or "{}")), ZoneInfo(row["timezone"])


async def write(work: Work, manners: Manners) -> None:
    """Change the municipality's manners; for what is not sent yet they hold at once."""
    await work.execute(
        "update municipality set settings = settings || jsonb_build_object('manners', $2::jsonb) where id = $1",
        work.municipality,
        json.dumps(asdict(manners)),
    )


def quiet_hours(start: str | None, end: str | None) -> list[Quiet]:
    """Quiet hours from two times `HH:MM`; none where there are none."""
    if start is None or end is None:
        return []
    return [Quiet(time.fromisoformat(start), time.fromisoformat(end))]


Sent = tuple[datetime, str | None]
"""When a message was sent, and of which topic."""


def reader(
    wishes: Wishes,
    manners: Manners,
    town_zone: ZoneInfo,
    importance: str,
    sent: Sequence[Sent] = (),
    topic: str | None = None,
) -> Reader:
    """Whose attention a message of this importance and topic asks for.

    An emergency waits for nothing. What is time-sensitive waits for quiet hours alone.
    """
    if importance == "emergency":
        return Reader(town_zone)
    quiet = manners.quiet + quiet_hours(wishes.quiet_from, wishes.quiet_to)
    zone = _zone(wishes.timezone, town_zone)
    if importance == "time_sensitive":
        return Reader(zone, quiet)
    of_topic = [at for at, its in sent if topic is not None and its == topic]
    return Reader(zone, quiet, wishes.digest, manners.caps, [at for at, _ in sent], of_topic)


async def sent_lately(work: Work, residents: Sequence[object], campaign: object) -> Mapping[object, list[Sent]]:
    """When messages of other campaigns went to these residents within a week, and of which topic."""
    rows = await work.fetch(
        "select d.resident_id, k.topic, min(d.done_at) as at from delivery d join campaign k on k.id = d.campaign_id "
        "where d.resident_id = any($1::uuid[]) and d.state = 'sent' and d.done_at > $2 and d.campaign_id <> $3 "
        "group by d.resident_id, k.id",
        list(residents),
        now() - timedelta(days=7),
        campaign,
    )
    found: dict[object, list[Sent]] = {}
    for row in rows:
        found.setdefault(row["resident_id"], []).append((row["at"], row["topic"]))
    return found


def _zone(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
