"""Knowing rotating beacons again: by what they should send now, with room for a clock that drifts or lost its power.

An id counts only in its own time, give or take the clock's drift, so that one that was recorded and sent again later
counts for nothing. A clock that has drifted further, or stood still without power, is believed to have done so when
several residents' phones hear it so: who they were is counted in memory under a salt that lives for a day.
"""

import hashlib
import secrets
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from geofence.engine.eid import Rotor, eids

SLACK_S: Final = 60.0
"""What a phone's own clock may be off (30 s), and a little."""
DRIFT_S_A_DAY: Final = 13.0
MOST_SLACK_S: Final = SLACK_S + 30 * DRIFT_S_A_DAY
"""An offset that nobody has confirmed for longer than a month is not trusted further."""
BEHIND_S: Final = 7_200
"""How late a sighting may be reported and still be known."""
AHEAD_S: Final = 3_600
REFRESH_S: Final = 1_200
MOST_BEHIND_S: Final = 30 * 86_400
MOST_LOST: Final = 4_096
MOST_LOST_IN_ALL: Final = 100_000
"""How many ids of clocks that stood still are looked for at once: some 40 ms of work, every ten minutes at most."""
MOST_SCANNED: Final = 100_000
LOST_REFRESH_S: Final = 600
RESIDENTS: Final = 3
"""How many different residents must have heard a clock run otherwise before it is believed to."""
SALT_LIFE_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class ClockCorrection:
    """A beacon's clock runs otherwise than was thought: its offset now, in seconds, and since when that is sure."""

    beacon: int
    offset_s: int
    sure_at: float


class ClockVotes:
    """Residents' words on beacons' clocks, each counted once under a salt that lives for a day.

    Snapshots of a municipality come and go; what was said stays with all of them.
    """

    def __init__(self) -> None:
        self._cast: dict[tuple[int, int], dict[bytes, int]] = {}
        self._salt, self._salted_at = b"", float("-inf")

    def cast(self, beacon: int, what: int, value: int, now: float, resident: UUID) -> int | None:
        """Count one resident's word, once; the median when enough different ones say the same."""
        if now - self._salted_at > SALT_LIFE_S:
            self._salt, self._salted_at, self._cast = secrets.token_bytes(16), now, {}
        who = hashlib.blake2b(resident.bytes, key=self._salt, digest_size=12).digest()
        votes = self._cast.setdefault((beacon, what), {})
        votes.setdefault(who, value)
        return round(statistics.median(votes.values())) if len(votes) >= RESIDENTS else None

    def forget(self, beacon: int) -> None:
        """What was said of a clock that has been set since says nothing any more."""
        for question in [key for key in list(self._cast) if key[0] == beacon]:
            self._cast.pop(question, None)


