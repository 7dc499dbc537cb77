"""The blind signature against the numbers that the RFCs print."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from surveys import blind_rsa

VECTORS = Path(__file__).parent / "vectors"
RFC9474 = json.loads((VECTORS / "rfc9474.json").read_text())["vectors"]
RFC9578 = json.loads((VECTORS / "rfc9578_type2.json").read_text())["vectors"]


@pytest.mark.parametrize("vector", RFC9474, ids=lambda v: v["name"])
def test_the_signer_signs_as_rfc_9474_prints_it(vector: dict[str, str]) -> None:
    p, q, e, d = (int(vector[name], 16) for name in ("p", "q", "e", "d"))
    key = blind_rsa.signer(p, q, e, d)
    assert int(key.n) == int(vector["n"], 16)
    assert blind_rsa.blind_sign(key, bytes.fromhex(vector["blinded_msg"])).hex() == vector["blind_sig"]


@pytest.mark.parametrize("vector", RFC9474, ids=lambda v: v["name"])
def test_a_finished_signature_of_rfc_9474_verifies_where_its_salt_is_ours(vector: dict[str, str]) -> None:
    public = RSAPublicNumbers(int(vector["e"], 16), int(vector["n"], 16)).public_key()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    message, signature = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["sig"])
    assert blind_rsa.verifies(spki, message, signature) is (int(vector["salt_length"]) == blind_rsa.SALT_BYTES)
    assert not blind_rsa.verifies(spki, message + b"!", signature)


@pytest.mark.parametrize("vector", RFC9578, ids=lambda v: v["nonce"][:8])
def test_the_key_is_published_as_rfc_9578_prints_it(vector: dict[str, str]) -> None:
    private = serialization.load_pem_private_key(bytes.fromhex(vector["private_key_pem"]), None)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert blind_rsa.token_key(der).hex() == vector["token_key"]
    blinded = bytes.fromhex(vector["token_request"])[3:]
    assert blind_rsa.blind_sign(blind_rsa.load_signer(der), blinded).hex() == vector["token_response"]
    token = bytes.fromhex(vector["token"])
    assert blind_rsa.verifies(bytes.fromhex(vector["token_key"]), token[:98], token[98:])


def test_a_fresh_key_signs_and_refuses_what_is_no_number_below_its_modulus() -> None:
    key = blind_rsa.load_signer(blind_rsa.new_private_key())
    assert key.size == blind_rsa.SIGNATURE_BYTES
    modulus = int(key.n).to_bytes(256, "big")
    for bad in (modulus, b"\xff" * 256, b"\x01" * 255, b""):
        with pytest.raises(blind_rsa.BlindedMessageOutOfRange):
            blind_rsa.blind_sign(key, bad)
    for small in (0, 1, int(key.n) - 1):
        signed = blind_rsa.blind_sign(key, small.to_bytes(256, "big"))
        assert pow(int.from_bytes(signed, "big"), int(key.e), int(key.n)) == small


def test_a_signer_shows_nothing_of_its_key() -> None:
    assert repr(blind_rsa.signer(3, 11, 3, 7)) == "Signer()"


async def test_signing_lets_others_be_served() -> None:
    key = blind_rsa.load_signer(blind_rsa.new_private_key())
    pauses: list[float] = []

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            pauses.append(time.perf_counter() - began - 0.001)

    heart = asyncio.create_task(beat())
    await asyncio.gather(*(blind_rsa.off_loop(key, n.to_bytes(256, "big")) for n in range(2, 202)))
    heart.cancel()
    # The machine's own load shows here too: the middle one is what holding the interpreter would spoil.
    assert sorted(pauses)[len(pauses) // 2] < 0.05
