"""A phone goes about the square: what is believed, and what fires."""

from itertools import permutations

import pytest

from base.errors import ConsentRequired
from geofence.engine.observations import FromTheFuture
from geofence.engine.places import CompiledBeacon, Hours, Once, Week
from geofence.engine.presence import PresencePermits
from geofence.engine.snapshot import PlacesSnapshot, identity_key
from tests.geofence.ground import BOTH, NOON, fix, heard, named, names_of, report, trigger, walk, zone

SQUARE = zone("square", 0, 0, 100, 100)
ENTER, DWELL, EXIT = (
    trigger("enter", SQUARE, "enter"),
    trigger("dwell", SQUARE, "dwell", dwell_s=300),
    trigger("exit", SQUARE, "exit"),
)
ALL = PlacesSnapshot([SQUARE], (), [ENTER, DWELL, EXIT])


def test_walking_in_staying_and_leaving_fires_each_trigger_once() -> None:
    track = [fix(s, -150 + s, 50) for s in range(0, 201, 10)]
    track += [fix(s, 50, 50) for s in range(210, 700, 60)]
    track += [fix(s, 50 + 2 * (s - 700), 50) for s in range(700, 900, 20)]
    fired, outcome = walk(ALL, *[[f] for f in track])
    assert names_of(fired, ENTER, DWELL, EXIT) == [0, 1, 2]
    assert fired[0].evidence == "self_reported"
    assert not outcome.inside


def test_the_first_fix_inside_enters_and_is_listed() -> None:
    outcome = report(None, [fix(0, 50, 50)], ALL)
    assert names_of(outcome.fired, ENTER) == [0]
    assert outcome.inside == (SQUARE.id,)


def test_a_fix_near_the_border_that_is_not_sure_does_not_enter() -> None:
    assert not report(None, [fix(0, 3, 50, 60)], ALL).fired
    assert not report(None, [fix(0, 50, 50, 500)], ALL).fired


def test_between_the_thresholds_who_was_inside_stays_inside() -> None:
    fired, outcome = walk(ALL, [fix(0, 50, 50)], [fix(30, 0, 50)], [fix(60, 1, 50)], [fix(310, 0, 50)])
    assert names_of(fired, ENTER, DWELL, EXIT) == [0, 1]
    assert outcome.inside == (SQUARE.id,)


def test_one_bad_fix_is_no_exit() -> None:
    fired, outcome = walk(ALL, [fix(0, 50, 50)], [fix(30, 400, 50)], [fix(90, 50, 50)], [fix(320, 50, 50)])
    assert names_of(fired, ENTER, DWELL, EXIT) == [0, 1]
    assert outcome.inside == (SQUARE.id,)


def test_coarse_fixes_indoors_are_no_exit() -> None:
    small = zone("library", 0, 0, 50, 50)
    leave = trigger("leave", small, "exit")
    snapshot = PlacesSnapshot([small], (), [leave])
    fired, outcome = walk(snapshot, [fix(0, 25, 25)], *[[fix(s, 30, 20, 120)] for s in range(60, 600, 60)])
    assert not fired
    assert outcome.inside == (small.id,)
    assert names_of(walk(snapshot, [fix(640, 900, 25, 120)], [fix(700, 900, 25, 120)], state=outcome.state)[0], leave)


def test_two_fixes_outside_are_an_exit() -> None:
    fired, outcome = walk(ALL, [fix(0, 50, 50)], [fix(60, 400, 50)], [fix(90, 420, 50)])
    assert names_of(fired, ENTER, DWELL, EXIT) == [0, 2]
    assert not outcome.inside


def test_a_mocked_or_impossible_fix_changes_nothing() -> None:
    away = report(None, [fix(0, 5_000, 50)], ALL).state
    for odd in (fix(10, 50, 50), fix(10, 50, 50, mocked=True)):
        outcome = report(away, [odd], ALL)
        assert not outcome.fired
        assert outcome.state.now.stays == {}
        assert outcome.state.now.last == away.now.last


