"""The state as bytes and back, exactly: whole numbers, little-endian, nothing twice. This is version 1.

Times are milliseconds before the newest one that the state knows (32 bits, 49 days; what is older is held at that).
The mind at the watermark is written as what differs from the mind now. With everything at its limit it is below 3 KB.
"""

import struct
from collections.abc import Callable
from typing import Any, Final, TypeVar

from geofence.memory import FIX, MOST_IDS, Fix, Mind, Nearness, Observation, Sighting, Spent, State, Stay

T = TypeVar("T")

VERSION: Final = 1
_HEAD = struct.Struct("<BIqIIqBIHHqBBBBBBB")
_KEY = struct.Struct("<QB")
_STAY = struct.Struct("<II")
_STAYING = struct.Struct("<QBII")
_NEAR = struct.Struct("<hII")
_FIX = struct.Struct("<BIIddH")
_SIGHTING = struct.Struct("<BIIQbB")
_SPENT = struct.Struct("<QIB")
_NEVER: Final = 0xFFFF_FFFF
_NOW, _BASE, _SAME = 1, 2, 4
_LAST, _LAST_RECENT, _BASE_LAST, _IDS_FOLLOW = 1, 2, 4, 8


class Unreadable(ValueError):
    """These bytes are no state of this version."""


def encode(state: State, sealed_at: int) -> bytes:
    """The state as bytes; `sealed_at` in whole seconds since 1970."""
    now, base, recent = state.now, state.base, state.recent
    newest = recent[-1].at if recent else 0
    if now.fix_at > newest:
        newest = now.fix_at
    for nearness in now.beacons.values():
        newest = max(newest, nearness.at)

    def ago(at: int) -> int:
        return min(max(newest - at, 0), _NEVER - 1) if at else _NEVER

    flags = 0
    if now.last is not None:
        flags = _LAST_RECENT if recent and now.last == recent[-1] else _LAST
    if base.last is not None:
        flags |= _BASE_LAST
    if (*base.ids, *[o.id for o in recent])[-MOST_IDS:] == now.ids:
        flags |= _IDS_FOLLOW
    zones = base.stays.keys() | now.stays.keys() if base.stays or now.stays else ()
    beacons = base.beacons.keys() | now.beacons.keys() if base.beacons or now.beacons else ()
    parts = [
        _HEAD.pack(
            VERSION, sealed_at, newest, ago(now.fix_at), ago(base.fix_at), *state.base_key, state.day,
            state.fired_today, state.offset_ms, flags, len(zones), len(beacons), len(recent), len(state.fired),
            len(base.ids), len(now.ids),
        )
    ]  # fmt: skip
    for place in zones:
        stay, was = now.stays.get(place), base.stays.get(place)
        if stay is not None and stay == was and not stay.out:
            parts.append(_STAYING.pack(place, _NOW | _BASE | _SAME, ago(stay.since), _NEVER))
        else:
            parts.append(_packed(place, stay, was, ago))
    for place in beacons:
        parts.append(_packed(place, now.beacons.get(place), base.beacons.get(place), ago))
    for seen in recent:
        parts.append(_observation(seen, newest))
    if flags & _LAST and now.last is not None:
        parts.append(_observation(now.last, newest))
    if base.last is not None:
        parts.append(_observation(base.last, newest))
    for trigger, spent in state.fired.items():
        parts.append(_SPENT.pack(trigger, spent.at_s, spent.fresh))
    ids = base.ids if flags & _IDS_FOLLOW else (*base.ids, *now.ids)
    parts.append(struct.pack(f"<{len(ids)}I", *ids))
    return b"".join(parts)


def decode(body: bytes) -> tuple[State, int]:
    """The state that was encoded, and when it was sealed; Unreadable for anything else."""
    try:
        return _Reader(body).state()
    except (struct.error, LookupError, OverflowError) as broken:
        raise Unreadable() from broken


