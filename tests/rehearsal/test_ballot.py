"""The rehearsal's ballots are what the town accepts, though they share no code."""

import base64
from dataclasses import replace
from uuid import uuid4

import pytest

from rehearsal.ballot import Blank, Issuer, NotSigned
from surveys import ballots, blind_rsa

SURVEY = uuid4()
PRIVATE = blind_rsa.new_private_key()
TOWN = ballots.Issuer(SURVEY, blind_rsa.token_key(PRIVATE))
PUBLISHED = {
    "token_key": base64.urlsafe_b64encode(TOWN.token_key).decode(),
    "token_challenge": base64.urlsafe_b64encode(TOWN.challenge).decode().rstrip("="),
}


def sign(blank: Blank) -> bytes:
    return ballots.sign(blind_rsa.load_signer(PRIVATE), ballots.blinded_message(TOWN, blank.request))


def test_a_ballot_made_by_the_app_is_one_that_the_town_verifies() -> None:
    blank = Blank(Issuer.read(SURVEY, PUBLISHED))
    assert ballots.verify(TOWN, ballots.token_of(blank.signed_by(sign(blank)))).survey == SURVEY


def test_the_town_never_saw_the_ballot_that_it_signed() -> None:
    blank = Blank(Issuer.read(SURVEY, PUBLISHED))
    token = ballots.token_of(blank.signed_by(sign(blank)))
    assert token[2:34] not in blank.request
    assert token[98:] != sign(blank)


def test_an_app_refuses_a_signature_that_is_none() -> None:
    blank = Blank(Issuer.read(SURVEY, PUBLISHED))
    with pytest.raises(NotSigned):
        blank.signed_by(bytes(256))


def test_an_app_refuses_a_challenge_that_is_its_own_alone() -> None:
    own = replace(TOWN, survey=uuid4())
    with pytest.raises(NotSigned):
        Issuer.read(
            SURVEY, {**PUBLISHED, "token_challenge": base64.urlsafe_b64encode(own.challenge).decode().rstrip("=")}
        )
