"""What the phone keeps for us opens for its resident alone, and nothing else opens at all."""

import base64
import json
import random
import string
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from base.keys import MemoryKeyStore
from geofence.engine import state as state_module
from geofence.engine.codec import Unreadable, decode, encode, without_latecomers
from geofence.engine.sealed import KEEPS_S, Seal, StateRefused
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import Belief, Fix, LastFired, Proximity, Sighting, State, Stay, moment
from tests.geofence.ground import NOON, PROVE, RESIDENT, TOWN, fix, report, zone

SEAL = Seal(MemoryKeyStore())
SQUARE = PlacesSnapshot([zone("a", 0, 0, 60, 60)])
MS = int(NOON * 1000)
EXAMPLES = 4_000 if PROVE else 300

tags = st.integers(0, 2**64 - 1)
crcs = st.integers(0, 2**32 - 1)
times = st.integers(MS - 10**9, MS)
metres = st.floats(-1e7, 1e7)
fixes = st.builds(Fix, times, crcs, metres, metres, st.integers(10, 65_535))
sightings = st.builds(Sighting, times, crcs, tags, st.integers(-127, 127), st.integers(0, 1))
stays = st.builds(Stay, times, st.just(0) | times)
nearness = st.builds(Proximity, st.integers(-1270, 1270), times, st.just(0) | times)


@st.composite
def minds(draw: st.DrawFn) -> Belief:
    last = draw(st.none() | fixes)
    return Belief(
        draw(st.dictionaries(tags, stays, max_size=6)),
        draw(st.dictionaries(tags, nearness, max_size=3)),
        last,
        last.at if last else 0,
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    newest = replace(draw(fixes), at=MS)
    recent = (*draw(st.lists(fixes | sightings, max_size=7)), newest)
    now, base = draw(minds()), draw(minds())
    if draw(st.booleans()):
        base = replace(base, stays={**now.stays, **base.stays}, beacons=now.beacons)
    if draw(st.booleans()):
        now = replace(now, last=newest, fix_at=MS)
    fired = draw(st.dictionaries(tags, st.builds(LastFired, crcs, st.integers(0, 1)), max_size=5))
    key = (draw(times), draw(st.integers(0, 2)), draw(crcs))
    ids = tuple(draw(st.lists(crcs, max_size=state_module.MOST_IDS)))
    small = st.integers(0, 65_535)
    return State(now, base, key, recent, ids, fired, draw(small), draw(small), draw(st.integers(-(2**60), 2**60)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(states())
def test_what_is_encoded_is_decoded_exactly(state: State) -> None:
    assert decode(encode(state, 7)) == (state, 7)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=400) | states().map(lambda s: encode(s, 7)), st.data())
def test_decoding_anything_raises_nothing_but_the_refusal(body: bytes, data: st.DataObject) -> None:
    spot = data.draw(st.integers(0, max(len(body) - 1, 0)))
    for odd in (body, body[:spot], body[:spot] + data.draw(st.binary(max_size=9)) + body[spot + 1 :], b"\x01" + body):
        try:
            decode(odd)
        except Unreadable:
            pass


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=600) | st.binary(max_size=400).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_unsealing_anything_is_refused(text: str) -> None:
    with pytest.raises(StateRefused) as refused:
        SEAL.unseal(text, RESIDENT, TOWN, at=NOON)
    assert refused.value.status == 422
    assert refused.value.errors[0].pointer == "/state"


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_a_changed_or_cut_state_is_refused(data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(_padded(SEAL.seal(State(), RESIDENT, TOWN, at=NOON))))
    spot = data.draw(st.integers(0, len(raw) - 1))
    raw[spot] ^= data.draw(st.integers(1, 255))
    cut = bytes(raw[:spot])
    for odd in (bytes(raw), cut):
        with pytest.raises(StateRefused):
            SEAL.unseal(base64.urlsafe_b64encode(odd).decode().rstrip("="), RESIDENT, TOWN, at=NOON)


def test_a_state_has_one_spelling() -> None:
    letters = string.ascii_letters + string.digits + "-_"
    for ids in range(6):
        text = SEAL.seal(State(ids=tuple(range(ids))), RESIDENT, TOWN, at=NOON)
        others = [text[:-1] + letter for letter in letters if letter != text[-1]]
        for odd in [*others, text + "=", text + "==", text + "A", text[:-1]]:
            with pytest.raises(StateRefused):
                SEAL.unseal(odd, RESIDENT, TOWN, at=NOON)


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def test_another_residents_or_towns_state_is_refused() -> None:
    text = SEAL.seal(State(), RESIDENT, TOWN, at=NOON)
    assert SEAL.unseal(text, RESIDENT, TOWN, at=NOON) == State()
    for resident, town in ((uuid4(), TOWN), (RESIDENT, uuid4()), (TOWN, RESIDENT)):
        with pytest.raises(StateRefused):
            SEAL.unseal(text, resident, town, at=NOON)