def _packed(place: int, now: Stay | Nearness | None, base: Stay | Nearness | None, ago: Callable[[int], int]) -> bytes:
    """A zone or beacon now and at the watermark: once where they are the same."""
    flags = (_NOW if now else 0) | (_BASE if base else 0) | (_SAME if now == base else 0)
    parts = [_KEY.pack(place, flags)]
    for value in (now, None if flags & _SAME else base):
        if isinstance(value, Stay):
            parts.append(_STAY.pack(ago(value.since), ago(value.out)))
        elif value is not None:
            parts.append(_NEAR.pack(value.loss_tenths, ago(value.at), ago(value.since)))
    return b"".join(parts)


def _observation(seen: Observation, newest: int) -> bytes:
    ago = min(newest - seen.at, _NEVER - 1)
    if isinstance(seen, Fix):
        return _FIX.pack(FIX, ago, seen.id, seen.x, seen.y, seen.accuracy_dm)
    return _SIGHTING.pack(seen.order, ago, seen.id, seen.beacon, seen.loss_db, seen.fresh)


class _Reader:
    """Reads what `encode` wrote, field by field."""

    def __init__(self, body: bytes) -> None:
        self.body, self.offset, self.newest = body, 0, 0

    def take(self, shape: struct.Struct) -> tuple[Any, ...]:
        values = shape.unpack_from(self.body, self.offset)
        self.offset += shape.size
        return values

    def at(self, ago: int) -> int:
        return 0 if ago == _NEVER else self.newest - ago

    def stay(self) -> Stay:
        since, out = self.take(_STAY)
        return Stay(self.at(since), self.at(out))

    def nearness(self) -> Nearness:
        loss, at, since = self.take(_NEAR)
        return Nearness(loss, self.at(at), self.at(since))

    def places(self, count: int, one: Callable[[], T]) -> tuple[dict[int, T], dict[int, T]]:
        now: dict[int, T] = {}
        base: dict[int, T] = {}
        for _ in range(count):
            place, flags = self.take(_KEY)
            if flags & _NOW:
                now[place] = one()
            if flags & _BASE:
                base[place] = now[place] if flags & _SAME else one()
        return now, base

    def observation(self) -> Observation:
        if self.body[self.offset] == FIX:
            order, ago, identity, x, y, accuracy_dm = self.take(_FIX)
            return Fix(self.newest - ago, order, identity, x, y, accuracy_dm)
        order, ago, identity, beacon, loss_db, fresh = self.take(_SIGHTING)
        return Sighting(self.newest - ago, order, identity, beacon, loss_db, fresh)

    def fix(self) -> Fix:
        fix = self.observation()
        if not isinstance(fix, Fix):
            raise Unreadable()
        return fix

    def ids(self, count: int) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{count}I", self.body, self.offset)
        self.offset += 4 * count
        return found

    def state(self) -> tuple[State, int]:
        if self.body[0] != VERSION:
            raise Unreadable()
        (
            _, sealed_at, self.newest, fix_ago, base_fix_ago, key_at, key_order, key_id, day, today, offset_ms, flags,
            n_zones, n_beacons, n_recent, n_fired, n_ids, n_now_ids,
        ) = self.take(_HEAD)  # fmt: skip
        stays, base_stays = self.places(n_zones, self.stay)
        beacons, base_beacons = self.places(n_beacons, self.nearness)
        recent = tuple([self.observation() for _ in range(n_recent)])
        last = self.fix() if flags & _LAST else None
        base_last = self.fix() if flags & _BASE_LAST else None
        if flags & _LAST_RECENT:
            newest = recent[-1]
            last = newest if isinstance(newest, Fix) else None
        fired: dict[int, Spent] = {}
        for _ in range(n_fired):
            trigger, at_s, fresh = self.take(_SPENT)
            fired[trigger] = Spent(at_s, fresh)
        ids = self.ids(n_ids)
        follow = flags & _IDS_FOLLOW
        now_ids = (*ids, *[o.id for o in recent])[-MOST_IDS:] if follow else self.ids(n_now_ids)
        if self.offset != len(self.body):
            raise Unreadable()
        now = Mind(stays, beacons, last, self.at(fix_ago), now_ids)
        base = Mind(base_stays, base_beacons, base_last, self.at(base_fix_ago), ids)
        return State(now, base, (key_at, key_order, key_id), recent, fired, day, today, offset_ms), sealed_at