def test_who_drives_through_between_two_fixes_has_been_there() -> None:
    fired, outcome = walk(ALL, [fix(0, -300, 50)], [fix(20, 400, 50)], [fix(60, 1_200, 50)])
    assert names_of(fired, ENTER, DWELL, EXIT) == [0, 2]
    assert not outcome.inside


def test_a_way_that_only_grazes_the_corner_does_not_count() -> None:
    assert not walk(
        ALL,
        [fix(0, -300, -295)],
        [
            fix(20, 400, -6),
        ],
    )[0]
    assert not walk(ALL, [fix(0, -300, 50)], [fix(500, 400, 50)])[0]


def test_a_dwell_over_a_long_silence_begins_anew() -> None:
    long = trigger("long", SQUARE, "dwell", dwell_s=7_000)
    snapshot = PlacesSnapshot([SQUARE], (), [long])
    assert not walk(snapshot, [fix(0, 50, 50)], [fix(7_200, 50, 50)])[0]
    assert walk(snapshot, [fix(0, 50, 50)], [fix(3_600, 50, 50)], [fix(7_200, 50, 50)])[0]


def test_a_fix_from_the_future_harms_none_of_the_good_ones() -> None:
    track = [fix(s, -150 + s, 50) for s in range(0, 201, 10)]
    without = report(None, track, ALL)
    assert without.fired
    for place in range(0, len(track) + 1, 5):
        outcome = report(None, [*track[:place], fix(5_000, 50, 50), *track[place:]], ALL, later_s=-4_800)
        assert outcome.ignored == (f"/fixes/{place}",)
        assert (outcome.fired, outcome.state) == (without.fired, without.state)


def test_a_report_from_the_future_alone_is_refused_and_named() -> None:
    with pytest.raises(FromTheFuture) as refused:
        report(None, [fix(90, 0, 0), fix(100, 0, 0)], ALL, later_s=-50)
    assert [e.pointer for e in refused.value.errors] == ["/fixes/0/at", "/fixes/1/at"]


@pytest.mark.parametrize("names", [("a", "b", "c"), ("c", "a", "b"), ("b", "c", "a")])
def test_of_several_fixes_of_one_moment_the_most_accurate_counts(names: tuple[str, str, str]) -> None:
    """Whatever they are called, in whatever order and in however many reports they come."""
    before = fix(0, 50, -100, 8)
    moment = [
        fix(20, 50, 50, 8, name=names[0]),
        fix(20, 50, -300, 60, name=names[1]),
        fix(20, 400, -300, 200, name=names[2]),
    ]
    for order in permutations(moment):
        whole = report(None, [before, *order], ALL)
        cut = report(report(None, [before, order[0]], ALL).state, order[1:], ALL)
        assert [fired.at for fired in whole.fired] == [NOON + 20]
        assert whole.inside == cut.inside == (SQUARE.id,)
        assert whole.state.now.last == cut.state.now.last


def test_a_phone_whose_clock_is_an_hour_ahead_is_understood() -> None:
    morning = trigger("morning", SQUARE, "enter", between=Hours(9 * 60, 9 * 60 + 30))
    snapshot = PlacesSnapshot([SQUARE], (), [morning])
    assert report(None, [fix(3_600, 50, 50)], snapshot, ahead_s=3_600).fired
    assert not report(None, [fix(3_600, 50, 50)], snapshot).fired


def test_once_ever_daily_and_by_days() -> None:
    def days(once: Once) -> list[int]:
        again = trigger("again", SQUARE, "enter", once=once)
        snapshot = PlacesSnapshot([SQUARE], (), [again])
        state, fired = None, []
        for day in range(9):
            for second in (0, 3_000):
                visit = [fix(day * 86_400 + second + s, 50 if s == 0 else 500, 50) for s in (0, 100, 200)]
                outcome = report(state, visit, snapshot)
                state = outcome.state
                fired += [day] * len(outcome.fired)
        return fired

    assert days(Once()) == [0]
    assert days(Once(daily=True)) == list(range(9))
    assert days(Once(days=7)) == [0, 7]


