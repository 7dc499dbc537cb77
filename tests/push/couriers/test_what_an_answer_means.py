"""The peer's table of errors: each, over real HTTP, and what happens to the address, the delivery, the platform."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from push.couriers.courier import WakeUp
from push.couriers.fcm import FcmCourier
from push.couriers.outcomes import MOST_STARTS, CourierReply, ReplyCode, decide_outcome, retry_after_s
from rehearsal import fcm_replies
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from rehearsal.plain_http import Reply
from tests.push.crowd import permit

TABLE = {
    "accepted": (fcm_replies.ACCEPTED, "keep", "sent", "ok", "accepted"),
    "404 UNREGISTERED": (fcm_replies.UNREGISTERED, "remove", "gone", "ok", "unregistered"),
    "404 of something else": (fcm_replies.NOT_FOUND, "keep", "retry", "pause", "permission_denied"),
    "400 for the address": (fcm_replies.BAD_ADDRESS, "remove", "gone", "ok", "invalid_address"),
    "400 for the address, in words alone": (
        fcm_replies.invalid("The registration token is not a valid FCM registration token"),
        "remove",
        "gone",
        "ok",
        "invalid_address",
    ),
    "400 for the payload": (fcm_replies.BAD_PAYLOAD, "keep", "failed", "ok", "invalid_payload"),
    "400 for both": (
        fcm_replies.invalid("Invalid", "message.token", "message.android.ttl"),
        "keep",
        "failed",
        "ok",
        "invalid_payload",
    ),
    "403 SENDER_ID_MISMATCH": (fcm_replies.SENDER_ID_MISMATCH, "keep", "retry", "pause", "sender_id_mismatch"),
    "403 of the project": (fcm_replies.PERMISSION_DENIED, "keep", "retry", "pause", "permission_denied"),
    "401 THIRD_PARTY_AUTH_ERROR": (
        fcm_replies.THIRD_PARTY_AUTH_ERROR,
        "keep",
        "retry",
        "pause",
        "third_party_auth_error",
    ),
    "401 of our own": (fcm_replies.UNAUTHENTICATED, "keep", "retry", "pause", "unauthenticated"),
    "429": (fcm_replies.quota(), "keep", "retry", "back_off", "quota_exceeded"),
    "429 with Retry-After": (fcm_replies.quota("90"), "keep", "retry", "back_off", "quota_exceeded"),
    "500": (fcm_replies.INTERNAL, "keep", "retry", "back_off", "internal"),
    "503": (fcm_replies.unavailable(), "keep", "retry", "back_off", "unavailable"),
    "503 with Retry-After": (fcm_replies.unavailable("30"), "keep", "retry", "back_off", "unavailable"),
    "a bad gateway's page": (fcm_replies.MALFORMED_ERROR, "keep", "retry", "back_off", "unavailable"),
    "a reset": (fcm_replies.RESET, "keep", "retry", "back_off", "no_connection"),
    "an end between request and answer": (fcm_replies.CUT, "keep", "retry", "back_off", "no_connection"),
    "accepted, and the connection closed": (fcm_replies.LAST, "keep", "sent", "ok", "accepted"),
    "too slow": (fcm_replies.slow(5.0), "keep", "retry", "back_off", "timeout"),
    "another network's page": (fcm_replies.MALFORMED, "keep", "retry", "back_off", "unreadable"),
    "an error of another shape": (
        Reply(400, b'{"error": {"details": ["?"], "status": 7}}'),
        "keep",
        "failed",
        "ok",
        "invalid_payload",
    ),
}


OVER_HTTP2 = {
    "accepted": TABLE["accepted"],
    "GOAWAY, again and again": (fcm_replies.GOAWAY, "keep", "retry", "back_off", "no_connection"),
    "accepted, and GOAWAY after it": (fcm_replies.LAST, "keep", "sent", "ok", "accepted"),
    "a reset": TABLE["a reset"],
    "an end between request and answer": TABLE["an end between request and answer"],
    "429 with Retry-After": TABLE["429 with Retry-After"],
    "404 UNREGISTERED": TABLE["404 UNREGISTERED"],
    "too slow": TABLE["too slow"],
}
"""Where one connection carries all, its end is met by each that was on its way."""


def parcel(address: str = "an-address") -> WakeUp:
    return WakeUp(
        tag="opaque", kind="fcm_token", address=address, platform="android", language="nb", ttl_s=3600, urgent=True
    )


@pytest.fixture
async def peer() -> AsyncIterator[FcmPeer]:
    async with fcm_peer() as peer:
        yield peer


@pytest.fixture
async def sender(peer: FcmPeer) -> AsyncIterator[FcmCourier]:
    sender = FcmCourier(f"{peer.url}/v1/projects/rehearsal/messages:send", None, timeout_s=0.5)
    yield sender
    await sender.close()


@pytest.mark.parametrize("case", TABLE)
async def test_each_answer_decides_over_address_delivery_and_platform(
    case: str, peer: FcmPeer, sender: FcmCourier
) -> None:
    reply, address, delivery, platform, reason = TABLE[case]
    peer.answer("an-address", reply)
    answer = await sender.send(permit(), parcel())
    decided = decide_outcome(answer, starts=1, jitter=0.0, proven=False)
    assert (decided.address, decided.delivery, decided.platform) == (address, delivery, platform)
    assert decided.reason == reason


@pytest.mark.parametrize("case", OVER_HTTP2)
async def test_over_http2_each_answer_means_the_same(case: str) -> None:
    reply, address, delivery, platform, reason = OVER_HTTP2[case]
    async with fcm_peer(speaks_http2=True) as peer:
        peer.answer("an-address", reply)
        sender = FcmCourier(f"{peer.url}/v1/projects/rehearsal/messages:send", None, http2=True, timeout_s=0.5)
        decided = decide_outcome(await sender.send(permit(), parcel()), starts=1, jitter=0.0, proven=False)
        await sender.close()
    assert (decided.address, decided.delivery, decided.platform, decided.reason) == (
        address,
        delivery,
        platform,
        reason,
    )


async def test_a_goaway_among_many_on_one_connection_loses_none_of_them() -> None:
    async with fcm_peer(speaks_http2=True) as peer:
        sender = FcmCourier(f"{peer.url}/v1/projects/rehearsal/messages:send", None, http2=True)
        peer.answer_all(*[fcm_replies.ACCEPTED] * 30, fcm_replies.GOAWAY, *[fcm_replies.ACCEPTED] * 30)
        sending = (sender.send(permit(), parcel(f"address-{n}")) for n in range(100))
        answers = await asyncio.gather(*sending)
        await sender.close()
    assert {answer.code for answer in answers} == {ReplyCode.ACCEPTED}
    assert {received.address for received in peer.received if received.accepted} == {f"address-{n}" for n in range(100)}


async def test_a_wish_to_come_back_later_is_honoured(peer: FcmPeer, sender: FcmCourier) -> None:
    peer.answer("an-address", fcm_replies.quota("90"), fcm_replies.quota(), fcm_replies.unavailable("30"))
    waits = [
        decide_outcome(await sender.send(permit(), parcel()), starts=1, jitter=0.0, proven=True).wait_s
        for _ in range(3)
    ]
    assert waits == [90.0, 60.0, 30.0]


def test_waiting_grows_and_is_spread_but_never_for_ever() -> None:
    burdened = CourierReply(ReplyCode.UNAVAILABLE)
    waits = [decide_outcome(burdened, starts=n, jitter=0.0, proven=True).wait_s for n in range(1, MOST_STARTS)]
    assert waits == sorted(waits)
    assert waits[0] == 2.0
    assert waits[-1] == 3600.0
    assert decide_outcome(burdened, starts=1, jitter=0.99, proven=True).wait_s > waits[0]
    assert decide_outcome(burdened, starts=MOST_STARTS, jitter=0.0, proven=True).delivery == "failed"


def test_an_address_of_another_sender_goes_only_when_ours_is_proven_good() -> None:
    foreign = CourierReply(ReplyCode.SENDER_ID_MISMATCH)
    assert decide_outcome(foreign, starts=1, jitter=0.0, proven=True).address == "remove"
    doubted = decide_outcome(foreign, starts=1, jitter=0.0, proven=False)
    assert (doubted.address, doubted.alarm) == ("keep", True)


def test_a_failing_apple_credential_stops_apples_phones_alone() -> None:
    decided = decide_outcome(CourierReply(ReplyCode.THIRD_PARTY_AUTH_ERROR), starts=1, jitter=0.0, proven=True)
    assert (decided.scope, decided.alarm) == ("platform", True)


@pytest.mark.parametrize("said", list(ReplyCode))
def test_every_answer_has_an_outcome(said: ReplyCode) -> None:
    assert decide_outcome(CourierReply(said), starts=1, jitter=0.5, proven=True).reason


def test_retry_after_reads_seconds_and_dates_and_forgives_nonsense() -> None:
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    assert retry_after_s("120", now) == 120.0
    assert retry_after_s("Tue, 01 Dec 2026 12:01:00 GMT", now) == 60.0
    assert retry_after_s("Tue, 01 Dec 2026 11:00:00 GMT", now) == 0.0
    assert retry_after_s("99999999999999", now) == 86_400.0
    assert retry_after_s("soon", now) is None
    assert retry_after_s("", now) is None
    assert retry_after_s(None, now) is None
