"""What must be remembered between two fixes; it travels with the phone as the sealed state and lies nowhere else.

Values here are msgspec Structs of numbers: thousands are made each second, and they are MessagePack without a line of
ours (`geofence.engine.codec`). The order of their fields is what phones keep: whoever changes it counts the codec's
version up. Times are milliseconds since 1970 of the phone's clock after its offset was taken off.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import astuple

MOST_ZONES: Final = 50
MOST_BEACONS: Final = 8
MOST_FIRED: Final = 64
MOST_IDS: Final = 24
MOST_RECENT: Final = 8

WATERMARK_MS: Final = 60_000
"""How late an observation may arrive, behind the newest one, and still be put in its place."""
GAP_MS: Final = 120_000
"""The longest time between two fixes over which a straight way between them means anything."""


class Remembered(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A value of the state: what it holds in the order of its fields, and no way to change it. None holds itself, so
    the garbage collector need not look at them."""


class Fix(Remembered, frozen=True, tag=0):
    """A fix in metres of the municipality's system; the accuracy (68 % radius) in decimetres, the id as a CRC."""

    at: int
    id: int
    x: float
    y: float
    accuracy_dm: int
    order: ClassVar[int] = 0


class Sighting(Remembered, frozen=True, tag=1):
    """A known beacon heard: how much weaker than at a metre, in dB; `fresh` where its id rotates and was not stale."""

    at: int
    id: int
    beacon: int
    loss_db: int
    fresh: int
    order: ClassVar[int] = 1


Observation = Fix | Sighting
Moment = tuple[int, int, int]


def moment(seen: Observation) -> Moment:
    """When, what and which: the order in which observations happened, fixes before sightings.

    Of several fixes of one moment the most accurate comes first: the others lie elsewhere at no time, and count for
    nothing. An accuracy has 16 bits and an id 32.
    """
    which = seen.accuracy_dm << 32 | seen.id if isinstance(seen, Fix) else seen.id
    return seen.at, seen.order, which


def in_full(seen: Observation) -> tuple[float, ...]:
    """The same order, down to what was seen, for those that claim to be one."""
    return *moment(seen), *astuple(seen)


class Stay(Remembered, frozen=True):
    """Inside a zone since then; `out` is when the first fix said otherwise, 0 where none has."""

    since: int
    out: int = 0


class Proximity(Remembered, frozen=True):
    """A beacon heard: smoothed loss in tenths of a dB, when last, and since when it is near (0: it is not)."""

    loss_tenths: int
    at: int
    since: int


class LastFired(Remembered, frozen=True):
    """A trigger that has fired: when last, in whole seconds, and on a beacon's fresh word or not."""

    at_s: int
    fresh: int = 0


class Belief(Remembered, frozen=True):
    """What is believed after an observation; the same observations give the same belief, however they were cut."""

    stays: Mapping[int, Stay] = {}
    beacons: Mapping[int, Proximity] = {}
    last: Fix | None = None
    fix_at: int = 0


class State(Remembered, frozen=True):
    """The belief now; the belief at the watermark and what came since, for latecomers; and what has fired.

    `base_key` is the moment of the last observation in `base`: what sorts before it comes too late; `ids` are those of
    the latest of them, since an id counts once. `day` counts local days for the daily cap, `offset_ms` is what is added
    to the phone's clock.
    """

    now: Belief = Belief()
    base: Belief = Belief()
    base_key: Moment = (0, 0, 0)
    recent: tuple[Observation, ...] = ()
    ids: tuple[int, ...] = ()
    fired: Mapping[int, LastFired] = {}
    day: int = 0
    fired_today: int = 0
    offset_ms: int = 0


EMPTY: Final = State()


def latest(ids: tuple[int, ...], seen: tuple[Observation, ...] | list[Observation]) -> tuple[int, ...]:
    """The ids that are remembered after these observations."""
    return (*ids, *[one.id for one in seen])[-MOST_IDS:]