def test_closed_out_of_hours_or_out_of_date_nothing_fires() -> None:
    closed = zone("closed", 0, 0, 100, 100, open_hours=Week(((),) * 7))
    late = zone("late", 0, 0, 100, 100, active_from=NOON + 1_000)
    for place in (closed, late):
        assert not report(None, [fix(0, 50, 50)], PlacesSnapshot([place], (), [trigger("t", place, "enter")])).fired
    for times in ({"active_from": NOON + 10}, {"active_to": NOON}, {"between": Hours(600, 660)}):
        assert not report(
            None, [fix(0, 50, 50)], PlacesSnapshot([SQUARE], (), [trigger("t", SQUARE, "enter", **times)])
        ).fired
    overnight = Week(((Hours(22 * 60, 10 * 60),),) * 7)
    night = zone("night", 0, 0, 100, 100, open_hours=overnight)
    assert report(None, [fix(0, 50, 50)], PlacesSnapshot([night], (), [trigger("t", night, "enter")])).fired


def test_no_more_than_the_daily_cap_and_the_most_important_first() -> None:
    many = [trigger(f"t{i}", SQUARE, "enter", priority=i) for i in range(5)]
    outcome = report(None, [fix(0, 50, 50)], PlacesSnapshot([SQUARE], (), many, cap_per_day=2))
    assert names_of(outcome.fired, *many) == [4, 3]


IDENTITY = bytes(range(20))
BEACON = CompiledBeacon(named("beacon"), 10.2, 59.1, "ibeacon", IDENTITY)
NEAR = trigger("near", BEACON, "beacon")


def _by_the_beacon() -> tuple[PlacesSnapshot, float, float]:
    snapshot = PlacesSnapshot([SQUARE], [BEACON], [NEAR])
    spot = next(iter(snapshot.beacon_points.values()))
    return snapshot, spot.x - 569_000, spot.y - 6_554_000


def test_a_beacon_heard_near_fires_and_a_faint_or_unknown_one_does_not() -> None:
    snapshot, _, _ = _by_the_beacon()
    key = identity_key("ibeacon", IDENTITY)
    fired = report(None, [], snapshot, sightings=[heard(0, key)]).fired
    assert names_of(fired, NEAR) == [0]
    assert fired[0].evidence == "self_reported"  # An id that never changes can be copied by anyone who hears it.
    assert not report(None, [], snapshot, sightings=[heard(0, key, -95)]).fired
    assert not report(None, [], snapshot, sightings=[heard(0, identity_key("altbeacon", IDENTITY))]).fired


def test_a_beacon_far_from_where_the_phone_says_it_is_counts_for_nothing() -> None:
    snapshot, x, y = _by_the_beacon()
    key = identity_key("ibeacon", IDENTITY)
    assert not report(None, [fix(0, x + 5_000, y)], snapshot, sightings=[heard(1, key)]).fired
    assert report(None, [fix(0, x + 50, y)], snapshot, sightings=[heard(1, key)]).fired


def test_staying_by_the_beacon_fires_once_and_coming_back_another_day_again() -> None:
    snapshot, _, _ = _by_the_beacon()
    key = identity_key("ibeacon", IDENTITY)
    state, fired = None, 0
    for second in (*range(0, 300, 20), 86_400):
        outcome = report(state, [], snapshot, sightings=[heard(second, key)])
        state, fired = outcome.state, fired + len(outcome.fired)
    assert fired == 2


def test_without_consent_nothing_is_looked_at() -> None:
    with pytest.raises(ConsentRequired, match="consent"):
        report(None, [fix(0, 50, 50)], ALL, permits=PresencePermits(None, BOTH.beacons))
    with pytest.raises(ConsentRequired):
        report(None, [], ALL, sightings=[heard(0, b"")], permits=PresencePermits(BOTH.zones, None))


def test_a_withdrawn_consent_takes_the_position_out_of_the_state() -> None:
    state = report(None, [fix(0, 50, 50)], ALL).state
    left = report(state, [], ALL, permits=PresencePermits(None, BOTH.beacons)).state
    assert left.now.last is None
    assert not left.now.stays
    assert not left.recent
    assert left.fired == state.fired
