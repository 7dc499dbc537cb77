"""What the courier is given, and the credential it is given with."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from base.settings import Settings
from consent.permits import PermitExpired
from push.couriers import oauth_token as bearers
from push.couriers.courier import LogCourier, Platform, WakeUp
from push.couriers.fcm import FcmCourier, NoFcmProject, encode
from push.couriers.outcomes import ReplyCode
from rehearsal import fcm_replies
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from tests.push.crowd import permit


def settings(**given: object) -> Settings:
    return Settings.model_validate({"fcm_per_minute": 0, **given})


def parcel(number: int = 1, platform: Platform = "android", language: str = "nb") -> WakeUp:
    return WakeUp(
        tag=f"tag-{number:04d}",
        kind="fcm_token",
        address=f"address-{number}",
        platform=platform,
        language=language,
        ttl_s=3600,
        urgent=True,
    )


@pytest.fixture
async def peer() -> AsyncIterator[FcmPeer]:
    async with fcm_peer(project="town") as peer:
        yield peer


@pytest.fixture(scope="module")
def key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
async def certified(peer: FcmPeer, key: str, tmp_path: Path) -> AsyncIterator[FcmCourier]:
    file = tmp_path / "account.json"
    account = {
        "type": "service_account",
        "project_id": "town",
        "private_key_id": "1",
        "private_key": key,
        "client_email": "push@town.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{peer.url}/token",
    }
    file.write_text(json.dumps(account))
    peer.bearers = set()
    sender = FcmCourier.from_settings(settings(fcm_credentials=file, fcm_url=peer.url))
    yield sender
    await sender.close()


@pytest.mark.parametrize("platform", ["android", "ios", "web"])
async def test_the_courier_takes_every_kind_of_wake_up(peer: FcmPeer, platform: Platform) -> None:
    sender = FcmCourier.from_settings(settings(fcm_url=peer.url, fcm_project="town"))
    assert (await sender.send(permit(), parcel(platform=platform))).code is ReplyCode.ACCEPTED
    assert peer.received[0].message["data"] == {"tag": "tag-0001"}
    await sender.close()


def test_a_wake_up_says_nothing_and_shares_nothing_with_another() -> None:
    first, second = (json.loads(encode(parcel(number, "ios")))["message"] for number in (1, 2))
    assert "notification" not in first
    assert first["apns"]["payload"]["aps"]["alert"] == {"title": "Ny melding", "body": "Åpne appen for å lese den."}
    assert first["apns"]["headers"]["apns-collapse-id"] != second["apns"]["headers"]["apns-collapse-id"]
    assert first["data"] != second["data"]


def test_a_shown_wake_up_speaks_the_phones_language() -> None:
    message = json.loads(encode(parcel(platform="ios", language="uk-UA")))["message"]
    assert message["apns"]["payload"]["aps"]["alert"]["title"] == "Нове повідомлення"


@pytest.mark.parametrize("platform", ["android", "ios", "web"])
async def test_the_courier_takes_back_what_a_phone_shows(peer: FcmPeer, platform: Platform) -> None:
    sender = FcmCourier.from_settings(settings(fcm_url=peer.url, fcm_project="town"))
    taken_back = WakeUp(
        tag="tag-1",
        kind="fcm_token",
        address="address-1",
        platform=platform,
        language="nb",
        ttl_s=60,
        urgent=False,
        takes_back=True,
    )
    assert (await sender.send(permit(), taken_back)).code is ReplyCode.ACCEPTED
    message = peer.received[0].message
    assert message["data"] == {"tag": "tag-1", "recalled": "1"}
    assert "alert" not in json.dumps(message)
    await sender.close()


def test_installation_ids_are_addresses_too() -> None:
    fid = WakeUp(
        tag="tag", kind="fcm_fid", address="an-installation", platform="android", language="nb", ttl_s=60, urgent=False
    )
    message = json.loads(encode(fid))["message"]
    assert message["fid"] == "an-installation"
    assert "token" not in message
    assert message["android"] == {"collapse_key": "tag", "priority": "normal", "ttl": "60s"}


def test_a_parcel_does_not_show_its_address() -> None:
    assert "address-1" not in repr(parcel())


async def test_one_token_serves_many_messages(peer: FcmPeer, certified: FcmCourier) -> None:
    answers = await asyncio.gather(*(certified.send(permit(), parcel(n)) for n in range(50)))
    assert {answer.code for answer in answers} == {ReplyCode.ACCEPTED}
    assert peer.tokens_given == 1


async def test_a_refused_token_is_replaced_once_for_all(peer: FcmPeer, certified: FcmCourier) -> None:
    assert (await certified.send(permit(), parcel())).code is ReplyCode.ACCEPTED
    assert peer.bearers is not None
    peer.bearers.clear()
    answers = await asyncio.gather(*(certified.send(permit(), parcel(n)) for n in range(50)))
    assert {answer.code for answer in answers} == {ReplyCode.ACCEPTED}
    assert peer.tokens_given == 2


async def test_a_token_is_renewed_ahead_of_time_while_messages_go_on(peer: FcmPeer, certified: FcmCourier) -> None:
    peer.token_life_s = int(bearers.AHEAD_S) - 1
    assert (await certified.send(permit(), parcel(1))).code is ReplyCode.ACCEPTED
    peer.token_life_s = 3600
    assert (await certified.send(permit(), parcel(2))).code is ReplyCode.ACCEPTED
    for _ in range(500):
        await asyncio.sleep(0.01 if peer.tokens_given < 2 else 0)
    assert peer.tokens_given == 2
    assert (await certified.send(permit(), parcel(3))).code is ReplyCode.ACCEPTED


async def test_a_revoked_credential_is_told_apart_from_a_dead_address(peer: FcmPeer, certified: FcmCourier) -> None:
    peer.refuse_tokens = True
    assert (await certified.send(permit(), parcel())).code is ReplyCode.UNAUTHENTICATED
    assert peer.count == 0


async def test_a_token_refused_twice_is_not_asked_for_a_third_time(peer: FcmPeer, certified: FcmCourier) -> None:
    peer.answer("address-1", fcm_replies.UNAUTHENTICATED)
    assert (await certified.send(permit(), parcel())).code is ReplyCode.UNAUTHENTICATED
    assert (peer.count, peer.tokens_given) == (2, 2)


def test_without_credentials_only_a_courier_on_this_machine_is_served() -> None:
    with pytest.raises(NoFcmProject):
        FcmCourier.from_settings(settings(fcm_project="town"))
    with pytest.raises(NoFcmProject):
        FcmCourier.from_settings(settings(fcm_url="http://127.0.0.1:1"))


async def test_a_courier_that_is_not_there_is_a_reason_to_come_back() -> None:
    sender = FcmCourier("http://127.0.0.1:1/v1/projects/town/messages:send", None)
    assert (await sender.send(permit(), parcel())).code is ReplyCode.NO_CONNECTION
    await sender.close()


async def test_the_demos_courier_never_writes_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    sender = LogCourier()
    assert (await sender.send(permit(), parcel())).code is ReplyCode.LOGGED
    await sender.close()
    printed = capsys.readouterr()
    assert "wake-up logged" in printed.out + printed.err
    assert "address-1" not in printed.out + printed.err


async def test_a_message_whose_permit_ran_out_never_leaves(peer: FcmPeer, certified: FcmCourier) -> None:
    with pytest.raises(PermitExpired):
        await certified.send(permit(-0.001), parcel())
    assert peer.count == 0


def test_an_iphone_is_told_how_much_a_message_may_interrupt() -> None:
    quiet = WakeUp(
        tag="tag",
        kind="fcm_token",
        address="address",
        platform="ios",
        language="nb",
        ttl_s=60,
        urgent=False,
        interruption="passive",
    )
    pressing = WakeUp(
        tag="tag",
        kind="fcm_token",
        address="address",
        platform="ios",
        language="nb",
        ttl_s=60,
        urgent=True,
        interruption="time-sensitive",
    )
    levels = [
        json.loads(encode(each))["message"]["apns"]["payload"]["aps"] for each in (quiet, parcel(1, "ios"), pressing)
    ]
    assert [each.get("interruption-level") for each in levels] == ["passive", None, "time-sensitive"]
