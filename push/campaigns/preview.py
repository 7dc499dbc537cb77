"""What staff see of an audience before they write to it: counted in last night's snapshot, rounded, hidden where few.

The snapshot is made so that nothing counted in it rests on few (`audiences/snapshot.py`); here numbers are only rounded
to 5, left out under the smallest group, and but for the size of the audience under three of these. What was asked
stands in the audit, in its normal form too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from municipality import audit
from municipality.directory import town
from push.audiences import counting
from push.audiences.audience import Audience
from push.audiences.counting import AudienceCount
from push.audiences.normal_form import normal_form
from push.audiences.rounding import PARTS_FROM, Count, rounded
from push.delivery.policy import Preferences, quiet_periods, read_policy, recipient_of
from push.delivery.timing import DeferralReason, earliest_send
from push.models import Campaign, Importance

_PARTS: Final = ("status", "language", "area", "interest", "manner", "had", "message")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A message of the last week that went to some of those who would be reached."""

    campaign: Campaign
    residents: Count


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a message would reach, rounded: by language, and by the district or interest that makes it theirs.

    `without_consent` are meant but have not agreed to messages, `without_address` have agreed but have no device that
    can be woken. Both find the message when they open the app. `waiting` would get it later: for quiet hours, the
    municipality's caps or their digest. `languages_missing` are read by at least the smallest group of those reached,
    and the message is not written in them; `in_another_language` would read it in one that is not theirs.
    Counted on `counted_on`, of those registered for so many days, None where nobody has been counted yet; districts of
    today count from tomorrow.
    """

    reached: Count
    without_consent: Count
    without_address: Count
    waiting: Mapping[DeferralReason, Count]
    in_another_language: Count
    counted_on: date | None = None
    counted_after_days: int | None = None
    counted_from_tomorrow: list[UUID] = field(default_factory=list)
    languages_missing: list[str] = field(default_factory=list)
    by_language: dict[str, Count] = field(default_factory=dict)
    by_area: dict[UUID, Count] = field(default_factory=dict)
    by_interest: dict[str, Count] = field(default_factory=dict)
    overlaps: list[Overlap] = field(default_factory=list)


async def preview(
    work: Work, audience: Audience, written_in: Sequence[str] | None = None, importance: Importance = "active"
) -> Preview:
    """Count whom a message to this audience would reach, written in these languages or else in the town's own.

    Raises Invalid for unknown districts, interests or ages.
    """
    await audience.check()
    here = await town(work)
    whole = normal_form(audience.criterion())
    asked = {
        "audience": audience.stored(),
        "normal": None if whole is None else whole.stored(),
        "importance": importance,
        "written_in": list(written_in or ()),
    }
    await audit.record(work, "audience_counted", "viewed", detail=asked)
    areas, interests = audience.chosen_by()
    counted = await counting.count_audience(work, audience, _PARTS, areas=areas, interests=interests)
    k = await counting.smallest_group(work, counted.night)
    few = counted.reached < PARTS_FROM * k

    def part(n: int) -> Count:
        return rounded(0 if few else n, k)

    languages = {} if few else {key: n for key, n in sorted(counted.of("language").items()) if n >= k}
    written = {each.split("-")[0] for each in (here.languages if written_in is None else written_in)}
    unread = [each for each in languages if each.split("-")[0] not in written]
    by_area, by_interest, status = counted.of("area"), counted.of("interest"), counted.of("status")
    return Preview(
        reached=rounded(counted.reached, k),
        without_consent=part(status.get("no_consent", 0)),
        without_address=part(status.get("no_address", 0)),
        waiting={because: part(n) for because, n in (await _waiting(work, counted, importance)).items()},
        in_another_language=part(sum(languages[each] for each in unread)),
        counted_on=None if counted.night is None else counted.night.counted_on,
        counted_after_days=None if counted.night is None else counted.night.after_days,
        counted_from_tomorrow=[each for each in areas if counted.night is None or each not in counted.night.districts],
        languages_missing=unread,
        by_language={key: part(n) for key, n in languages.items()},
        by_area={each: part(by_area.get(str(each), 0)) for each in areas},
        by_interest={each: part(by_interest.get(each, 0)) for each in interests},
        overlaps=[] if few else await _overlaps(counted.of("message"), k),
    )


async def _overlaps(counted: Mapping[str, int], k: int) -> list[Overlap]:
    messages = {UUID(key): n for key, n in counted.items() if n >= k}
    latest = await Campaign.filter(id__in=list(messages)).order_by("-launched_at").limit(10)
    return [Overlap(each, rounded(messages[each.id], k)) for each in latest]


async def _waiting(work: Work, counted: AudienceCount, importance: Importance) -> dict[DeferralReason, int]:
    policy, zone = await read_policy(work)
    counts: dict[DeferralReason, int] = {"quiet_hours": 0, "cap": 0, "digest": 0}
    for key, n in counted.of("manner").items():
        quiet_from, quiet_to, digest, timezone = json.loads(key)
        preferences = Preferences(digest, timezone, quiet_periods(quiet_from, quiet_to))
        recipient = recipient_of(preferences, policy, zone, importance)
        because = earliest_send(recipient, now(), now()).because
        if because is not None:
            counts[because] += n
    if importance in ("passive", "active"):
        for key, n in counted.of("had").items():
            in_day, in_week = json.loads(key)
            full = (policy.per_day, in_day), (policy.per_week, in_week)
            if any(most is not None and had >= most for most, had in full):
                counts["cap"] += n
    return counts
