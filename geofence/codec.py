"""The state as bytes and back, exactly: whole numbers, little-endian, nothing twice. This is version 1.

Times are milliseconds before the newest one that the state knows (32 bits, 49 days; what is older is held at that).
The mind at the watermark is written as what differs from the mind now. With everything at its limit it is below 3 KB.
"""

import struct
from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from geofence.memory import FIX, MOST_IDS, Fix, Mind, Nearness, Observation, Sighting, Spent, State, Stay

T = TypeVar("T")

VERSION: Final = 1
_HEAD = struct.Struct("<BIqIIqBIHHqBBBBBBB")
_KEY = struct.Struct("<QB")
_STAY = struct.Struct("<II")
_STAYING = struct.Struct("<QBII")
_NEAR = struct.Struct("<hII")
_FIX = struct.Struct("<BIIddH")
_FIX_BYTES: Final = _FIX.size
_SIGHTING = struct.Struct("<BIIQbB")
_SIGHTING_BYTES: Final = _SIGHTING.size
_SPENT = struct.Struct("<QIB")
_IDS: Final = tuple(struct.Struct(f"<{count}I") for count in range(256))
_NEVER: Final = 0xFFFF_FFFF
_NOW, _BASE, _SAME = 1, 2, 4
_LAST, _LAST_RECENT, _BASE_LAST, _IDS_FOLLOW = 1, 2, 4, 8


class Unreadable(ValueError):
    """These bytes are no state of this version."""


def encode(state: State, sealed_at: int) -> bytes:
    """The state as bytes; `sealed_at` in whole seconds since 1970. Every answer ends here, so it calls little."""
    now, base, base_key, recent, fired, day, today, offset_ms = state
    stays, beacons, last, fix_at, ids = now
    base_stays, base_beacons, base_last, base_fix_at, base_ids = base
    newest = recent[-1].at if recent else 0
    if fix_at > newest:
        newest = fix_at
    for nearness in beacons.values():
        if nearness.at > newest:
            newest = nearness.at
    flags = 0
    if last is not None:
        flags = _LAST_RECENT if recent and last == recent[-1] else _LAST
    if base_last is not None:
        flags |= _BASE_LAST
    if (*base_ids, *[seen[2] for seen in recent])[-MOST_IDS:] == ids:
        flags |= _IDS_FOLLOW
    zones = _both(stays, base_stays) if base_stays and base_stays is not stays else stays
    heard = _both(beacons, base_beacons) if base_beacons and base_beacons is not beacons else beacons
    parts = [
        _HEAD.pack(
            VERSION, sealed_at, newest, _ago(newest, fix_at), _ago(newest, base_fix_at), *base_key, day, today,
            offset_ms, flags, len(zones), len(heard), len(recent), len(fired), len(base_ids), len(ids),
        )
    ]  # fmt: skip
    for place in zones:
        stay, was = stays.get(place), base_stays.get(place)
        if stay is not None and stay == was and not stay.out:
            parts.append(_STAYING.pack(place, _NOW | _BASE | _SAME, _ago(newest, stay.since), _NEVER))
        else:
            parts.append(_packed(place, stay, was, newest))
    for place in heard:
        parts.append(_packed(place, beacons.get(place), base_beacons.get(place), newest))
    for seen in recent:
        parts.append(_observation(seen, newest))
    if flags & _LAST and last is not None:
        parts.append(_observation(last, newest))
    if base_last is not None:
        parts.append(_observation(base_last, newest))
    for trigger, spent in fired.items():
        parts.append(_SPENT.pack(trigger, *spent))
    if flags & _IDS_FOLLOW:
        parts.append(_IDS[len(base_ids)].pack(*base_ids))
    else:
        parts.append(_IDS[len(base_ids) + len(ids)].pack(*base_ids, *ids))
    return b"".join(parts)


def _ago(newest: int, at: int) -> int:
    """How long before the newest moment; 0 stands for never."""
    if not at:
        return _NEVER
    ago = newest - at
    return 0 if ago < 0 else ago if ago < _NEVER else _NEVER - 1


def _both(now: Mapping[int, T], base: Mapping[int, T]) -> Collection[int]:
    """The places that stand in either, in any order."""
    return now.keys() | base.keys() if now else base


def decode(body: bytes) -> tuple[State, int]:
    """The state that was encoded, and when it was sealed; Unreadable for anything else."""
    try:
        return _read(body)
    except (struct.error, LookupError, OverflowError) as broken:
        raise Unreadable() from broken


def _packed(place: int, now: Stay | Nearness | None, base: Stay | Nearness | None, newest: int) -> bytes:
    """A zone or beacon now and at the watermark: once where they are the same."""
    flags = (_NOW if now else 0) | (_BASE if base else 0) | (_SAME if now == base else 0)
    parts = [_KEY.pack(place, flags)]
    for value in (now, None if flags & _SAME else base):
        if isinstance(value, Stay):
            parts.append(_STAY.pack(_ago(newest, value.since), _ago(newest, value.out)))
        elif value is not None:
            parts.append(_NEAR.pack(value.loss_tenths, _ago(newest, value.at), _ago(newest, value.since)))
    return b"".join(parts)