class RotatingBeacons:
    """The rotating beacons of one municipality, in this process's memory; what was said of their clocks is taken over
    from those `before`, but where a clock has been set since."""

    def __init__(self, rotors: Iterable[Rotor] = (), before: "RotatingBeacons | None" = None) -> None:
        self._rotors = {rotor.tag: rotor for rotor in rotors}
        self._votes: ClockVotes = ClockVotes() if before is None else before._votes
        for tag, was in before._rotors.items() if before is not None else ():
            known = self._rotors.get(tag)
            if known is None or (known.key, known.offset_s) != (was.key, was.offset_s):
                self._votes.forget(tag)
        self._due: dict[bytes, tuple[int, int]] = {}
        self._clocks = 0
        self._due_until = self._lost_until = float("-inf")
        self._lost: dict[bytes, tuple[int, int]] = {}

    def __contains__(self, beacon: int) -> bool:
        """Whether a beacon's ids rotate."""
        return beacon in self._rotors

    def rotor(self, beacon: int) -> Rotor | None:
        """What is known of a beacon whose ids rotate; None of any other."""
        return self._rotors.get(beacon)

    def offset_s(self, beacon: int) -> int:
        """What is added to our clock to get a beacon's, as it is known now."""
        return self._rotors[beacon].offset_s

    def heard(self, eid: bytes, at: float, now: float, resident: UUID) -> tuple[int | None, ClockCorrection | None]:
        """The beacon that sends this id at that time, if any; and what has been learnt of its clock, if anything.

        Times in seconds since 1970, of our clock: `at` when it was heard.
        """
        if not self._rotors or not now - BEHIND_S <= at <= now + SLACK_S:
            return None, None
        if now >= self._due_until:
            self.prepare(now)
        due = self._due.get(eid)
        if due is not None:
            return self._in_time(*due, at, now, resident)
        return None, self._out_of_time(eid, at, now, resident)

    def prepare(self, now: float) -> None:
        """Work out ahead of time what will be sent, where the half of what is known has passed. May run in a thread:
        what is worked out takes its place at once, unless a clock was set meanwhile."""
        if not self._rotors or now < self._due_until - REFRESH_S / 2:
            return
        clocks, due = self._clocks, dict[bytes, tuple[int, int]]()
        for rotor in list(self._rotors.values()):
            slack = _most_slack_s(rotor)
            first, last = rotor.period(now - BEHIND_S - slack), rotor.period(now + AHEAD_S + slack)
            periods = range(first, last + 1, rotor.period_s)
            due |= {sent: (rotor.tag, p) for sent, p in zip(eids(rotor, periods), periods, strict=True)}
        if clocks == self._clocks:
            self._due, self._due_until = due, now + REFRESH_S

    def _in_time(
        self, beacon: int, period: int, at: float, now: float, resident: UUID
    ) -> tuple[int | None, ClockCorrection | None]:
        """Whether it was heard while it was sent, give or take the drift; if only just, the clock may have drifted."""
        rotor = self._rotors[beacon]
        clock = int(at) + rotor.offset_s
        early, late = period - clock, clock - (period + rotor.period_s - 1)
        if max(early, late) > slack_s(rotor, now):
            return None, None
        if early <= 0 and late <= 0:
            return beacon, None
        shift = early if early > 0 else -late
        learnt = self._votes.cast(beacon, 1 if shift > 0 else -1, shift, now, resident)
        if learnt is None:
            return beacon, None
        # What was set right is drift that is accounted for; the rest of it may still be there.
        sure_at = min(now, rotor.sure_at + abs(learnt) / DRIFT_S_A_DAY * 86_400)
        return beacon, self._moved(beacon, rotor.offset_s + learnt, sure_at)

    def _out_of_time(self, eid: bytes, at: float, now: float, resident: UUID) -> ClockCorrection | None:
        """A clock that stood still without power sends what it would have sent earlier; it is never ahead."""
        if now >= self._lost_until:
            self._lost = {}
            for rotor in self._rotors.values():
                count = min(MOST_LOST, MOST_LOST_IN_ALL // len(self._rotors), MOST_BEHIND_S // rotor.period_s)
                last = rotor.period(now - BEHIND_S)
                periods = range(last - count * rotor.period_s, last, rotor.period_s)
                self._lost |= {sent: (rotor.tag, p) for sent, p in zip(eids(rotor, periods), periods, strict=True)}
            self._lost_until = now + LOST_REFRESH_S
        lost = self._lost.get(eid)
        if lost is None:
            return None
        beacon, period = lost
        rotor = self._rotors[beacon]
        # All who hear it agree on how far it is behind, to within a period of the id.
        offset = period + rotor.period_s // 2 - int(at)
        step = max(rotor.period_s, 2 * int(SLACK_S))
        agreed = self._votes.cast(beacon, 2 + abs(offset) // step, offset, now, resident)
        if agreed is None:
            return None
        return self._moved(beacon, agreed, now - rotor.period_s / 2 / DRIFT_S_A_DAY * 86_400)

    def _moved(self, beacon: int, offset_s: int, sure_at: float) -> ClockCorrection:
        self._votes.forget(beacon)
        self._clocks += 1
        self._rotors[beacon] = replace(self._rotors[beacon], offset_s=offset_s, sure_at=sure_at)
        self._due_until = self._lost_until = float("-inf")
        return ClockCorrection(beacon, offset_s, sure_at)


def slack_s(rotor: Rotor, now: float) -> float:
    """How far a clock may be from where it is thought to be: as much as it drifts since that was last sure."""
    return min(SLACK_S + max(now - rotor.sure_at, 0) / 86_400 * DRIFT_S_A_DAY, _most_slack_s(rotor))


def set_by(rotor: Rotor, eid: bytes, at: float) -> ClockCorrection | None:
    """The clock as it must run for a beacon to send this id at a time of ours, within a month behind and a day ahead of
    what was thought; None where it cannot. For staff who stand beside it: one word is enough."""
    most = min(MOST_SCANNED, MOST_BEHIND_S // rotor.period_s)
    now = rotor.period(at)
    periods = range(
        now - most * rotor.period_s, now + min(most, 86_400 // rotor.period_s) * rotor.period_s + 1, rotor.period_s
    )
    matching = [period for period, sent in zip(periods, eids(rotor, periods), strict=True) if sent == eid]
    if not matching:
        return None
    period = min(matching, key=lambda each: abs(each - now))
    offset = rotor.offset_s if period == now else period + rotor.period_s // 2 - int(at)
    return ClockCorrection(rotor.tag, offset, at - rotor.period_s / 2 / DRIFT_S_A_DAY * 86_400)


def _most_slack_s(rotor: Rotor) -> float:
    """A month's drift; but at least half a period, since a clock that stood still is known no better at first."""
    return max(MOST_SLACK_S, SLACK_S + rotor.period_s / 2)
