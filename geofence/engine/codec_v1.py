"""Version 1 of the sealed state, which phones may bring for as long as a state is kept (90 days) after the last process
that sealed it: whoever comes from before is still known, and what has fired once fires no second time.

Little-endian. Times are milliseconds before the newest one that the state knows (32 bits; all ones: never). The belief
at the watermark is written as what differs from the belief now.
"""

import struct
from collections.abc import Callable
from typing import Any, Final, TypeVar

from geofence.engine.codec import Unreadable
from geofence.engine.state import Belief, Fix, LastFired, Observation, Proximity, Sighting, State, Stay

T = TypeVar("T", Stay, Proximity)

VERSION: Final = 1
_HEAD = struct.Struct("<BIqIIqBIHHqBBBBBBB")
_KEY = struct.Struct("<QB")
_STAY = struct.Struct("<II")
_NEAR = struct.Struct("<hII")
_FIX = struct.Struct("<BIIddH")
_SIGHTING = struct.Struct("<BIIQbB")
_SPENT = struct.Struct("<QIB")
_NEVER: Final = 0xFFFF_FFFF
_NOW, _BASE, _SAME = 1, 2, 4
_LAST, _LAST_RECENT, _BASE_LAST, _IDS_FOLLOW = 1, 2, 4, 8


def decode(body: bytes) -> tuple[State, int]:
    """The state that version 1 encoded, and when it was sealed; Unreadable for anything else."""
    try:
        return _Reader(body).state()
    except (struct.error, LookupError, OverflowError) as broken:
        raise Unreadable() from broken


class _Reader:
    """Goes through the bytes from the front."""

    def __init__(self, body: bytes) -> None:
        self.body, self.place, self.newest = body, 0, 0

    def take(self, shape: struct.Struct) -> tuple[Any, ...]:
        taken = shape.unpack_from(self.body, self.place)
        self.place += shape.size
        return taken

    def when(self, ago: int) -> int:
        return 0 if ago == _NEVER else self.newest - ago

    def state(self) -> tuple[State, int]:
        (
            version,
            sealed_at,
            self.newest,
            fix_ago,
            base_fix_ago,
            key_at,
            key_order,
            key_id,
            day,
            today,
            offset_ms,
            flags,
            n_zones,
            n_beacons,
            n_recent,
            n_fired,
            n_ids,
            n_now_ids,
        ) = self.take(_HEAD)
        if version != VERSION:
            raise Unreadable()
        stays, base_stays = self.places(n_zones, self.stay)
        beacons, base_beacons = self.places(n_beacons, self.nearness)
        recent = tuple([self.observation() for _ in range(n_recent)])
        last = self.fix() if flags & _LAST else None
        base_last = self.fix() if flags & _BASE_LAST else None
        if flags & _LAST_RECENT:
            last = recent[-1] if isinstance(recent[-1], Fix) else None
        fired = {
            trigger: LastFired(at_s, fresh) for trigger, at_s, fresh in (self.take(_SPENT) for _ in range(n_fired))
        }
        ids = self.take(struct.Struct(f"<{n_ids}I"))
        if not flags & _IDS_FOLLOW:
            among = {seen.id for seen in recent}
            ids = tuple([one for one in self.take(struct.Struct(f"<{n_now_ids}I")) if one not in among])
        if self.place != len(self.body):
            raise Unreadable()
        now = Belief(stays, beacons, last, self.when(fix_ago))
        base = Belief(base_stays, base_beacons, base_last, self.when(base_fix_ago))
        state = State(
            now=now,
            base=base,
            base_key=(key_at, key_order, key_id),
            recent=recent,
            ids=ids,
            fired=fired,
            day=day,
            fired_today=today,
            offset_ms=offset_ms,
        )
        return state, sealed_at

    def places(self, count: int, one: Callable[[], T]) -> tuple[dict[int, T], dict[int, T]]:
        """Zones or beacons now and at the watermark: once where they are the same."""
        now: dict[int, T] = {}
        base: dict[int, T] = {}
        for _ in range(count):
            place, held = self.take(_KEY)
            if held & _NOW:
                now[place] = one()
            if held & _BASE:
                base[place] = now[place] if held & _SAME else one()
        return now, base

    def stay(self) -> Stay:
        since, out = self.take(_STAY)
        return Stay(self.when(since), self.when(out))

    def nearness(self) -> Proximity:
        loss, at, since = self.take(_NEAR)
        return Proximity(loss, self.when(at), self.when(since))

    def observation(self) -> Observation:
        if self.body[self.place] == Fix.order:
            return self.fix()
        _, ago, identity, beacon, loss_db, fresh = self.take(_SIGHTING)
        return Sighting(self.newest - ago, identity, beacon, loss_db, fresh)

    def fix(self) -> Fix:
        order, ago, identity, x, y, accuracy_dm = self.take(_FIX)
        if order != Fix.order:
            raise Unreadable()
        return Fix(self.newest - ago, identity, x, y, accuracy_dm)
