"""However a day's fixes are cut into calls and shuffled within them, the same triggers fire, none twice."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.engine.observations import RawFix, RawSighting
from geofence.engine.places import CompiledBeacon, FiredTrigger, Once
from geofence.engine.snapshot import PlacesSnapshot, identity_key
from geofence.engine.state import State
from tests.geofence.engine.test_the_seal import SEAL
from tests.geofence.ground import NOON, PROVE, RESIDENT, TOWN, fix, heard, lonlat, named, report, trigger, zone

ZONES = [zone("a", 0, 0, 60, 60), zone("b", 40, 0, 150, 80), zone("c", 300, 0, 360, 60), zone("d", -50, -50, 400, 200)]
BEACON = CompiledBeacon(named("kiosk"), *lonlat(80, 30), "ibeacon", bytes(20))
KEY = identity_key("ibeacon", bytes(20))
TRIGGERS = [trigger(f"{on}-{i}", z, on) for i, z in enumerate(ZONES) for on in ("enter", "exit")]
TRIGGERS += [trigger(f"dwell-{i}", z, "dwell", dwell_s=90 * (i + 1), once=Once(days=1)) for i, z in enumerate(ZONES)]
TRIGGERS += [trigger("ever", ZONES[0], "enter", once=Once()), trigger("kiosk", BEACON, "beacon")]
SNAPSHOT = PlacesSnapshot(ZONES, [BEACON], TRIGGERS, cap_per_day=6)
UNCAPPED = PlacesSnapshot(ZONES, [BEACON], TRIGGERS, cap_per_day=100)

EXAMPLES = 1_500 if PROVE else 100


@st.composite
def days(draw: st.DrawFn) -> list[RawFix | RawSighting]:
    """A way across the square, with good and bad fixes, silences, jumps, and beacons heard on the way."""
    seen: list[RawFix | RawSighting] = []
    second, x, y = 0.0, draw(st.floats(-200, 400)), 30.0
    for i in range(draw(st.integers(2, 25))):
        second += draw(st.sampled_from([0.5, 1, 5, 20, 20, 60, 60, 90, 130, 4_000]))
        x += draw(st.sampled_from([0, 0, 3, -3, 40, -40, 150, -150, 900]))
        if draw(st.integers(0, 5)) == 0:
            seen.append(heard(second, KEY, draw(st.integers(-100, -50)), name=f"s{i}"))
        else:
            accuracy = draw(st.sampled_from([3, 10, 10, 25, 80]))
            seen.append(fix(second, x, y, accuracy, name=f"f{i}", mocked=draw(st.integers(0, 9)) == 0))
    return seen


def sent(
    state: State | None, seen: list[RawFix | RawSighting], now: float, snapshot: PlacesSnapshot = SNAPSHOT
) -> tuple[State, list[FiredTrigger]]:
    fixes = [s for s in seen if isinstance(s, RawFix)]
    sightings = [s for s in seen if isinstance(s, RawSighting)]
    outcome = report(state, fixes, snapshot, sightings=sightings)
    text = SEAL.seal(outcome.state, RESIDENT, TOWN, at=now)
    return SEAL.unseal(text, RESIDENT, TOWN, at=now), list(outcome.fired)


@settings(max_examples=EXAMPLES, deadline=None)
@given(days(), st.data())
def test_any_cutting_and_any_order_within_a_call_fires_the_same(
    day: list[RawFix | RawSighting], data: st.DataObject
) -> None:
    whole, fired = sent(None, day, NOON)
    cuts = sorted({0, len(day), *data.draw(st.lists(st.integers(0, len(day)), max_size=12))})
    state, in_parts = None, []
    for start, end in pairwise(cuts):
        state, more = sent(state, data.draw(st.permutations(day[start:end])), NOON)
        in_parts += more
    assert in_parts == fired
    assert state is not None
    assert (state.now, state.fired, state.fired_today) == (whole.now, whole.fired, whole.fired_today)


@settings(max_examples=EXAMPLES, deadline=None)
@given(days(), st.data())
def test_a_retry_fires_nothing_and_changes_nothing(day: list[RawFix | RawSighting], data: st.DataObject) -> None:
    state, _ = sent(None, day, NOON)
    again, fired = sent(state, day[-data.draw(st.integers(1, min(len(day), 20))) :], NOON)
    assert not fired
    assert again == state


@settings(max_examples=EXAMPLES, deadline=None)
@given(days(), st.data())
def test_within_the_watermark_any_order_of_calls_ends_in_the_same_belief(
    day: list[RawFix | RawSighting], data: st.DataObject
) -> None:
    newest = max(seen.at for seen in day)
    late = [seen for seen in day if seen.at > newest - 60][-8:]
    early = day[: len(day) - len(late)]
    state = sent(None, early, NOON, UNCAPPED)[0] if early else None
    straight = mixed = state
    for seen in late:
        straight, _ = sent(straight, [seen], NOON, UNCAPPED)
    for seen in data.draw(st.permutations(late)):
        mixed, _ = sent(mixed, [seen], NOON, UNCAPPED)
    assert straight is not None
    assert mixed is not None
    assert (mixed.now.stays, mixed.now.last) == (straight.now.stays, straight.now.last)
    # What fired before a latecomer told otherwise has fired; under the daily cap it may have taken another's place.
    assert set(straight.fired) <= set(mixed.fired)


def test_who_crossed_a_zone_has_crossed_it_also_where_a_beacon_was_told_of_first() -> None:
    before, after, beacon = fix(0, -100, 30, 3), fix(100, 230, 30, 3, name="f1"), heard(121, KEY, -50, name="s1")
    state, _ = sent(None, [before], NOON, UNCAPPED)
    straight = sent(sent(state, [after], NOON, UNCAPPED)[0], [beacon], NOON, UNCAPPED)[0]
    mixed = sent(sent(state, [beacon], NOON, UNCAPPED)[0], [after], NOON, UNCAPPED)[0]
    assert len(straight.now.stays) == 3
    assert mixed.now.stays == straight.now.stays


@settings(max_examples=EXAMPLES, deadline=None)
@given(days(), days())
def test_what_comes_later_than_the_watermark_changes_nothing(
    day: list[RawFix | RawSighting], other: list[RawFix | RawSighting]
) -> None:
    moved = [seen._replace(at=seen.at + 100_000) for seen in day]
    state, _ = sent(None, moved, NOON)
    late = [seen._replace(id="late" + seen.id) for seen in other if seen.at < moved[-1].at - 61]
    outcome = report(
        state,
        [s for s in late if isinstance(s, RawFix)],
        SNAPSHOT,
        sightings=[s for s in late if isinstance(s, RawSighting)],
        later_s=100_000,
    )
    assert not outcome.fired
    assert outcome.state.now == state.now


@settings(max_examples=EXAMPLES, deadline=None)
@given(days())
def test_no_trigger_fires_twice_in_a_day(day: list[RawFix | RawSighting]) -> None:
    _, fired = sent(None, [seen for seen in day if seen.at < NOON + 30_000], NOON)
    ids = [f.trigger_id for f in fired]
    assert len(ids) == len(set(ids))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.floats(-3_000, 3_000), st.floats(5, 70), st.integers(30, 400))
def test_one_bad_fix_is_never_an_exit(x: float, accuracy_m: float, second: int) -> None:
    start, _ = sent(None, [fix(0, 50, 30)], NOON)
    bad, fired = sent(start, [fix(second, x, 30, accuracy_m)], NOON)
    back, more = sent(bad, [fix(second + 60, 50, 30, 10)], NOON)
    exits = {t.id for t in TRIGGERS if t.on == "exit" and t.zone_id in {ZONES[1].id, ZONES[3].id}}
    assert not exits & {f.trigger_id for f in (*fired, *more)}
    assert back.now.stays.keys() >= start.now.stays.keys() or bad.now.last == start.now.last