def test_nonces_are_used_once_in_threads_too() -> None:
    with ThreadPoolExecutor(4) as threads:
        parts = list(
            threads.map(lambda _: [SEAL.seal(State(), RESIDENT, TOWN, at=NOON) for _ in range(1_500)], range(4))
        )
    sealed = [text for part in parts for text in part]
    assert len({text[:20] for text in sealed}) == len(sealed) == 6_000


FORKED = """
import os
from uuid import UUID
from base.keys import MemoryKeyStore
from geofence.engine.state import State
from geofence.engine.sealed import Seal

seal = Seal(MemoryKeyStore())
said = [seal.seal(State(), UUID(int=1), UUID(int=2), at=0) for _ in range(600)]
child = os.fork()
said = (said if child else []) + [seal.seal(State(), UUID(int=1), UUID(int=2), at=0) for _ in range(300)]
if child:
    os.waitpid(child, 0)
os.write(1, "".join(text + "\\n" for text in said).encode())
os._exit(0)
"""


def test_no_nonce_is_used_twice_not_even_by_a_forked_process() -> None:
    ran = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60, check=True)
    sealed = ran.stdout.split()
    assert len({text[:20] for text in sealed}) == len(sealed) == 1_200


def test_a_state_that_is_too_old_is_refused() -> None:
    text = SEAL.seal(State(), RESIDENT, TOWN, at=NOON)
    assert SEAL.unseal(text, RESIDENT, TOWN, at=NOON + KEEPS_S) == State()
    with pytest.raises(StateRefused):
        SEAL.unseal(text, RESIDENT, TOWN, at=NOON + KEEPS_S + 1)


def test_a_new_key_seals_and_the_old_ones_still_open_in_every_process() -> None:
    keys = MemoryKeyStore()
    one, other = Seal(keys), Seal(keys)
    old = one.seal(State(), RESIDENT, TOWN, at=NOON)
    assert one.rotate() == 2
    new = one.seal(State(), RESIDENT, TOWN, at=NOON)
    assert other.unseal(old, RESIDENT, TOWN, at=NOON) == other.unseal(new, RESIDENT, TOWN, at=NOON) == State()
    keys.destroy("presence/seal/1")
    with pytest.raises(StateRefused):
        Seal(keys).unseal(old, RESIDENT, TOWN, at=NOON)


def test_a_state_with_everything_at_its_limit_is_under_four_kilobytes() -> None:
    draw = random.Random(3907)

    def number() -> int:
        return draw.getrandbits(64) | 1 << 63

    def ago(ms: int) -> int:
        return MS - draw.randrange(ms)

    def anywhere() -> Fix:
        return Fix(ago(60_000), number() >> 32, draw.uniform(5e5, 6e5), draw.uniform(6e6, 7e6), draw.randrange(65_536))

    places, hung = (
        [number() for _ in range(state_module.MOST_ZONES)],
        [number() for _ in range(state_module.MOST_BEACONS)],
    )

    def belief(silent_ms: int) -> Belief:
        stays = {place: Stay(ago(silent_ms), ago(silent_ms)) for place in places}
        return Belief(
            stays, {b: Proximity(draw.randrange(1_000), ago(silent_ms), ago(silent_ms)) for b in hung}, anywhere()
        )

    recent = tuple(sorted([anywhere() for _ in range(state_module.MOST_RECENT)], key=moment))
    fired = {number(): LastFired(ago(90 * 86_400_000) // 1000, 1) for _ in range(state_module.MOST_FIRED)}
    ids = tuple(number() >> 32 for _ in range(state_module.MOST_IDS))
    for silent_ms, whole in ((60_000, True), (12 * 3_600_000, False)):
        state = State(belief(silent_ms), belief(silent_ms), (MS, 2, 0), recent, ids, fired, 20_000, 10, 0)
        text = SEAL.seal(state, RESIDENT, TOWN, at=NOON)
        assert len(text) < 4096
        opened = SEAL.unseal(text, RESIDENT, TOWN, at=NOON)
        # Where even pressed it would be too long, it is latecomers that are given up, and nothing else.
        assert opened == (state if whole else without_latecomers(state))
        assert (opened.now, opened.fired) == (state.now, state.fired)


def test_what_an_earlier_version_sealed_still_opens() -> None:
    keys = MemoryKeyStore()
    keys.put("presence/seal/1", bytes(range(32)))
    vectors = json.loads((Path(__file__).parents[2] / "data" / "sealed_1.json").read_text())
    assert len(vectors) == 6
    for vector in vectors:
        state = Seal(keys).unseal(vector["sealed"], RESIDENT, TOWN, at=NOON)
        assert json.loads(msgspec.json.encode(state)) == vector["state"], vector["name"]
        if "twice" in vector["name"] or "withdrawn" in vector["name"]:  # Ids that stand there twice take nothing away.
            late = report(state, [fix(69, -20, 30)], SQUARE, later_s=20).state
            assert late.now.stays == state.now.stays, vector["name"]
            assert [seen.at for seen in late.recent[1:]] == sorted(
                {seen.at for seen in state.recent if seen.at != MS + 71_000}
            )
