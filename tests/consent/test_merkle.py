"""The tree over the ledger: RFC 9162's, and nothing can be slipped in or out of it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from consent import merkle

LINES = st.lists(st.binary(max_size=20), min_size=1, max_size=70)


def by_the_letter(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, as it is written: split at the largest power of two smaller than n."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_letter(leaves[:k]) + by_the_letter(leaves[k:])).digest()


@given(LINES)
def test_the_root_is_that_of_the_standard(lines: list[bytes]) -> None:
    leaves = [merkle.leaf(line) for line in lines]
    assert merkle.root(leaves) == by_the_letter(leaves)


def test_the_standards_own_numbers() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root([]).hex() == empty
    assert merkle.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    lines = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf(bytes.fromhex(line)) for line in lines]
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(LINES, st.data())
def test_every_line_is_proved_and_no_other(lines: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf(line) for line in lines]
    root, place = merkle.root(leaves), data.draw(st.integers(0, len(lines) - 1))
    proof = merkle.path(leaves, place)
    assert merkle.proves(leaves[place], place, len(leaves), proof, root)
    assert not merkle.proves(merkle.leaf(b"slipped in" + lines[place]), place, len(leaves), proof, root)
    assert not merkle.proves(leaves[place], place, len(leaves), [*proof, root], root)
    assert not merkle.proves(leaves[place], len(leaves), len(leaves), proof, root)
    if proof:
        assert not merkle.proves(leaves[place], place, len(leaves), proof[:-1], root)


def test_growth_by_the_numbers_that_others_test_with() -> None:
    """The consistency proofs of Certificate Transparency's own test vectors, over the eight lines above."""
    lines = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf(bytes.fromhex(line)) for line in lines]
    assert [step.hex() for step in merkle.growth(leaves, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in merkle.growth(leaves[:5], 2)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


@given(LINES, st.data())
def test_a_log_that_grew_proves_it_and_one_that_was_rewritten_cannot(lines: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf(line) for line in lines]
    before, size = data.draw(st.integers(0, len(leaves))), len(leaves)
    old, new, proof = merkle.root(leaves[:before]), merkle.root(leaves), merkle.growth(leaves, before)
    assert merkle.grew(before, old, size, new, proof)
    assert not merkle.grew(before, old, size, new, [*proof, new])
    if before == 0:
        return
    assert proof or before == size
    place = data.draw(st.integers(0, before - 1))
    rewritten = [*leaves[:place], merkle.leaf(b"slipped in" + lines[place]), *leaves[place + 1 :]]
    assert not merkle.grew(before, old, size, merkle.root(rewritten), merkle.growth(rewritten, before))
    if proof:
        assert not merkle.grew(before, old, size, new, proof[:-1])
        assert not merkle.grew(before + 1, old, size, new, proof) or before + 1 == size
