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


def growth(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """What proves that a tree only grew: its first `before` leaves are still the ones they were (RFC 9162 §2.1.4.1)."""
    return _growth(leaves, before, True) if 0 < before < len(leaves) else []


def _growth(leaves: Sequence[bytes], before: int, whole: bool) -> list[bytes]:
    if before == len(leaves):
        return [] if whole else [root(leaves)]
    left = 1 << (len(leaves) - 1).bit_length() - 1  # The largest power of two below the number of leaves.
    if before <= left:
        return [*_growth(leaves[:left], before, whole), root(leaves[left:])]
    return [*_growth(leaves[left:], before - left, False), root(leaves[:left])]


def grew(before: int, old: bytes, size: int, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `size` leaves with root `new` holds all of the older one, in its order.

    RFC 9162 §2.1.4.2. Everything grows out of nothing.
    """
    if before in (0, size):
        return not proof and (before == 0 or old == new)
    if not 0 < before < size or not proof:
        return False
    left = [old, *proof] if before & (before - 1) == 0 else list(proof)
    place, last = before - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    was = found = left.pop(0)
    for step in left:
        if last == 0:
            return False
        if place % 2 or place == last:
            was, found = node(step, was), node(step, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node(found, step)
        place, last = place // 2, last // 2
    return last == 0 and was == old and found == new
