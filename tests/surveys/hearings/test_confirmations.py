"""A statement is confirmed by a link in a letter, and the address that it went to is forgotten."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr, ValidationError

from base import clock
from base.mail import Letter, PostIsAway, SmtpPost, post_of
from base.settings import Settings
from surveys.jobs import jobs
from tests.surveys.hearings.clerk import Clerk
from tests.surveys.hearings.smtp_peer import SmtpPeer
from tests.surveys.polling import Polling

KARI = "kari.nordmann@example.no"


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[SmtpPeer]:
    """A mail server."""
    server = SmtpPeer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(peer: SmtpPeer) -> Settings:
    """Settings that name it."""
    return Settings(  # type: ignore[call-arg]  # _env_file is pydantic-settings' own
        _env_file=None,
        registrations_per_minute=10**6,
        smtp_url=SecretStr(f"smtp://post:hem%20melig@127.0.0.1:{peer.port}"),
        smtp_from="medvirk@kommune.example",
        public_url="https://medvirk.example",
    )


async def state(polling: Polling, hearing: str, language: str = "nb", email: str = KARI) -> httpx.Response:
    return await polling.client.post(
        f"/v1/hearings/{hearing}/statements",
        json={"kind": "person", "name": "Kari Nordmann", "body": "Det trengs lys.", "email": email},
        headers={"Accept-Language": language},
    )


async def carry(polling: Polling, settings: Settings) -> None:
    """What the worker does with what was queued."""
    (job,) = (j for j in jobs(polling.keys, post_of(settings), settings.origin) if j.name == "surveys.confirm")
    for queued in await polling.town.sql("select payload from pgqueuer where entrypoint = 'surveys.confirm'"):
        body = json.loads(queued["payload"])
        assert KARI not in str(body)
        await job.run(UUID(body["municipality"]), body["payload"])


def link_in(peer: SmtpPeer) -> str:
    body = peer.letters[-1].get_body()
    assert body is not None
    found = re.search(r"https://medvirk\.example(/confirm/\S+)", body.get_content())
    assert found is not None
    return found[1]


async def confirmed(polling: Polling, clerk: Clerk) -> list[bool]:
    return [s["email_confirmed"] for s in (await clerk.get("/statements"))["items"]]


async def everywhere(polling: Polling) -> str:
    """All rows of all tables, as a superuser sees them."""
    tables = await polling.town.sql("select tablename from pg_tables where schemaname = 'public'")
    found = [await polling.town.sql(f'select to_jsonb(t)::text as row from "{t[0]}" t') for t in tables]
    return " ".join(row["row"] for rows in found for row in rows)


async def test_a_statement_is_confirmed_once_by_whoever_reads_the_address(
    polling: Polling, peer: SmtpPeer, settings: Settings
) -> None:
    clerk = Clerk(polling)
    hearing = await clerk.publish()
    assert (await polling.client.get(f"/v1/hearings/{hearing}")).json()["asks_for_email"] is True
    given = await state(polling, hearing)
    assert (given.status_code, given.json()["email_confirmed"], given.json()["name_verified"]) == (201, False, False)
    assert KARI not in await everywhere(polling), "sealed under a key that is not in the database"
    await carry(polling, settings)
    letter = peer.letters[0]
    assert (letter["To"], letter["Auto-Submitted"]) == (KARI, "auto-generated")
    assert letter["Subject"] == "Bekreft uttalelsen din"
    sealed = await polling.town.sql("select sealed, sent from statement_address")
    assert [(row["sealed"], row["sent"]) for row in sealed] == [(b"", True)], (
        "the address is forgotten once it has gone"
    )
    link = link_in(peer)
    assert link.removeprefix("/confirm/").split(".")[1] not in await everywhere(polling)

    # A mail scanner that opens the link spends nothing; the button does, once.
    page = await polling.client.get(link, headers={"Accept-Language": "nn"})
    assert (page.status_code, "Eg har gitt denne fråsegna" in page.text) == (200, True)
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert await confirmed(polling, clerk) == [False]
    assert (await polling.client.post(link)).status_code == 200
    assert await confirmed(polling, clerk) == [True]
    assert (await polling.client.post(link)).status_code == 410
    assert (await polling.client.get(link)).status_code == 410
    assert await polling.town.sql("select 1 from statement_address") == []

    # The name is its giver's word still, and the address is shown to nobody.
    (statement,) = (await clerk.get("/statements"))["items"]
    assert statement["name_verified"] is False
    await clerk.post(f"/statements/{statement['id']}/moderation", {})
    public = await polling.client.get(f"/v1/hearings/{hearing}/statements")
    assert (public.json()["items"][0]["email_confirmed"], KARI in public.text) == (True, False)


async def test_a_letter_that_is_put_off_goes_later_and_once(
    polling: Polling, peer: SmtpPeer, settings: Settings
) -> None:
    hearing = await Clerk(polling).publish()
    await state(polling, hearing)
    peer.refusals = ["451 4.7.1 come back later"]
    with pytest.raises(PostIsAway):
        await carry(polling, settings)
    assert peer.letters == []
    await carry(polling, settings)
    first = link_in(peer)
    await carry(polling, settings)
    assert len(peer.letters) == 1, "a job that runs twice sends no second letter"
    assert (await polling.client.post(first)).status_code == 200


async def test_an_address_that_takes_no_mail_is_forgotten_and_the_statement_stays_unconfirmed(
    polling: Polling, peer: SmtpPeer, settings: Settings
) -> None:
    clerk = Clerk(polling)
    hearing = await clerk.publish()
    await state(polling, hearing)
    peer.refusals = ["550 5.1.1 nobody here"]
    await carry(polling, settings)
    assert await polling.town.sql("select 1 from statement_address") == []
    assert await confirmed(polling, clerk) == [False]


async def test_a_link_ends_after_a_week_and_another_one_cannot_be_guessed(
    polling: Polling, peer: SmtpPeer, settings: Settings
) -> None:
    hearing = await Clerk(polling).publish()
    await state(polling, hearing)
    await carry(polling, settings)
    link = link_in(peer)
    for wrong in (link[:-2] + "AA", "/confirm/x", link.replace("mvc_", "mvp_")):
        assert (await polling.client.post(wrong)).status_code == 410
    with clock.at(datetime.now(UTC) + timedelta(days=7, minutes=1)):
        assert (await polling.client.get(link)).status_code == 410
        assert (await polling.client.post(link)).status_code == 410


async def test_an_address_is_one_address_and_cannot_smuggle_headers(polling: Polling) -> None:
    hearing = await Clerk(polling).publish()
    for bad in ("a@b", "a b@c.no", "a@b.no\nBcc: x@y.no", "a@b.no, c@d.no", "<a@b.no>", "é@b.no", "a@b.no "):
        refused = await state(polling, hearing, email=bad)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/email"), bad


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("kari@blåbær.no", "kari@xn--blbr-roah.no"),
        ("post@xn--80a1acn3a.xn--j1amh", "post@xn--80a1acn3a.xn--j1amh"),
        ("post@пошта.укр", "post@xn--80a1acn3a.xn--j1amh"),
    ],
)
async def test_an_address_of_any_script_and_ending_is_written_to(
    polling: Polling, peer: SmtpPeer, settings: Settings, written: str, sent_to: str
) -> None:
    hearing = await Clerk(polling).publish()
    assert (await state(polling, hearing, email=written)).status_code == 201
    await carry(polling, settings)
    assert [letter["To"] for letter in peer.letters] == [sent_to]


async def test_whoever_gives_statements_by_the_dozen_waits(polling: Polling) -> None:
    hearing = await Clerk(polling).publish()
    answers = [(await state(polling, hearing)).status_code for _ in range(22)]
    assert set(answers[:20]) == {201}
    assert 429 in answers


async def test_a_password_is_taken_from_the_url_and_never_shown(peer: SmtpPeer, settings: Settings) -> None:
    post = post_of(settings)
    assert post is not None
    await post.send(Letter(KARI, "Hei", "Hei.\n.\nSlutt.\n"))
    body = peer.letters[0].get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["Hei.", ".", "Slutt."]
    assert len(peer.logins) == 1
    assert "hem" not in repr(post)
    assert KARI not in repr(Letter(KARI, "Hei", "Hei"))


async def test_no_letter_goes_unencrypted_to_another_machine(
    peer: SmtpPeer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = post_of(settings)
    assert post is not None
    monkeypatch.setattr("base.mail.is_loopback", lambda url: False)
    with pytest.raises(PostIsAway):
        await post.send(Letter(KARI, "Hei", "Hei"))  # The peer offers no STARTTLS.
    assert (peer.letters, peer.logins) == ([], []), "nor does the password"


async def test_a_mail_server_is_named_with_the_address_that_mail_comes_from() -> None:
    with pytest.raises(PostIsAway):
        await SmtpPost("smtp://127.0.0.1:1", "a@b.no").send(Letter(KARI, "Hei", "Hei"))
    with pytest.raises(ValidationError, match="MEDVIRK_SMTP_FROM"):
        Settings(_env_file=None, smtp_url=SecretStr("smtp://mail.example"))  # type: ignore[call-arg]  # as above
    with pytest.raises(ValidationError, match="MEDVIRK_SMTP_URL"):
        Settings(_env_file=None, smtp_url=SecretStr("http://x"), smtp_from="a@b.no")  # type: ignore[call-arg]  # as above
