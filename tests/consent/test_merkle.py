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
