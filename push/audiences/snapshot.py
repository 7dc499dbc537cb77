"""What staff count by: a table made once a night of those who have been registered for some days, for counting alone.

A row of it is a place in columns of bits (`columns.py`) and leads to nobody: what fewer than the smallest group have
in common is taken apart before anything is written (`coarsening.py`). Who gets a message is decided by the consents of
the moment, never here.
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
from push.audiences.columns import KNOWN, Bits, Columns, packed
from push.audiences.criteria import LISTS
from push.models import AudienceSnapshot, AudienceSnapshotTrait, Campaign

sql = load_queries(__file__)
LAST: Final = 30
"""Of so many of the last week's messages it is counted who got them."""
_STATUSES: Final = ("reached", "no_address", "no_consent")
_LISTED: Final = ("areas", "interests", "messages")
_KINDS: Final = (("language",), ("age",), ("quiet_from", "quiet_to", "digest", "timezone"), ("in_day", "in_week"))
_TRAITS: Final = ("languages", "ages", "manner", "had")
"""What each of the kinds is called as a trait."""
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
    number, columns = await asyncio.to_thread(countable, found, around, here.smallest_group)
    await AudienceSnapshotTrait.all().delete()
    await AudienceSnapshot.all().delete()
    await AudienceSnapshot.create(
        counted_on=today,
        after_days=after_days,
        districts=list(around),
        smallest_group=here.smallest_group,
        counted=number,
    )
    traits, values = [trait for trait, _ in columns], [value for _, value in columns]
    holders = [bits.tobytes() for bits in columns.values()]
    await work.execute(sql.add_snapshot_columns, traits=traits, values=values, holders=holders)
    return True


async def read_columns(
    work: Work, night: AudienceSnapshot, traits: Sequence[str], values: Mapping[str, Sequence[str]]
) -> Columns:
    """Of a snapshot the columns of these traits, of the statuses and of what is known, and those of each list's values
    that are named.
    """
    wanted = {name: list(values[name]) for name in LISTS}
    rows = await work.fetch(sql.snapshot_columns, traits=["status", KNOWN, *traits], **wanted)
    holders = {(row["trait"], row["value"]): np.frombuffer(row["holders"], np.uint8) for row in rows}
    return Columns(night.counted, holders)


async def _last_campaigns() -> list[UUID]:
    since = now() - timedelta(days=7)
    sent = Campaign.filter(kind__not="notice", state__in=("launched", "done"), launched_at__gt=since)
    return [campaign.id for campaign in await sent.order_by("-launched_at").limit(LAST).only("id")]


def countable(
    found: Sequence[Row], around: Mapping[UUID, UUID | None], k: int
) -> tuple[int, dict[tuple[str, str], Bits]]:
    """Those found (as `residents_to_count` gives them) as they may be counted, in random order: how many they are, and
    which of them have which trait.
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
    order = dice.permutation(kept)
    statuses, follows = np.divmod(strata[order], 2)
    held = {("status", name): statuses == number for number, name in enumerate(_STATUSES)}
    held[KNOWN, "follows"] = follows == 1
    for number, flag in enumerate(flags):
        held[(KNOWN, "at_places") if flag == _AT_PLACES else (flag[0], str(flag[1]))] = traits.flags[order, number]
    for c, numbers in enumerate(kinds):
        for number, said in enumerate(numbers):
            held[_TRAITS[c], _text(said)] = traits.kinds[order, c] == number
    held[KNOWN, "age"] = ~held.pop(("ages", _text((None,))), np.zeros(len(order), np.bool_))
    return len(order), {trait: packed(rows) for trait, rows in held.items() if rows.any()}


def _text(said: tuple[Any, ...]) -> str:
    """What is said of one kind, as a value: alone as it is, together as JSON."""
    return str(said[0]) if len(said) == 1 and said[0] is not None else json.dumps(said)


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
