"""What a municipality has decided about its own messages: when it is quiet, how often it writes, who must agree."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.clock import now
from base.database import Work
from base.queries import load_queries
from push.delivery.timing import Digest, FrequencyCap, QuietPeriod, Recipient

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPolicy:
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
    def quiet(self) -> list[QuietPeriod]:
        """Its quiet hours."""
        return quiet_periods(self.quiet_from, self.quiet_to)

    @property
    def caps(self) -> list[FrequencyCap]:
        """How often it writes at most."""
        periods = ((self.per_day, timedelta(days=1)), (self.per_week, timedelta(days=7)))
        caps = [FrequencyCap(most, period) for most, period in periods if most is not None]
        if self.per_topic_per_week is not None:
            caps.append(FrequencyCap(self.per_topic_per_week, timedelta(days=7), per_topic=True))
        return caps


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a resident has asked for, and where their phone is; an unknown place is where the municipality lies."""

    digest: Digest
    timezone: str | None
    quiet: Sequence[QuietPeriod] = ()


async def read_policy(work: Work) -> tuple[SendingPolicy, ZoneInfo]:
    """The municipality's sending policy, and its time zone."""
    row = await work.fetchrow(sql.policy)
    assert row is not None
    return SendingPolicy(**json.loads(row["policy"])), ZoneInfo(row["timezone"])


async def change_policy(work: Work, policy: SendingPolicy) -> None:
    """Change the municipality's policy; for what is not sent yet it holds at once."""
    await work.execute(sql.change_policy, policy=json.dumps(asdict(policy)))


def quiet_periods(start: str | None, end: str | None) -> list[QuietPeriod]:
    """Quiet hours from two times `HH:MM`; none where there are none."""
    if start is None or end is None:
        return []
    return [QuietPeriod(time.fromisoformat(start), time.fromisoformat(end))]


SentMessage = tuple[datetime, str | None]
"""When a message was sent, and of which topic."""


def recipient_of(
    preferences: Preferences,
    policy: SendingPolicy,
    town_zone: ZoneInfo,
    importance: str,
    *,
    sent: Sequence[SentMessage] = (),
    topic: str | None = None,
) -> Recipient:
    """Whose attention a message of this importance and topic asks for.

    An emergency waits for nothing. What is time-sensitive waits for quiet hours alone.
    """
    if importance == "emergency":
        return Recipient(town_zone)
    quiet = [*policy.quiet, *preferences.quiet]
    zone = _zone(preferences.timezone, town_zone)
    if importance == "time_sensitive":
        return Recipient(zone, quiet)
    of_topic = [at for at, its in sent if topic is not None and its == topic]
    return Recipient(
        zone, quiet, digest=preferences.digest, caps=policy.caps, sent=[at for at, _ in sent], of_topic=of_topic
    )


async def sent_last_week(
    work: Work, residents: Sequence[object], campaign: object
) -> Mapping[object, list[SentMessage]]:
    """When messages of other campaigns went to these residents within a week, and of which topic."""
    since = now() - timedelta(days=7)
    rows = await work.fetch(sql.sent_last_week, residents=list(residents), since=since, campaign=campaign)
    found: dict[object, list[SentMessage]] = {}
    for row in rows:
        found.setdefault(row["resident_id"], []).append((row["at"], row["topic"]))
    return found


def _zone(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
