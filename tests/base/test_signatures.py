"""What was signed can be checked by anybody, also after the key was changed; what was altered cannot."""

import json

import jwt
import pytest

from base.jws import NotSigned, jwks, rotate, sign, verify
from base.keys import MemoryKeyStore


def test_what_is_signed_is_checked_by_an_independent_library() -> None:
    keys = MemoryKeyStore()
    compact = sign(keys, json.dumps({"zones": []}).encode(), "zones+jws")
    [key] = jwt.PyJWKSet.from_dict(jwks(keys)).keys
    assert jwt.decode(compact, key, algorithms=["EdDSA"]) == {"zones": []}
    assert jwt.get_unverified_header(compact)["kid"] == key.key_id


def test_an_old_key_still_checks_and_a_new_one_signs() -> None:
    keys = MemoryKeyStore()
    old = sign(keys, b"old", "receipt")
    rotate(keys)
    new = sign(keys, b"new", "receipt")
    assert verify(old, jwks(keys), "receipt") == b"old"
    assert verify(new, jwks(keys), "receipt") == b"new"
    assert len(jwks(keys)["keys"]) == 2


def test_what_was_altered_or_signed_elsewhere_or_as_something_else_is_refused() -> None:
    keys = MemoryKeyStore()
    compact = sign(keys, b"this", "receipt")
    head, _, signature = compact.split(".")
    for odd in (f"{head}.dGhhdA.{signature}", "", "a.b", "a.b.c", compact[:-4], f"e30.{compact}"):
        with pytest.raises(NotSigned):
            verify(odd, jwks(keys), "receipt")
    with pytest.raises(NotSigned):
        verify(compact, jwks(MemoryKeyStore()), "receipt")
    with pytest.raises(NotSigned):
        verify(compact, jwks(keys), "zones+jws")
