"""What became of a message, counted in residents: exact inside, rounded towards staff, and kept when deliveries go.

Counting goes over every delivery, so it is done while a campaign runs only now and then, once more when it has ended,
and never again: the totals outlive what they were counted from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.rows import each
from municipality.directory import town
from push.audiences.rounding import Count, Rounding
from push.couriers.outcomes import ReplyCode
from push.models import Campaign, CampaignTotal

sql = load_queries(__file__)
STATES: Final = ("queued", "deferred", "sent", "logged", "failed", "gone", "withheld", "expired", "recalled")
"""What can become of a message; `logged`: nothing is set up to wake these phones, so nothing left this house."""
PRUNED: Final = "pruned"
"""Among the totals, how many lost an address that leads nowhere any more; no state of a delivery."""
_LOGGED: Final = ReplyCode.LOGGED.value
COUNTED_LIVE: Final = 2_000
"""An audience so small is counted whenever somebody looks."""
_OFTEN, _RARELY = timedelta(seconds=5), timedelta(seconds=120)
_PER_SECOND: Final = 20_000
"""A running campaign is counted a second apart for each so many residents."""

Totals = Mapping[tuple[str, str, str | None], int]
"""How many residents, by platform (empty: all together), state and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of a campaign, counted in residents, each once, rounded. Together they are the audience.

    `platforms` counts each resident once for each platform they have. `pruned`: whose address led nowhere any more and
    was removed. `first_s` and `p95_s`: how soon after it was due the first message went out, and 95 of 100, in
    seconds; told once the number of those who have it is. `counted_at`: when; None where nothing was to be counted.
    """

    audience: Count
    counts: Mapping[str, Count]
    without_consent: Count
    reasons: Mapping[str, Count]
    platforms: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    pruned: Count = 0
    first_s: float | None = None
    p95_s: float | None = None
    counted_at: datetime | None = None


async def progress_of(work: Work, campaign: Campaign) -> Progress:
    """What became of it so far, as last counted; what is small is counted now."""
    return (await progress_of_each(work, [campaign]))[campaign.id]


async def progress_of_each(work: Work, campaigns: Sequence[Campaign]) -> dict[UUID, Progress]:
    """What became of each of them, in as many statements for a hundred as for one."""
    k = (await town(work)).smallest_group
    live = [one.id for one in campaigns if _counted_live(one)]
    kept = [one.id for one in campaigns if one.counted_at is not None and one.id not in live]
    speeds = {row["campaign_id"]: row for row in await work.fetch(sql.speed, campaigns=live)} if live else {}
    totals: dict[UUID, dict[tuple[str, str, str | None], int]] = {one.id: {} for one in campaigns}
    for row in await work.fetch(sql.tally, campaigns=live) if live else []:
        totals[row["campaign_id"]][row["platform"], row["state"], row["reason"]] = row["n"]
    for total in await CampaignTotal.filter(campaign_id__in=kept) if kept else []:
        totals[total.campaign_id][total.platform, total.state, total.reason] = total.n
    found = {}
    for one in campaigns:
        if _counted_live(one):
            speed = speeds.get(one.id)
            first, p95 = (speed["first_s"], speed["p95_s"]) if speed is not None else (None, None)
            found[one.id] = _rounded(one, totals[one.id], k=k, first_s=first, p95_s=p95, at=now())
        else:
            found[one.id] = _rounded(one, totals[one.id], k=k, first_s=one.first_s, p95_s=one.p95_s, at=one.counted_at)
    return found


def _counted_live(campaign: Campaign) -> bool:
    return campaign.settled_at is None and campaign.launched_at is not None and campaign.audience_size <= COUNTED_LIVE


async def count_campaign(work: Work, campaign_id: UUID, *, settles: bool = False) -> None:
    """Count a campaign for whoever looks; for good where it `settles`: nothing of it is on its way any more.

    Does nothing where another is counting it just now, or has settled it.
    """
    at = now()
    if await work.fetchval(sql.lock_unsettled, campaign=campaign_id) is None:
        return
    rows = await work.fetch(sql.tally, campaigns=[campaign_id])
    speed = await work.fetchrow(sql.speed, campaigns=[campaign_id])
    await CampaignTotal.filter(campaign_id=campaign_id).delete()
    await CampaignTotal.bulk_create([CampaignTotal(**row) for row in rows])
    await Campaign.filter(id=campaign_id).update(
        counted_at=at,
        settled_at=at if settles else None,
        first_s=None if speed is None else speed["first_s"],
        p95_s=None if speed is None else speed["p95_s"],
    )


async def count_if_due(work: Work, campaign: Campaign) -> None:
    """Count a campaign that is under way, if that was long enough ago for its size."""
    apart = min(max(timedelta(seconds=campaign.audience_size / _PER_SECOND), _OFTEN), _RARELY)
    if campaign.counted_at is None or campaign.counted_at + apart <= now():
        await count_campaign(work, campaign.id)


async def settle_ended(work: Work) -> int:
    """Count for good every campaign that has ended and of which no worker holds anything; how many."""
    rows = await work.fetch(sql.unsettled, at=now())

    async def for_good(campaign: UUID) -> None:
        async with work.apart():
            await count_campaign(work, campaign, settles=True)

    bad = await each("push.settle", [row["id"] for row in rows], for_good)
    return len(rows) - len(bad)


def exact_counts(campaign: Campaign, totals: Totals, *, counted: bool) -> tuple[dict[str, int], dict[str, int]]:
    """By state and by reason, all platforms together. The states add up to the audience: who is not found among the
    deliveries of a frozen audience has left, and before it is counted everybody is queued.
    """
    states, reasons = dict.fromkeys(STATES, 0), dict[str, int]()
    for (platform, state, reason), n in totals.items():
        if platform or state == PRUNED:
            continue
        states[_shown_state(state, reason)] += n
        if reason not in (None, _LOGGED):
            reasons[reason] = reasons.get(reason, 0) + n
    missing = campaign.audience_size - sum(states.values())
    if not counted:
        states["queued"] += missing
    elif missing > 0:
        states["withheld"] += missing
        reasons["left"] = missing
    return states, reasons


def _shown_state(state: str, reason: str | None) -> str:
    return _LOGGED if reason == _LOGGED else state


def _rounded(
    campaign: Campaign, totals: Totals, *, k: int, first_s: float | None, p95_s: float | None, at: datetime | None
) -> Progress:
    states, reasons = exact_counts(campaign, totals, counted=at is not None)
    if campaign.state == "draft":
        return Progress(audience=0, counts=dict.fromkeys(STATES, 0), without_consent=0, reasons={})
    rounding = Rounding(campaign.rounding, k, campaign.audience_size)
    fast = isinstance(rounding.shown("sent", states["sent"]), int)
    platforms: dict[str, dict[str, int]] = {}
    for (platform, state, reason), n in totals.items():
        if platform:
            by_state = platforms.setdefault(platform, dict.fromkeys(STATES, 0))
            by_state[_shown_state(state, reason)] += n
    pruned = sum(n for (_, state, _), n in totals.items() if state == PRUNED)
    return Progress(
        audience=rounding.shown("audience", campaign.audience_size),
        counts={state: rounding.shown(state, n) for state, n in states.items()},
        without_consent=rounding.shown("without_consent", campaign.without_consent),
        reasons=_enough({reason: rounding.shown(f"because {reason}", n) for reason, n in sorted(reasons.items())}),
        platforms={
            platform: {state: rounding.shown(f"{platform} {state}", n) for state, n in by_state.items()}
            for platform, by_state in sorted(platforms.items())
            if isinstance(rounding.shown(platform, sum(by_state.values())), int)
        },
        pruned=rounding.shown("pruned", pruned),
        first_s=round(first_s, 1) if fast and first_s is not None else None,
        p95_s=round(p95_s, 1) if fast and p95_s is not None else None,
        counted_at=at,
    )


def _enough(counts: Mapping[str, Count]) -> dict[str, Count]:
    """Without those that are hidden: that there is one would tell."""
    return {name: count for name, count in counts.items() if isinstance(count, int)}
