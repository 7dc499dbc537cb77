"""What a ballot is and is not."""

import base64
import copy
import dataclasses
import hashlib
import json
import pickle
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Invalid, Unauthorized
from surveys import ballots, blind_rsa
from tests.surveys.voter import Voter

SURVEY = UUID("00000000-0000-4000-8000-0000000000a1")
PRIVATE = blind_rsa.new_private_key()
ISSUER = ballots.Issuer(SURVEY, blind_rsa.token_key(PRIVATE))
SIGNER = blind_rsa.load_signer(PRIVATE)
VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc9578_type2.json").read_text())["vectors"]


def a_token() -> bytes:
    voter = Voter(ISSUER.token_key, ISSUER.challenge)
    return voter.finish(ballots.sign(SIGNER, ballots.blinded_message(ISSUER, voter.request)))


def test_a_ballot_asked_for_and_signed_unseen_verifies() -> None:
    ballot = ballots.verify(ISSUER, a_token())
    assert ballot.survey == SURVEY
    assert len(ballot.mark) == 32
    assert repr(ballot) == "<a ballot>"


def test_an_identical_request_gets_the_identical_answer() -> None:
    voter = Voter(ISSUER.token_key, ISSUER.challenge)
    blinded = ballots.blinded_message(ISSUER, voter.request)
    assert ballots.sign(SIGNER, blinded) == ballots.sign(SIGNER, blinded)


def test_a_ballot_of_one_survey_is_none_of_another_with_the_same_key() -> None:
    other = ballots.Issuer(UUID(int=7), ISSUER.token_key)
    with pytest.raises(ballots.BadBallot):
        ballots.verify(other, a_token())


def test_a_ballot_with_any_bit_changed_is_refused() -> None:
    token = a_token()
    for place in (0, 1, 2, 33, 34, 65, 66, 97, 98, 353):
        broken = bytearray(token)
        broken[place] ^= 1
        with pytest.raises(ballots.BadBallot):
            ballots.verify(ISSUER, bytes(broken))
    for wrong in (token[:-1], token + b"\x00", b""):
        with pytest.raises(ballots.BadBallot):
            ballots.verify(ISSUER, wrong)


def test_a_ballot_cannot_be_made_copied_or_kept() -> None:
    ballot = ballots.verify(ISSUER, a_token())
    with pytest.raises(TypeError):
        ballots.Ballot(SURVEY, b"\x00" * 32, seal=object())
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(ballot, survey=UUID(int=1))  # type: ignore[call-arg]  # that it cannot be left out is the point
    for keep in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            keep(ballot)


def test_the_challenge_is_the_documented_function_of_survey_and_key() -> None:
    context = hashlib.sha256(b"medvirk ballot 1\x00" + SURVEY.bytes + ISSUER.token_key).digest()
    assert ISSUER.challenge == b"\x00\x02\x00\x0fballots.medvirk\x20" + context + b"\x00\x00"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["nonce"][:8])
def test_our_reading_of_tokens_is_rfc_9578s(vector: dict[str, str]) -> None:
    token, key = bytes.fromhex(vector["token"]), bytes.fromhex(vector["token_key"])
    assert token[34:66] == hashlib.sha256(bytes.fromhex(vector["token_challenge"])).digest()
    issuer = ballots.Issuer(SURVEY, key)
    assert token[66:98] == issuer.key_id
    assert ballots.blinded_message(issuer, bytes.fromhex(vector["token_request"])) is not None


def test_a_request_for_another_key_type_or_length_is_refused_with_the_reason() -> None:
    good = Voter(ISSUER.token_key, ISSUER.challenge).request
    for bad in (good[:-1], good + b"\x00", b"", b"\x00\x01" + good[2:], good[:2] + bytes([good[2] ^ 1]) + good[3:]):
        with pytest.raises(Invalid):
            ballots.blinded_message(ISSUER, bad)
    with pytest.raises(Invalid):
        ballots.sign(SIGNER, b"\xff" * 256)


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("form", ['PrivateToken token="{}"', "privatetoken token={}", 'PrivateToken x="y", Token="{}"'])
def test_a_token_is_read_from_the_header_as_clients_write_it(form: str, padded: bool) -> None:
    token = bytes(range(256)) + bytes(98)
    text = base64.urlsafe_b64encode(token).decode()
    assert ballots.token_of(form.format(text if padded else text.rstrip("="))) == token


@pytest.mark.parametrize("header", [None, "", "Bearer abc", "Basic eA==", "PrivateTokentoken=x"])
def test_without_a_ballot_the_door_says_what_it_wants(header: str | None) -> None:
    with pytest.raises(ballots.NoBallot):
        ballots.token_of(header)


@given(st.text(max_size=400))
def test_no_header_makes_the_door_stumble(text: str) -> None:
    for header in (text, "PrivateToken " + text, f'PrivateToken token="{text}"'):
        try:
            ballots.verify(ISSUER, ballots.token_of(header))
        except Unauthorized:
            continue
        raise AssertionError("a ballot out of nothing")
