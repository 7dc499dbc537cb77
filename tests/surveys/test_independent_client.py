"""A client that shares no code with the server asks for a ballot, and what it hands in is taken."""

import base64
from uuid import uuid4

from surveys import ballots, blind_rsa
from tests.surveys.conftest import IndependentVoter


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
