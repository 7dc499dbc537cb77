"""A Merkle tree over the ledger (RFC 9162 §2.1, SHA-256): one root tells whether anything of the past was rewritten."""

import hashlib
from collections.abc import Sequence


def leaf(content: bytes) -> bytes:
    """The hash of one line: SHA-256 of a zero byte and its content. The ledger's lines carry a salt of their own."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order; SHA-256 of nothing where there are none."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    # A level's last one without a neighbour moves up as it is: the same tree as RFC 9162's, built from below.
    while len(level) > 1:
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """What proves that the leaf at a place (from 0) is under the root: its neighbours, from below."""
    level, found = list(leaves), []
    while len(level) > 1:
        if place ^ 1 < len(level):
            found.append(level[place ^ 1])
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level, place = paired + level[len(paired) * 2 :], place // 2
    return found


def proves(content_leaf: bytes, place: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether a proof leads from a leaf at a place (from 0) among so many to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= place < size:
        return False
    found, last, left = content_leaf, size - 1, list(proof)
    while last > 0:
        if place % 2 or place < last:
            if not left:
                return False
            neighbour = left.pop(0)
            found = node(neighbour, found) if place % 2 else node(found, neighbour)
        place, last = place // 2, last // 2
    return not left and found == expected
