"""What must be remembered between two fixes; it travels with the phone as the sealed state and lies nowhere else.

Values here are NamedTuples of whole numbers, not dataclasses: thousands are made each second, and what is sealed must
come out exactly as it went in. Times are milliseconds since 1970 of the phone's clock after its offset was taken off.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

MOST_ZONES: Final = 50
MOST_BEACONS: Final = 8
MOST_SPENT: Final = 64
MOST_IDS: Final = 24
MOST_RECENT: Final = 8

WATERMARK_MS: Final = 60_000
"""How late an observation may arrive, behind the newest one, and still be put in its place."""
GAP_MS: Final = 120_000
"""The longest time between two fixes over which a straight way between them means anything."""


class Fix(NamedTuple):
    """A fix in metres of the municipality's system; the accuracy (68 % radius) in decimetres, the id as a CRC."""

    at: int
    order: int
    id: int
    x: float
    y: float
    accuracy_dm: int


class Sighting(NamedTuple):
    """A known beacon heard: how much weaker than at a metre, in dB; `fresh` where its id rotates and was not stale."""

    at: int
    order: int
    id: int
    beacon: int
    loss_db: int
    fresh: int


Observation = Fix | Sighting
FIX: Final = 0
SIGHTING: Final = 1


class Stay(NamedTuple):
    """Inside a zone since then; `out` is when the first fix said otherwise, 0 where none has."""

    since: int
    out: int = 0


class Nearness(NamedTuple):
    """A beacon heard: smoothed loss in tenths of a dB, when last, and since when it is near (0: it is not)."""

    loss_tenths: int
    at: int
    since: int


class Spent(NamedTuple):
    """A trigger that has fired: when last, in whole seconds, and on a beacon's fresh word or not."""

    at_s: int
    fresh: int = 0


class Mind(NamedTuple):
    """What is believed after an observation; the same observations give the same mind, however they were cut."""

    stays: Mapping[int, Stay] = {}
    beacons: Mapping[int, Nearness] = {}
    last: Fix | None = None
    fix_at: int = 0
    ids: tuple[int, ...] = ()


class State(NamedTuple):
    """The mind now; the mind at the watermark and what came since, for latecomers; and what has fired.

    `base_key` is the order of the last observation in `base`: what sorts before it comes too late. `day` counts
    local days for the daily cap, `offset_ms` is what is added to the phone's clock.
    """

    now: Mind = Mind()
    base: Mind = Mind()
    base_key: tuple[int, int, int] = (0, 0, 0)
    recent: tuple[Observation, ...] = ()
    fired: Mapping[int, Spent] = {}
    day: int = 0
    fired_today: int = 0
    offset_ms: int = 0


EMPTY: Final = State()
