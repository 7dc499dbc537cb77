"""Everybody is given the same key: an open log that only grows, checked with nothing but the standard and a hash."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from base.database import work
from surveys.box import keylog
from tests.surveys.polling import Polling, base64url

KEYS = "/v1/municipalities/3907/survey-keys"


def text(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def h(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_of(survey: str, key: bytes) -> bytes:
    """As docs/APP.md says, from the survey's id and the key alone."""
    context = h(b"medvirk ballot 1\0", UUID(survey).bytes, key)
    challenge = b"\0\2" + b"\0\x0fballots.medvirk" + b"\x20" + context + b"\0\0"
    return h(b"\0", b"medvirk survey key 1\0", UUID(survey).bytes, len(challenge).to_bytes(2, "big"), challenge, key)


def tree(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1 as it is written."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return h(b"\1", tree(leaves[:k]), tree(leaves[k:]))


def climb(leaf: bytes, place: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2 as it is written."""
    fn, sn, r = place, size - 1, leaf
    for p in path:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = h(b"\1", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = h(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


async def opened(polling: Polling, many: int) -> list[str]:
    return [await polling.launch() for _ in range(many)]


async def log_of(polling: Polling) -> dict[str, Any]:
    answer = await polling.client.get(KEYS)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def head_of(polling: Polling) -> dict[str, Any]:
    """The signed head, its signature checked by the published keys."""
    signed = (await log_of(polling))["signed"]
    head, body, signature = signed.split(".")
    header = json.loads(text(head))
    assert header["typ"] == "medvirk-survey-keys+jws"
    [key] = [
        k for k in (await polling.client.get("/.well-known/jwks.json")).json()["keys"] if k["kid"] == header["kid"]
    ]
    Ed25519PublicKey.from_public_bytes(text(key["x"])).verify(text(signature), f"{head}.{body}".encode())
    said: dict[str, Any] = json.loads(text(body))
    return said


async def test_an_app_sees_that_its_key_is_the_one_that_all_get(polling: Polling) -> None:
    surveys = await opened(polling, 5)
    head = await head_of(polling)
    assert (head["size"], head["municipality"]) == (5, str(polling.town.municipality))
    for survey in surveys:
        issuer = (await polling.client.get(f"/v1/surveys/{survey}/issuer")).json()
        mine = leaf_of(survey, base64url(issuer["token_key"]))
        proof = (await polling.client.get(f"{KEYS}/{survey}/proof?size={head['size']}")).json()
        assert (
            climb(mine, proof["place"], head["size"], [bytes.fromhex(p) for p in proof["path"]]).hex() == head["root"]
        )
        other = leaf_of(survey, base64url(issuer["token_key"])[:-1] + b"!")
        assert climb(other, proof["place"], 5, [bytes.fromhex(p) for p in proof["path"]]).hex() != head["root"]
    lines = (await log_of(polling))["items"]
    assert tree([leaf_of(line["survey"], base64url(line["token_key"])) for line in lines]).hex() == head["root"]


async def test_two_people_who_ask_get_the_same_bytes(polling: Polling) -> None:
    await opened(polling, 2)
    assert (await polling.client.get(KEYS)).content == (await polling.client.get(KEYS)).content


async def test_who_kept_a_head_sees_that_the_log_only_grew(polling: Polling) -> None:
    await opened(polling, 3)
    kept = await head_of(polling)
    await opened(polling, 4)
    now = await head_of(polling)
    proof = (await polling.client.get(f"{KEYS}/growth?before={kept['size']}")).json()
    assert (proof["before_root"], proof["root"], proof["size"]) == (kept["root"], now["root"], 7)
    # By the standard's definition for 3 of 7: the third leaf, its neighbour, the first two, the last three.
    leaves = [bytes.fromhex(line["leaf"]) for line in (await log_of(polling))["items"]]
    third, fourth, first_two, last_three = (bytes.fromhex(p) for p in proof["path"])
    assert (third, fourth, first_two, last_three) == (leaves[2], leaves[3], tree(leaves[:2]), tree(leaves[4:]))
    assert h(b"\1", first_two, third).hex() == kept["root"]
    assert h(b"\1", h(b"\1", first_two, h(b"\1", third, fourth)), last_three).hex() == now["root"]


async def test_the_log_keeps_a_key_when_its_survey_is_counted_and_a_draft_is_not_in_it(polling: Polling) -> None:
    [survey] = await opened(polling, 1)
    before = await head_of(polling)
    await polling.close()
    await polling.count()
    draft = await polling.write()
    assert await head_of(polling) == before
    assert (await polling.client.get(f"{KEYS}/{survey}/proof")).status_code == 200
    for nobody in (draft, uuid4()):
        assert (await polling.client.get(f"{KEYS}/{nobody}/proof")).status_code == 404


async def test_a_log_that_never_was_so_long_is_said_to_be_none(polling: Polling) -> None:
    [survey] = await opened(polling, 1)
    for asked in ("growth?before=2", "growth?before=-1", "growth", "growth?before=0&size=5", f"{survey}/proof?size=9"):
        assert (await polling.client.get(f"{KEYS}/{asked}")).status_code == 422, asked
    assert (await polling.client.get(f"{KEYS}/{survey}/proof?size=0")).status_code == 404


async def test_nobody_rewrites_the_log_not_even_its_owner(polling: Polling) -> None:
    [survey] = await opened(polling, 1)
    async with work(polling.town.system) as unit:
        log = await keylog.read_log(unit)
    assert [str(line.survey_id) for line in log.lines] == [survey]
    for statement in ("delete from survey_key", "update survey_key set token_key = '\\x00'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with work(polling.town.system) as unit:
                await unit.execute(statement)
        with pytest.raises(asyncpg.RaiseError):
            await polling.town.sql(statement)
