"""Messages that only the resident's browser can read: against the RFC's numbers, a foreign receiver, a push service."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec

from base.keys import MemoryKeyStore
from push.couriers.courier import WakeUp
from push.couriers.encryption import NoSubscription, Subscription, encrypt, padded
from push.couriers.outcomes import ReplyCode
from push.couriers.vapid import Vapid
from push.couriers.webpush import SERVICES, WebPushCourier, is_service
from rehearsal.plain_http import Reply
from rehearsal.push_service import PushService, push_service
from tests.push.crowd import consent, permit
from tests.push.receiver import Browser, browser, data, text
from tests.push.test_over_http import DEVICE, newcomer
from tests.town import Town


@pytest_asyncio.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as running:
        yield running


@pytest_asyncio.fixture
async def sender(service: PushService) -> AsyncIterator[WebPushCourier]:
    made = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url)
    yield made
    await made.close()


__all__ = ["browser"]


def parcel(address: str) -> WakeUp:
    return WakeUp(tag="t" * 24, kind="webpush", address=address, platform="web", language="nb", ttl_s=600, urgent=True)


def test_the_rfcs_own_message_comes_out_byte_for_byte() -> None:
    """RFC 8291, appendix A."""
    receiver = Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        data("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        data("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    secret = int.from_bytes(data("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    sealed = encrypt(
        b"When I grow up, I want to be a watermelon",
        receiver,
        salt=data("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ec.derive_private_key(secret, ec.SECP256R1()),
    )
    assert text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_a_foreign_receiver_reads_what_we_send(
    browser: Browser, service: PushService, sender: WebPushCourier
) -> None:
    for _ in range(3):
        answer = await sender.send(permit(), parcel(browser.subscription(service.endpoint())))
        assert answer.code is ReplyCode.ACCEPTED
    assert [json.loads(browser.read(each.body)) for each in service.received] == [{"tag": "t" * 24}] * 3
    assert len({each.body[:16] for each in service.received}) == 3
    assert len({len(each.body) for each in service.received}) == 1


async def test_the_push_service_sees_no_more_than_it_must(
    browser: Browser, service: PushService, sender: WebPushCourier
) -> None:
    await sender.send(permit(), parcel(browser.subscription(service.endpoint())))
    headers = service.received[0].headers
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("600", "high", "t" * 24)
    assert b"tag" not in service.received[0].body


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, ReplyCode.UNREGISTERED),
        (410, ReplyCode.UNREGISTERED),
        (400, ReplyCode.INVALID_ARGUMENT),
        (401, ReplyCode.SENDER_ID_MISMATCH),
        (403, ReplyCode.SENDER_ID_MISMATCH),
        (413, ReplyCode.REFUSED),
        (429, ReplyCode.QUOTA_EXCEEDED),
        (500, ReplyCode.INTERNAL),
        (502, ReplyCode.INTERNAL),
        (503, ReplyCode.UNAVAILABLE),
        (302, ReplyCode.UNREADABLE),
    ],
)
async def test_each_answer_of_a_push_service_is_understood(
    status: int, said: ReplyCode, browser: Browser, service: PushService, sender: WebPushCourier
) -> None:
    endpoint = service.endpoint()
    path = endpoint.removeprefix(service.url)
    service.answers[path] = Reply(status, headers=(("Retry-After", "7"), ("Location", "http://127.0.0.1:1/")))
    answer = await sender.send(permit(), parcel(browser.subscription(endpoint)))
    assert (answer.code, answer.retry_after_s) == (said, 7.0)


async def test_a_push_service_that_does_not_answer_is_a_reason_to_come_back(
    browser: Browser, service: PushService, sender: WebPushCourier
) -> None:
    endpoint = service.endpoint()
    service.answers[endpoint.removeprefix(service.url)] = Reply(ending="reset")
    assert (await sender.send(permit(), parcel(browser.subscription(endpoint)))).code is ReplyCode.NO_CONNECTION


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://10.0.0.1/push",
        "https://169.254.169.254/latest/meta-data",
        "http://updates.push.services.mozilla.com/x",
        "https://updates.push.services.mozilla.com:8443/x",
        "https://evil.example/updates.push.services.mozilla.com",
        "https://evilpush.apple.com.example/x",
        "https://user@fcm.googleapis.com/x",
        "http://127.0.0.1:9/",
    ],
)
async def test_the_server_calls_no_strangers(endpoint: str, browser: Browser, sender: WebPushCourier) -> None:
    assert not is_service(endpoint, SERVICES)
    answer = await sender.send(permit(), parcel(browser.subscription(endpoint)))
    assert (answer.code, answer.fields) == (ReplyCode.INVALID_ARGUMENT, ("message.token",))


def test_the_great_push_services_are_known() -> None:
    for host in (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "x.notify.windows.com",
    ):
        assert is_service(f"https://{host}/send/abc", SERVICES)


@pytest.mark.parametrize("wrong", ["", "[]", "{}", '{"endpoint":1,"keys":{}}', '{"endpoint":"https://a/","keys":[]}'])
def test_what_is_no_subscription_is_refused(wrong: str) -> None:
    with pytest.raises(NoSubscription):
        Subscription.read(wrong)


def test_a_subscription_with_a_point_off_the_curve_is_refused() -> None:
    keys = {"p256dh": text(b"\x04" + b"\x01" * 64), "auth": text(b"a" * 16)}
    with pytest.raises(NoSubscription):
        Subscription.read(json.dumps({"endpoint": "https://fcm.googleapis.com/x", "keys": keys}))


def test_a_wake_up_that_would_show_its_length_is_refused() -> None:
    assert len(padded(b"{}")) == len(padded(b"x" * 200))
    with pytest.raises(ValueError, match="longer"):
        padded(b"x" * 300)


async def test_a_browser_subscribes_with_our_key_and_registers(
    client: httpx.AsyncClient, town: Town, browser: Browser
) -> None:
    key = (await client.get("/v1/push/key")).json()["public_key"]
    assert len(data(key)) == 65
    resident, headers = await newcomer(town)
    await consent(town.system, [resident], "push_messages")
    web = {**DEVICE, "address_kind": "webpush"}
    good = browser.subscription("https://updates.push.services.mozilla.com/wpush/v2/abc")
    assert (await client.put("/v1/me/device", headers=headers, json={**web, "address": good})).status_code == 200
    for wrong in ("no-json", browser.subscription("https://localhost/admin")):
        refused = await client.put("/v1/me/device", headers=headers, json={**web, "address": wrong})
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/address"]
