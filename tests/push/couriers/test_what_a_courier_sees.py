"""A courier sees nothing that two recipients of one message share and others do not, nor when its subject ends."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest

from base.clock import now
from base.keys import MemoryKeyStore
from push.couriers.fcm import FcmCourier
from push.couriers.vapid import Vapid
from push.couriers.webpush import WebPushCourier
from push.delivery import recall
from push.delivery.ttl import LADDER_S, ttl_s
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from rehearsal.push_service import push_service
from tests.push.crowd import draft, launched, send_out, settle
from tests.push.delivery.test_one_bad_address import _stranger
from tests.push.receiver import Browser, browser
from tests.town import Town

__all__ = ["browser"]
EACH = 400 if os.environ.get("MEDVIRK_PROVE") == "1" else 80


def by_fcm(peer: FcmPeer) -> FcmCourier:
    return FcmCourier(f"{peer.url}/v1/projects/rehearsal/messages:send", None)


def expiry(message: dict[str, object], at: float) -> int:
    """The second at which a message runs out, as whoever carries it can work it out."""
    told = json.loads(json.dumps(message))
    if "apns" in told:
        return int(told["apns"]["headers"]["apns-expiration"])
    if "android" in told:
        return int(at) + int(told["android"]["ttl"].removesuffix("s"))
    return int(at) + int(told["webpush"]["headers"]["TTL"])


def shared(seconds: Sequence[int]) -> int:
    """How many pairs have the same second."""
    return sum(n * (n - 1) // 2 for n in Counter(seconds).values())


async def test_on_a_surveys_last_day_no_two_recipients_share_the_second_at_which_their_message_runs_out(
    town: Town,
) -> None:
    """Two messages whose subjects end twenty hours from now, a minute apart; to everybody on three platforms."""
    for platform in ("ios", "android", "web"):
        await settle(town.system, EACH, platform=platform, address=f"{platform}-")
    ends = [now() + timedelta(hours=20), now() + timedelta(hours=20, minutes=1)]
    seen: list[list[int]] = []
    for end in ends:
        async with fcm_peer() as peer:
            courier = by_fcm(peer)
            await send_out(town.system, await launched(town.system, draft(expires_at=end)), {"fcm_token": courier})
            await courier.close()
        at = now().timestamp()
        seen.append([expiry(each.message, at) for each in peer.received])
    n = 3 * EACH
    assert [len(each) for each in seen] == [n, n]
    chance = n * (n - 1) / 2 / (LADDER_S[1] * 0.25)
    most = chance + 5 * chance**0.5 + 2
    within = [shared(each) for each in seen]
    across = sum(min(Counter(seen[0])[second], times) for second, times in Counter(seen[1]).items())
    print(
        f"\nwhat a courier sees: {n} recipients of each of two messages; pairs with one expiry second {within}, "
        f"by chance {chance:.0f}; seconds common to both messages {across}"
    )
    assert max(within) <= most
    exact = {int(end.timestamp()) + off for end in ends for off in (-1, 0, 1)}
    assert not exact & set(seen[0] + seen[1]), "when the subject ends is nobody's to see"
    assert max(max(each) for each in seen) <= at + LADDER_S[1] + 1


@pytest.mark.parametrize(
    ("left_s", "rung"),
    [(60, 0), (3_599, 0), (3_600, 0), (21_599, 0), (21_600, 1), (86_399, 1), (86_400, 2), (10**7, 2)],
)
def test_a_life_is_one_of_three_lengths_shortened_by_chance(left_s: float, rung: int) -> None:
    lives = [ttl_s(b"k" * 32, uuid4(), left_s) for _ in range(2_000)]
    longest = LADDER_S[rung]
    assert longest * 0.75 <= min(lives) < max(lives) <= longest
    assert sum(lives) / len(lives) == pytest.approx(longest * 0.875, rel=0.02)


def test_of_two_ends_in_one_class_nothing_is_seen() -> None:
    """The same delivery has the same life whenever its subject ends within the class."""
    delivery = UUID(int=7)
    assert {ttl_s(b"k" * 32, delivery, left_s) for left_s in range(21_600, 86_400, 999)} == {
        ttl_s(b"k" * 32, delivery, 50_000.5)
    }
    assert ttl_s(b"k" * 32, delivery, 50_000) != ttl_s(b"q" * 32, delivery, 50_000)


async def test_taking_a_message_back_shares_no_second_either(town: Town) -> None:
    await settle(town.system, EACH, platform="ios")
    campaign = await launched(town.system)
    async with fcm_peer() as peer:
        courier = by_fcm(peer)
        await send_out(town.system, campaign, {"fcm_token": courier})
        await recall.remove_from_phones(town.municipality, campaign, {"fcm_token": courier}, b"k" * 32)
        await courier.close()
    seconds = [expiry(each.message, 0.0) for each in peer.received if "recalled" in each.message["data"]]
    chance = EACH * (EACH - 1) / 2 / (LADDER_S[0] * 0.25)
    assert len(seconds) == EACH
    assert shared(seconds) <= chance + 5 * chance**0.5 + 2


async def test_what_two_recipients_of_one_message_share_all_messages_share(town: Town, browser: Browser) -> None:
    """Every header and field of two messages that differ in all that staff write: the values found are the same."""
    await settle(town.system, 5, platform="ios", address="ios-")
    await settle(town.system, 5, platform="android", address="android-")
    fields: list[dict[str, set[str]]] = []
    async with push_service() as service:
        for _ in range(5):
            await _stranger(town, "webpush", browser.subscription(service.endpoint()))
        web = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url)
        for written in (
            draft(),
            draft(title={"nb": "Noe helt annet"}, body={"nb": "x" * 300}, expires_at=now() + timedelta(hours=30)),
        ):
            service.received.clear()
            async with fcm_peer() as peer:
                fcm = by_fcm(peer)
                await send_out(town.system, await launched(town.system, written), {"fcm_token": fcm, "webpush": web})
                await fcm.close()
            values: dict[str, set[str]] = {}
            for each in peer.received:
                _values("fcm", each.message, values)
                values.setdefault("fcm length", set()).add(str(len(each.body) - len(each.address)))
            for request in service.received:
                values.setdefault("web length", set()).add(str(len(request.body)))
                for header, value in request.headers.items():
                    values.setdefault(f"web {header}", set()).add(value)
            fields.append(values)
        await web.close()
    own = {
        "fcm.token",
        "fcm.data.tag",
        "fcm.android.collapse_key",
        "fcm.android.ttl",
        "web ttl",
        "web topic",
        "fcm.apns.headers.apns-collapse-id",
        "fcm.apns.headers.apns-expiration",
    }
    assert fields[0].keys() == fields[1].keys()
    for field in fields[0].keys() - own - {"fcm length"}:
        assert fields[0][field] == fields[1][field], f"{field} tells one message from another"
    for field in ("fcm.data.tag", "fcm.android.collapse_key", "web topic", "fcm.apns.headers.apns-collapse-id"):
        assert not fields[0][field] & fields[1][field], field
        assert len(fields[0][field]) in (5, 10), f"{field} is shared by two"


def _values(path: str, value: object, found: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _values(f"{path}.{name}", inner, found)
    else:
        found.setdefault(path, set()).add(json.dumps(value))


async def test_a_recipients_place_in_a_burst_is_another_each_time(town: Town) -> None:
    residents = await settle(town.system, 60)
    orders: list[list[str]] = []
    for _ in range(2):
        async with fcm_peer() as peer:
            courier = by_fcm(peer)
            campaign = await launched(town.system)
            await send_out(town.system, campaign, {"fcm_token": courier}, concurrency=1, tasks=1, batch_size=20)
            await courier.close()
        orders.append([each.address for each in peer.received])
    assert [len(order) for order in orders] == [len(residents)] * 2
    place = [{address: number for number, address in enumerate(order)} for order in orders]
    pairs = list(combinations(place[0], 2))
    alike = sum((place[0][a] < place[0][b]) == (place[1][a] < place[1][b]) for a, b in pairs)
    assert 0.3 < alike / len(pairs) < 0.7
