"""Where the municipality wants it so, the phone gets the message itself, and nobody on the way can read it."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from base.database import work
from base.keys import MemoryKeyStore
from push.audiences.audience import Audience
from push.couriers.configured import Couriers
from push.couriers.courier import Platform, WakeUp
from push.couriers.encryption import RecipientKeys
from push.couriers.fcm import FcmCourier, encode
from push.couriers.payload import PAYLOAD_BYTES, MessagePayloads
from push.couriers.vapid import Vapid
from push.couriers.webpush import WebPushCourier
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from push.models import Campaign
from rehearsal import fcm_replies
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from rehearsal.push_service import PushService, push_service
from tests.push.crowd import draft, launched, permit, send_out, settle
from tests.push.receiver import Browser, browser, data
from tests.push.test_over_http import DEVICE, newcomer
from tests.town import Town

__all__ = ["browser"]
TITLE, BODY = "Ny park i sentrum", "Si hva du mener om æ, ø og å."
LOCK = RecipientKeys.read(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg"
)


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[FcmPeer]:
    async with fcm_peer(project="town") as running:
        yield running


@pytest_asyncio.fixture
async def couriers(peer: FcmPeer) -> AsyncIterator[Couriers]:
    sender = FcmCourier(f"{peer.url}/v1/projects/town/messages:send", None)
    yield {"fcm_token": sender}
    await sender.close()


async def wants_letters(town: Town) -> None:
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(encrypted=True))


async def brought_keys(town: Town, keys: dict[str, str], *residents: UUID) -> None:
    await town.sql(
        "update push_address set p256dh = $1, auth = $2 where resident_id = any($3::uuid[])",
        keys["p256dh"],
        keys["auth"],
        list(residents),
    )


async def test_a_phone_with_keys_gets_the_message_itself_and_others_a_wake_up(
    town: Town, peer: FcmPeer, couriers: Couriers, browser: Browser
) -> None:
    with_keys, without = await settle(town.system, 3), await settle(town.system, 3)
    await brought_keys(town, browser.keys, *with_keys)
    await wants_letters(town)
    survey = uuid4()
    campaign = await launched(
        town.system, draft(title={"nb": TITLE}, body={"nb": BODY}, subject_kind="survey", subject_id=survey)
    )
    await send_out(town.system, campaign, couriers)
    sealed = {each.address: each.message["data"] for each in peer.received}
    assert all(set(sealed[f"address-{each}"]) == {"tag"} for each in without)
    for each in with_keys:
        told = sealed[f"address-{each}"]
        read = json.loads(browser.read(data(told["sealed"])))
        assert read["tag"] == told["tag"]
        assert (read["message"]["title"], read["message"]["body"]) == (TITLE, BODY)
        assert read["message"]["subject"] == {"kind": "survey", "id": str(survey)}
    for captured in peer.received:
        for word in (TITLE, BODY, str(survey), str(campaign), "park"):
            assert word not in captured.body.decode()
            assert word.encode("unicode_escape") not in captured.body
    assert len({told["sealed"] for told in sealed.values() if "sealed" in told}) == 3
    assert len({len(told["sealed"]) for told in sealed.values() if "sealed" in told}) == 1


async def test_without_the_option_keys_change_nothing(
    town: Town, peer: FcmPeer, couriers: Couriers, browser: Browser
) -> None:
    await brought_keys(town, browser.keys, *await settle(town.system, 6))
    await send_out(town.system, await launched(town.system), couriers)
    assert all(set(each.message["data"]) == {"tag"} for each in peer.received)


async def test_a_digest_and_a_text_that_does_not_fit_go_as_wake_ups(
    town: Town, peer: FcmPeer, couriers: Couriers, browser: Browser
) -> None:
    await brought_keys(town, browser.keys, *await settle(town.system, 6))
    await wants_letters(town)
    await send_out(town.system, await launched(town.system, draft(body={"nb": "å" * 1000})), couriers)
    assert [set(each.message["data"]) for each in peer.received] == [{"tag"}] * 6


async def test_a_browser_reads_the_message_itself(town: Town, client: httpx.AsyncClient, browser: Browser) -> None:
    service: PushService
    async with push_service() as service:
        sender = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url)
        letter = letters().for_phone("t" * 24, "nb")
        address = browser.subscription(f"{service.url}/push/1")
        await sender.send(
            permit(),
            WakeUp(
                tag="t" * 24,
                kind="webpush",
                address=address,
                platform="web",
                language="nb",
                ttl_s=600,
                urgent=True,
                payload=letter,
            ),
        )
        await sender.close()
        [received] = service.received
    assert json.loads(browser.read(received.body))["message"]["title"] == TITLE


def letters(**changes: Any) -> MessagePayloads:
    given = {"title": {"nb": TITLE, "en": "A new park"}, "body": {"nb": BODY, "en": "Say what you think."}, **changes}
    expires_at = draft(Audience()).expires_at
    return MessagePayloads(
        Campaign(
            municipality_id=uuid4(),
            title=given["title"],
            body=given["body"],
            kind="announcement",
            importance="active",
            subject_kind=None,
            subject_id=None,
            expires_at=expires_at,
        )
    )


def test_a_letter_is_in_the_phones_language_and_never_longer_than_it_may_be() -> None:
    one = letters().for_phone("t" * 24, "en_GB")
    assert one is not None
    assert json.loads(one)["message"]["title"] == "A new park"
    assert letters(body={"nb": "x" * PAYLOAD_BYTES}).for_phone("t" * 24, "nb") is None
    just = PAYLOAD_BYTES - len(letters(body={"nb": ""}).for_phone("t" * 24, "nb") or b"")
    assert len(letters(body={"nb": "x" * just}).for_phone("t" * 24, "nb") or b"") == PAYLOAD_BYTES


@pytest.mark.parametrize("platform", ["android", "ios", "web"])
def test_the_longest_letter_is_taken_by_fcm_on_every_platform(platform: Platform) -> None:
    letter = b"x" * PAYLOAD_BYTES
    parcel = WakeUp(
        tag="t" * 24,
        kind="fcm_token",
        address="a" * 200,
        platform=platform,
        language="uk",
        ttl_s=3600,
        urgent=True,
        payload=letter,
        keys=LOCK,
    )
    body = encode(parcel)
    assert fcm_replies.objection(json.loads(body)) is None
    message = json.loads(body)["message"]
    data_bytes = sum(len(key) + len(value) for key, value in message["data"].items())
    apns = len(json.dumps(message.get("apns", {}).get("payload", {}), ensure_ascii=False).encode())
    assert data_bytes + apns < 4096


def test_a_parcel_never_shows_its_letter_or_its_keys() -> None:
    shown = repr(
        WakeUp(
            tag="t",
            kind="fcm_token",
            address="secret",
            platform="android",
            language="nb",
            ttl_s=1,
            urgent=True,
            payload=b"hemmelig",
            keys=LOCK,
        )
    )
    assert "hemmelig" not in shown
    assert "secret" not in shown
    assert "x04" not in shown


async def test_a_device_brings_its_keys(client: httpx.AsyncClient, town: Town, browser: Browser) -> None:
    _, headers = await newcomer(town, "push_messages")
    kept = await client.put("/v1/me/device", headers=headers, json={**DEVICE, "keys": browser.keys})
    assert kept.status_code == 200, kept.text
    assert browser.keys["auth"] not in kept.text
    assert [dict(row) for row in await town.sql("select p256dh, auth from push_address")] == [browser.keys]
    no_point = {**browser.keys, "p256dh": "B" * 87}
    refused = await client.put("/v1/me/device", headers=headers, json={**DEVICE, "keys": no_point})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/keys"]
