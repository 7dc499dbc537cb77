"""A client that shares no code with the server asks for a ballot, and what it hands in is taken."""

import asyncio
import base64
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from base.embedded import Server
from base.keys import FileKeyStore
from surveys import ballots, blind_rsa
from surveys.box.shaking import count_and_forget
from tests.serving import web
from tests.surveys.conftest import IndependentVoter
from tests.surveys.polling import SURVEY, receipt_of
from tests.town import Town, move_in


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_an_independent_client_gets_and_hands_in_ballots(independent_voter: IndependentVoter) -> None:
    marks = set()
    for _ in range(2):
        private = blind_rsa.new_private_key()
        issuer = ballots.Issuer(uuid4(), blind_rsa.token_key(private))
        signer = blind_rsa.load_signer(private)
        for _ in range(3):
            asked = independent_voter(
                "ask",
                survey=str(issuer.survey),
                token_key=text(issuer.token_key),
                token_challenge=text(issuer.challenge),
            )
            response = ballots.sign(signer, ballots.blinded_message(issuer, data(asked["request"])))
            handed = independent_voter("finish", id=asked["id"], response=text(response))
            token = ballots.token_of(handed["authorization"])
            assert token == data(handed["token"])
            marks.add(ballots.verify(issuer, token).mark)
    assert len(marks) == 6


async def test_an_independent_client_goes_the_whole_way_against_the_running_server(
    independent_voter: IndependentVoter, server: Server, town: Town, tmp_path: Path
) -> None:
    staff = await town.key("communications")
    with web(server, tmp_path / "keys") as address:
        async with httpx.AsyncClient(base_url=address) as http:
            for _ in range(3):  # The last one is asked about; the others make the log a tree.
                survey = (await http.post("/v1/staff/surveys", headers=staff, json=SURVEY)).json()["id"]
                (await http.post(f"/v1/staff/surveys/{survey}/launch", headers=staff)).raise_for_status()
            for number in range(6):
                resident = await move_in(http)
                answered = await asyncio.to_thread(
                    independent_voter,
                    "answer",
                    base=address,
                    number="3907",
                    survey=survey,
                    bearer=resident.token,
                    answers={"bike": "yes", "safe": number % 5 + 1},
                    receipt_hash=receipt_of(number),
                )
                assert (answered["issued"], answered["handed"], answered["said"]) == (200, 201, {"accepted": True})
                again = await asyncio.to_thread(
                    independent_voter,
                    "answer",
                    base=address,
                    number="3907",
                    survey=survey,
                    bearer=resident.token,
                    answers={"bike": "no"},
                    receipt_hash=receipt_of(99),
                )
                assert again == {"issued": 409}, "one ballot for each registration"
            (await http.post(f"/v1/staff/surveys/{survey}/close", headers=staff)).raise_for_status()
            await count_and_forget(town.municipality, UUID(survey), FileKeyStore(tmp_path / "keys"))
            box = (await http.get(f"/v1/surveys/{survey}/box")).json()
            assert (box["state"], box["counted"]) == ("counted", 6)
            shown = (await http.get(f"/v1/surveys/{survey}/box/{receipt_of(3)[:8]}")).json()["items"]
            assert receipt_of(3) in shown, "mine is among the counted"
