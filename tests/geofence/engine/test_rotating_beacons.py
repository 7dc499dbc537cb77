"""Beacons whose ids rotate: known in their time, not when replayed, and after their clocks drifted or stood still."""

from uuid import UUID, uuid4

import pytest

from geofence.engine.eid import Rotor, eids
from geofence.engine.rotating import RotatingBeacons, set_by
from tests.geofence.ground import NOON

KEY = bytes.fromhex("0102030405060708090A111213141516")
K = 10
ROTOR = Rotor(7, KEY, K, 0, NOON)


def sent(clock: float) -> bytes:
    """What the beacon sends at a time of its own clock."""
    return eids(ROTOR, [int(clock) >> K << K])[0]


@pytest.mark.parametrize(("time", "eid"), [(0, "A9B76A71C5F89290"), (2000, "4144413E45FEFA58")])
def test_the_published_vectors(time: int, eid: str) -> None:
    assert sent(time) == bytes.fromhex(eid)


def test_many_at_once_are_what_each_is_alone() -> None:
    periods = [i << K for i in range(200)]
    assert eids(ROTOR, periods) == [eids(ROTOR, [p])[0] for p in periods]


def test_an_id_is_known_in_its_time_and_not_when_sent_again_later() -> None:
    known = RotatingBeacons([ROTOR])
    resident = uuid4()
    now = NOON // 1024 * 1024 + 512
    recorded = sent(now)
    assert known.heard(recorded, now, now, resident) == (7, None)
    assert known.heard(recorded, now - 30, now, resident) == (7, None)
    for later in (1_200, 3_600, 7_000, 86_400, 86_400 * 20):
        assert known.heard(recorded, now + later, now + later, resident)[0] is None
    assert known.heard(b"\x00" * 8, now, now, resident) == (None, None)
    assert RotatingBeacons().heard(recorded, now, now, resident) == (None, None)


def test_a_clock_that_drifts_is_followed_through_the_year() -> None:
    known = RotatingBeacons([ROTOR])
    residents = [uuid4() for _ in range(4)]
    missed = 0
    for day in range(365):
        drifted = 13 * day
        for hour in range(8, 20):
            now = NOON + day * 86_400 + hour * 3_600 + day * 61 % 1_024
            for minute, resident in enumerate(residents):
                at = now + minute * 240
                missed += known.heard(sent(at + drifted), at, at, resident)[0] is None
    assert missed == 0
    assert abs(known.offset_s(7) - 13 * 365) < 200


def test_a_beacon_that_lost_its_power_is_known_again_when_several_have_heard_it() -> None:
    known = RotatingBeacons([ROTOR])
    stood = 5 * 86_400
    heard = [known.heard(sent(NOON + i - stood), NOON + i, NOON + i, uuid4()) for i in range(5)]
    assert [beacon for beacon, _ in heard][:3] == [None, None, None]
    learnt = [what for _, what in heard if what is not None]
    assert len(learnt) == 1
    assert abs(learnt[0].offset_s + stood) <= 1_024
    for later in range(60, 86_400, 300):
        at = NOON + later
        assert known.heard(sent(at - stood), at, at, uuid4())[0] == 7


def test_one_hostile_phone_cannot_move_a_clock() -> None:
    known = RotatingBeacons([ROTOR])
    hostile = UUID(int=1)
    for i in range(500):
        at = NOON + i
        known.heard(sent(at - 86_400), at, at, hostile)
        known.heard(sent(at + 50), at, at, hostile)
    assert known.offset_s(7) == 0


def test_what_residents_said_of_a_clock_outlives_a_change_of_zones() -> None:
    known = RotatingBeacons([ROTOR])
    stood = 5 * 86_400
    for i in range(2):
        assert known.heard(sent(NOON + i - stood), NOON + i, NOON + i, UUID(int=i))[1] is None
    same = RotatingBeacons([ROTOR], known)
    assert same.heard(sent(NOON + 2 - stood), NOON + 2, NOON + 2, UUID(int=1))[1] is None, "one resident, one word"
    assert same.heard(sent(NOON + 3 - stood), NOON + 3, NOON + 3, UUID(int=7))[1] is not None


def test_what_was_said_of_a_clock_that_has_been_set_since_counts_no_more() -> None:
    known = RotatingBeacons([ROTOR])
    stood = 5 * 86_400
    for i in range(2):
        known.heard(sent(NOON + i - stood), NOON + i, NOON + i, UUID(int=i))
    anew = RotatingBeacons([Rotor(7, KEY, K, 60, NOON)], known)
    assert anew.heard(sent(NOON + 3 - stood), NOON + 3, NOON + 3, UUID(int=7))[1] is None


@pytest.mark.parametrize("off", [0, 400, -400, -86_400 * 20, 50_000])
def test_one_scan_beside_a_beacon_sets_its_clock(off: int) -> None:
    learnt = set_by(ROTOR, sent(NOON + off), NOON)
    assert learnt is not None
    assert abs(learnt.offset_s - off) <= 1_024
    assert RotatingBeacons([Rotor(7, KEY, K, learnt.offset_s, learnt.sure_at)]).heard(
        sent(NOON + 600 + off), NOON + 600, NOON + 600, uuid4()
    )[0]
    assert set_by(ROTOR, bytes(8), NOON) is None


def test_what_will_be_sent_is_worked_out_ahead_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = RotatingBeacons([ROTOR])
    for minute in range(0, 7 * 24 * 60, 5):
        known.prepare(NOON + minute * 60)
    at = NOON + 7 * 86_400

    def never(*_: object) -> list[bytes]:
        raise AssertionError("a phone waits for it")

    monkeypatch.setattr("geofence.engine.rotating.eids", never)
    assert known.heard(sent(at), at, at, uuid4()) == (7, None)
