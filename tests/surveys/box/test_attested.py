"""A survey for the municipality's own app: what Firebase signs is checked, and what nobody can check is no pass."""

from collections.abc import AsyncIterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from api.app import create
from api.http.services import Services
from base import clock
from base.settings import Settings
from rehearsal.app_check_peer import APP, NUMBER, PROJECT, AppCheckPeer, app_check_peer
from rehearsal.plain_http import Reply
from surveys.box.attested import Attestation, CannotAttest, NotAttested
from tests.surveys.polling import SURVEY, Polling

ATTESTED = {**SURVEY, "assurance": "attested"}


@pytest.fixture
async def peer() -> AsyncIterator[AppCheckPeer]:
    async with app_check_peer() as running:
        yield running


@pytest.fixture
def app_known(peer: AppCheckPeer, services: Services) -> Attestation:
    """An installation that knows the municipality's app."""
    services.attestation = Attestation(PROJECT, frozenset({APP}), peer.url, ask_again_s=0.0)
    return services.attestation


async def test_the_towns_own_app_gets_its_ballot_and_others_are_told_why_not(
    app_known: Attestation, peer: AppCheckPeer, polling: Polling
) -> None:
    await polling.launch(ATTESTED)
    resident = await polling.moves()
    for header in ({}, {"X-Firebase-AppCheck": "a.b.c"}, {"X-Firebase-AppCheck": "x" * 5000}):
        refused = await polling.ask(resident, polling.voter(), **header)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-attested")
    voter = polling.voter()
    for _ in range(2):
        assert (await polling.ask(resident, voter, **{"X-Firebase-AppCheck": peer.token()})).status_code == 200
    token = voter.finish((await polling.ask(resident, voter, **{"X-Firebase-AppCheck": peer.token()})).content)
    assert (await polling.hand_in(token, {"bike": "no"})).status_code == 201
    assert peer.asked == 1, "the keys are fetched once"


async def test_everything_that_is_not_from_the_app_is_refused(app_known: Attestation, peer: AppCheckPeer) -> None:
    await app_known.check(peer.token())
    now = int(clock.now().timestamp())
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    wrong = {
        "expired": peer.token(exp=now - 1),
        "never ends": peer.token(exp="x"),
        "another project": peer.token(aud=["projects/1", "projects/other"]),
        "a project that is no list": peer.token(aud=f"projects/{PROJECT}"),
        "no project": peer.token(aud=None),
        "another issuer": peer.token(iss="https://securetoken.google.com/x"),
        "no issuer": peer.token(iss=None),
        "another app of the project": peer.token(sub=f"1:{NUMBER}:web:ffff"),
        "no app": peer.token(sub=None),
        "signed with another key": peer.token(key=other),
        "a key that nobody knows": peer.token(key=other, kid=next(iter(peer.keys))[:-1] + "x"),
        "nothing": "",
        "not a token": "eyJhbGciOiJub25lIn0.e30.",
    }
    for what, token in wrong.items():
        with pytest.raises(NotAttested) as refused:
            await app_known.check(token)
        assert not token or token not in repr(refused.value.__cause__), what


async def test_a_key_that_was_changed_is_fetched_and_the_old_one_no_longer_taken(
    app_known: Attestation, peer: AppCheckPeer
) -> None:
    old = peer.token()
    await app_known.check(old)
    peer.rotate()
    await app_known.check(peer.token())
    with pytest.raises(NotAttested):
        await app_known.check(old)


async def test_who_makes_up_keys_makes_nobody_fetch(peer: AppCheckPeer) -> None:
    attestation = Attestation(PROJECT, frozenset({APP}), peer.url)
    await attestation.check(peer.token())
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for number in range(20):
        with pytest.raises(NotAttested):
            await attestation.check(peer.token(key=other, kid=f"made up {number}"))
    assert peer.asked <= 2


@pytest.mark.parametrize(
    "instead", [Reply(500, b"{}"), Reply(200, b"<html>"), Reply(200, b"[]"), Reply(200, b"{}"), Reply(ending="reset")]
)
async def test_when_the_keys_cannot_be_had_nobody_passes_and_all_may_try_again(
    app_known: Attestation, peer: AppCheckPeer, polling: Polling, instead: Reply
) -> None:
    await polling.launch(ATTESTED)
    resident, voter = await polling.moves(), polling.voter()
    peer.instead = instead
    away = await polling.ask(resident, voter, **{"X-Firebase-AppCheck": peer.token()})
    assert (away.status_code, away.json()["type"]) == (503, "/problems/unavailable")
    with pytest.raises(CannotAttest):
        await app_known.check(peer.token())
    peer.instead = None
    assert (await polling.ask(resident, voter, **{"X-Firebase-AppCheck": peer.token()})).status_code == 200


async def test_a_survey_for_an_app_that_nobody_knows_is_not_launched(polling: Polling, services: Services) -> None:
    assert services.attestation is None
    await polling.write(ATTESTED)
    refused = await polling.client.post(f"/v1/staff/surveys/{polling.survey}/launch", headers=polling.staff)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/assurance"


async def test_an_installation_that_no_longer_knows_its_app_gives_no_ballots(
    app_known: Attestation, peer: AppCheckPeer, polling: Polling, services: Services
) -> None:
    await polling.launch(ATTESTED)
    services.attestation = None
    transport = httpx.ASGITransport(app=create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as polling.client:
        refused = await polling.ask(await polling.moves(), polling.voter(), **{"X-Firebase-AppCheck": peer.token()})
    assert refused.status_code == 503


def test_the_settings_say_which_app() -> None:
    def settings(**values: object) -> Settings:
        return Settings.model_validate(values)

    assert Attestation.from_settings(settings()) is None
    assert Attestation.from_settings(settings(fcm_project=PROJECT)) is None
    assert Attestation.from_settings(settings(app_check_apps=APP)) is None
    assert Attestation.from_settings(settings(fcm_project=PROJECT, app_check_apps=f"{APP}, 1:2:ios:3")) is not None
    with pytest.raises(ValidationError):
        settings(app_check_url="https://example.org/jwks")
