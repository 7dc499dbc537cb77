"""What staff count by: a table made once a night of those who have been registered for some days, for counting alone.

Its rows bear random ids and lead to nobody: what fewer than the smallest group have in common is taken apart before
anything is written (`coarsening.py`). Who gets a message is decided by the consents of the moment, never here.
"""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from base.clock import now
from base.database import Work
from base.queries import load_queries
from geofence.models import Zone
from municipality.directory import town
from push.audiences.coarsening import Traits, Whole, coarsened
from push.models import AudienceSnapshot, AudienceSnapshotRow, Campaign

sql = load_queries(__file__)
LAST: Final = 30
"""Of so many of the last week's messages it is counted who got them."""
_STATUSES: Final = ("reached", "no_address", "no_consent")
_LISTED: Final = ("areas", "interests", "messages")
_KINDS: Final = (("language",), ("age",), ("quiet_from", "quiet_to", "digest", "timezone"), ("in_day", "in_week"))
_COLUMNS: Final = ("status", "follows", "at_places", *_LISTED, *(name for kind in _KINDS for name in kind))
_AT_ONCE: Final = 5_000
_AT_PLACES: Final = ("at_places", None)

Row = Mapping[str, Any]


async def newest_snapshot() -> AudienceSnapshot | None:
    """The snapshot that is counted in; None before there is one."""
    return await AudienceSnapshot.all().first()


async def take_snapshot(work: Work, after_days: int, *, again: bool = False) -> bool:
    """Replace the snapshot by one of those registered for `after_days` days, in one transaction; whether it was made.

    It is made once a day, unless `again`. Of several that would make it at once one does.
    """
    await work.execute(sql.lock_snapshot)
    here, before = await town(work), await newest_snapshot()
    today = here.today()
    if before is not None and before.counted_on == today and not again:
        return False
    around = {zone.id: zone.parent_id for zone in await Zone.filter(kind="district").only("id", "parent_id")}
    since, last = today - timedelta(days=after_days), await _last_campaigns()
    # Row-level security hides how many rows there are, so that the planner would look through all for each resident.
    await work.execute("set local enable_nestloop = off")
    rows = await work.fetch(sql.residents_to_count, at=now(), since=since, campaigns=last)
    await work.execute("set local enable_nestloop = on")
    found = [dict(row) for row in rows]
    parts = await asyncio.to_thread(_written, found, around, here.smallest_group)
    await AudienceSnapshotRow.all().delete()
    await AudienceSnapshot.all().delete()
    await AudienceSnapshot.create(
        counted_on=today, after_days=after_days, districts=list(around), smallest_group=here.smallest_group
    )
    for part in parts:
        await work.execute(sql.add_snapshot_rows, rows=part)
    return True


async def _last_campaigns() -> list[UUID]:
    since = now() - timedelta(days=7)
    sent = Campaign.filter(kind__not="notice", state__in=("launched", "done"), launched_at__gt=since)
    return [campaign.id for campaign in await sent.order_by("-launched_at").limit(LAST).only("id")]


def _written(found: Sequence[Row], around: Mapping[UUID, UUID | None], k: int) -> list[str]:
    """The rows as JSON, some thousands at a time."""
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in countable(found, around, k)]
    return [json.dumps(rows[at : at + _AT_ONCE], default=str) for at in range(0, len(rows), _AT_ONCE)]


def countable(found: Sequence[Row], around: Mapping[UUID, UUID | None], k: int) -> Iterator[tuple[Any, ...]]:
    """Those found (as `residents_to_count` gives them) as they may be counted, in random order: status, whether they
    have consented to be chosen by what they follow and to be asked at places, then the lists and the kinds.
    """
    flags = _common((flag for row in found for flag in _flags(row)), k)
    kinds = [_common((_of(row, kind) for row in found), k) for kind in _KINDS]
    place = {flag: number for number, flag in enumerate(flags)}
    has = np.zeros((len(found), len(flags)), np.bool_)
    values = np.zeros((len(found), len(_KINDS)), np.int64)
    for number, row in enumerate(found):
        has[number, [place[flag] for flag in _flags(row) if flag in place]] = True
    for c, (kind, numbers) in enumerate(zip(_KINDS, kinds, strict=True)):
        numbered = {value: number for number, value in enumerate(numbers)}
        values[:, c] = [numbered.get(_of(row, kind), 0) for row in found]
    parents = {
        number: place["areas", around[area]]
        for (name, area), number in place.items()
        if name == "areas" and ("areas", around.get(area)) in place
    }
    dice = np.random.default_rng(secrets.randbits(128))
    strata = _strata(found, k)
    kept, traits = coarsened(strata, Traits(has, values, parents), k, dice)
    for number in dice.permutation(kept):
        theirs = [flags[place] for place in np.flatnonzero(traits.flags[number])]
        lists = [[value for name, value in theirs if name == listed] for listed in _LISTED]
        said = [part for c, numbers in enumerate(kinds) for part in numbers[traits.kinds[number, c]]]
        status, follows = divmod(int(strata[number]), 2)
        yield (_STATUSES[status], bool(follows), _AT_PLACES in theirs, *lists, *said)


def _flags(row: Row) -> list[tuple[str, Any]]:
    listed = [(name, value) for name in _LISTED for value in row[name] or ()]
    return [*listed, _AT_PLACES] if row["at_places"] else listed


def _of(row: Row, kind: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in kind)


def _common(values: Iterator[Any], k: int) -> list[Any]:
    """What at least `k` have, the commonest first; of kinds, of which everybody has one, at least the commonest."""
    counted = sorted(Counter(values).items(), key=lambda one: (-one[1], str(one[0])))
    return [value for number, (value, n) in enumerate(counted) if n >= k or number == 0]


def _strata(found: Sequence[Row], k: int) -> Whole:
    """By status, and by whether they may be chosen by what they follow, where neither is fewer than k of the status."""
    status = np.array([_STATUSES.index(row["status"]) for row in found], np.int64)
    follows = np.array([row["follows"] for row in found], np.int64)
    for one in range(len(_STATUSES)):
        theirs = status == one
        yes, no = int(follows[theirs].sum()), int((1 - follows[theirs]).sum())
        if min(yes, no) < k:
            follows[theirs] = int(yes >= no)
    return 2 * status + follows