def _observation(seen: Observation, newest: int) -> bytes:
    ago = newest - seen[0]
    if ago >= _NEVER:
        ago = _NEVER - 1
    return (_FIX if seen[1] == FIX else _SIGHTING).pack(seen[1], ago, *seen[2:])


def _read(body: bytes) -> tuple[State, int]:
    """Field by field what `encode` wrote. One long function, since each call of another would cost more than it does:
    every report begins here."""
    if body[0] != VERSION:
        raise Unreadable()
    (
        _, sealed_at, newest, fix_ago, base_fix_ago, key_at, key_order, key_id, day, today, offset_ms, flags,
        n_zones, n_beacons, n_recent, n_fired, n_ids, n_now_ids,
    ) = _HEAD.unpack_from(body)  # fmt: skip
    place = _HEAD.size
    stays: dict[int, Stay] = {}
    base_stays: dict[int, Stay] = {}
    for _ in range(n_zones):
        zone, held = _KEY.unpack_from(body, place)
        place += _KEY.size
        stay: Stay | None = None
        if held & _NOW:
            since, out = _STAY.unpack_from(body, place)
            place += _STAY.size
            stay = stays[zone] = Stay(0 if since == _NEVER else newest - since, 0 if out == _NEVER else newest - out)
        if held & _BASE and not held & _SAME:
            since, out = _STAY.unpack_from(body, place)
            place += _STAY.size
            stay = Stay(0 if since == _NEVER else newest - since, 0 if out == _NEVER else newest - out)
        if held & _BASE:
            base_stays[zone] = _known(stay)
    beacons: dict[int, Nearness] = {}
    base_beacons: dict[int, Nearness] = {}
    for _ in range(n_beacons):
        beacon, held = _KEY.unpack_from(body, place)
        place += _KEY.size
        near: Nearness | None = None
        if held & _NOW:
            near, place = _nearness(body, place, newest)
            beacons[beacon] = near
        if held & _BASE and not held & _SAME:
            near, place = _nearness(body, place, newest)
        if held & _BASE:
            base_beacons[beacon] = _known(near)
    recent: list[Observation] = []
    for _ in range(n_recent):
        if body[place] == FIX:
            order, ago, identity, x, y, accuracy_dm = _FIX.unpack_from(body, place)
            recent.append(Fix(newest - ago, order, identity, x, y, accuracy_dm))
            place += _FIX_BYTES
        else:
            order, ago, identity, beacon, loss_db, fresh = _SIGHTING.unpack_from(body, place)
            recent.append(Sighting(newest - ago, order, identity, beacon, loss_db, fresh))
            place += _SIGHTING_BYTES
    last = base_last = None
    if flags & _LAST:
        last = _fix(body, place, newest)
        place += _FIX_BYTES
    if flags & _BASE_LAST:
        base_last = _fix(body, place, newest)
        place += _FIX_BYTES
    if flags & _LAST_RECENT:
        latest = recent[-1]
        last = latest if isinstance(latest, Fix) else None
    fired: dict[int, Spent] = {}
    for _ in range(n_fired):
        trigger, at_s, fresh = _SPENT.unpack_from(body, place)
        place += _SPENT.size
        fired[trigger] = Spent(at_s, fresh)
    ids: tuple[int, ...] = _IDS[n_ids].unpack_from(body, place)
    place += 4 * n_ids
    if flags & _IDS_FOLLOW:
        now_ids = (*ids, *[o.id for o in recent])[-MOST_IDS:]
    else:
        now_ids = _IDS[n_now_ids].unpack_from(body, place)
        place += 4 * n_now_ids
    if place != len(body):
        raise Unreadable()
    now = Mind(stays, beacons, last, 0 if fix_ago == _NEVER else newest - fix_ago, now_ids)
    base = Mind(base_stays, base_beacons, base_last, 0 if base_fix_ago == _NEVER else newest - base_fix_ago, ids)
    return State(now, base, (key_at, key_order, key_id), tuple(recent), fired, day, today, offset_ms), sealed_at


def _known(value: T | None) -> T:
    """What the flags say was written before."""
    if value is None:
        raise Unreadable()
    return value


def _nearness(body: bytes, place: int, newest: int) -> tuple[Nearness, int]:
    loss, at, since = _NEAR.unpack_from(body, place)
    near = Nearness(loss, 0 if at == _NEVER else newest - at, 0 if since == _NEVER else newest - since)
    return near, place + _NEAR.size


def _fix(body: bytes, place: int, newest: int) -> Fix:
    if body[place] != FIX:
        raise Unreadable()
    _, ago, identity, x, y, accuracy_dm = _FIX.unpack_from(body, place)
    return Fix(newest - ago, FIX, identity, x, y, accuracy_dm)
