"""Make a table of residents in which no combination of traits rests on few: k-anonymity by dividing, for counting.

Residents are divided by one trait after the other, as long as both parts keep at least k. Where fewer than k of a part
differ from the rest of it in a trait, they are made like the rest there, and what was taken from them is given back,
once k of it have come together, to residents drawn at random from the larger part that they came from. So totals stay
(to fewer than k), what large groups have in common stays, and no row is anybody's. Whatever is counted in the table
afterwards, however often and cleverly, says no more than the table does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

DEEPEST: Final = 96
"""So many divisions follow on each other at most."""
_CANDIDATES: Final = 24
"""So many traits, those nearest to halving a part, are tried as its next division."""
_SAMPLE: Final = 2_048
"""Rows of a large part that are looked at to choose its division."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Residents by row: `flags` they have or have not (n x F), `kinds` of which each has one (n x C, numbered from the
    commonest, 0, on).

    `parents` says of a flag which other one everybody has who has it (a district's is that of the district around it).
    """

    flags: Flags
    kinds: Whole
    parents: Mapping[int, int] = field(default_factory=dict)


def coarsened(strata: Whole, traits: Traits, k: int, dice: np.random.Generator) -> tuple[Whole, Traits]:
    """The rows that are kept, and everybody's traits as they may be counted.

    Nobody is moved from one of the `strata` (n, numbered) to another; a stratum of fewer than `k` is left out.
    """
    dividing = _Partitioning(traits, k, dice)
    kept = [rows for value in np.unique(strata) if len(rows := np.flatnonzero(strata == value)) >= k]
    for rows in kept:
        dividing.divide(rows, 0)
        dividing.made_alike(rows)
    everybody = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    return everybody, Traits(dividing.flags, dividing.kinds, traits.parents)


@dataclass(slots=True)
class _Carried:
    """What was taken (positive) or given (negative) below and is not yet made good: by flag, by value of each kind."""

    flags: Whole
    kinds: list[Whole]

    def with_(self, other: "_Carried") -> "_Carried":
        return _Carried(self.flags + other.flags, [a + b for a, b in zip(self.kinds, other.kinds, strict=True)])


def _none(dividing: "_Partitioning") -> _Carried:
    return _Carried(np.zeros(dividing.flags.shape[1], np.int64), [np.zeros(n, np.int64) for n in dividing.values])


class _Partitioning:
    def __init__(self, traits: Traits, k: int, dice: np.random.Generator) -> None:
        self.k, self.dice, self.parents = k, dice, traits.parents
        self.flags, self.kinds = traits.flags.copy(), traits.kinds.copy()
        kinds = traits.kinds
        self.values = [int(kinds[:, c].max(initial=-1)) + 1 for c in range(kinds.shape[1])]
        single = [kinds[:, c, None] == np.arange(n) for c, n in enumerate(self.values)]
        self.all = np.concatenate([traits.flags, *single], axis=1)

    def divide(self, rows: Whole, depth: int) -> _Carried:
        """Divide these rows as far as it goes; what is left to be made good further up."""
        by = self._best(rows) if depth < DEEPEST else None
        if by is None:
            alike = self.made_alike(rows)
            self._mixed(rows)
            return alike
        has = self.all[rows, by]
        below = self.divide(rows[has], depth + 1).with_(self.divide(rows[~has], depth + 1))
        return self.give_back(rows, below)

    def _best(self, rows: Whole) -> int | None:
        """The trait that tells most about all others, of those that leave at least k on both sides."""
        n, counts = len(rows), self.all[rows].sum(0)
        smaller = np.minimum(counts, n - counts)
        candidates = np.argsort(-smaller, kind="stable")[:_CANDIDATES]
        candidates = candidates[smaller[candidates] >= self.k]
        if len(candidates) < 2:
            return int(candidates[0]) if len(candidates) else None
        seen = self.all[rows[:: -(-n // _SAMPLE)]].astype(np.float32)
        has = seen[:, candidates]
        yes = has.sum(0)[:, None]
        both, rest = has.T @ seen, seen.sum(0)[None, :]
        left = _entropy(both, yes) + _entropy(rest - both, len(seen) - yes)
        return int(candidates[np.argmin(left.sum(1))])

    def made_alike(self, rows: Whole) -> _Carried:
        """Make these rows alike wherever fewer than k of them have a trait, or have it not; what that takes and gives.

        What fewer than k have is never given to the others; where no value of a kind has k, everybody gets the first.
        """
        carried, n = _none(self), len(rows)
        counts = self.flags[rows].sum(0)
        mostly = counts >= self.k
        few = np.minimum(counts, n - counts) < self.k
        carried.flags = np.where(few, np.where(mostly, counts - n, counts), 0)
        self.flags[np.ix_(rows, few)] = mostly[few]
        for c, number in enumerate(self.values):
            values = self.kinds[rows, c]
            counts = np.bincount(values, minlength=number)
            most = int(counts.argmax()) if counts.max() >= self.k else 0
            few = counts < self.k
            few[most] = False
            carried.kinds[c][few] += counts[few]
            carried.kinds[c][most] -= counts[few].sum()
            values[few[values]] = most
            self.kinds[rows, c] = values
        return carried

    def _mixed(self, rows: Whole) -> None:
        """Part the traits of these rows from each other: where it was not divided further, any may be anybody's."""
        for place in range(self.flags.shape[1]):
            self.flags[rows, place] = self.dice.permutation(self.flags[rows, place])
        for c in range(len(self.values)):
            self.kinds[rows, c] = self.dice.permutation(self.kinds[rows, c])

    def give_back(self, rows: Whole, carried: _Carried) -> _Carried:
        """Make good among these rows what at least k of them are missing; the rest is carried on."""
        for place in np.flatnonzero(np.abs(carried.flags) >= self.k):
            missing = int(carried.flags[place])
            chosen = self._drawn(rows, int(place), missing)
            self.flags[chosen, place] = missing > 0
            carried.flags[place] -= len(chosen) * np.sign(missing)
        for c, missing_of in enumerate(carried.kinds):
            for value in np.flatnonzero(missing_of >= self.k):
                self._give_value(rows, c, int(value), missing_of)
        return carried

    def _give_value(self, rows: Whole, c: int, value: int, missing: Whole) -> None:
        """Give a value of a kind to whom it was taken from, at random among those who have what came in its place."""
        for giver in np.argsort(missing, kind="stable"):
            number = min(int(missing[value]), -int(missing[giver]))
            if number <= 0:
                return
            chosen = self.dice.permutation(rows[self.kinds[rows, c] == giver])[:number]
            self.kinds[chosen, c] = value
            missing[value] -= len(chosen)
            missing[giver] += len(chosen)

    def _drawn(self, rows: Whole, flag: int, missing: int) -> Whole:
        """Whom a flag is given to, or taken from, at random; first those who have what everybody with it has."""
        there = self.dice.permutation(rows[self.flags[rows, flag] == (missing < 0)])
        if flag in self.parents and missing > 0:
            there = there[np.argsort(~self.flags[there, self.parents[flag]], kind="stable")]
        return there[: abs(missing)]


def _entropy(part: NDArray[np.float32], whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much is not known of a flag that `part` of the `whole` have, in nats times rows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part / whole
        said = part * np.log(share) + (whole - part) * np.log1p(-share)
    known: NDArray[np.float32] = np.nan_to_num(said, nan=0.0, posinf=0.0, neginf=0.0)
    return -known
