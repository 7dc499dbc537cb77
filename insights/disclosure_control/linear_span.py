"""What follows from published sums by adding and subtracting them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

PRIME = 2**31 - 1
"""Arithmetic is exact modulo this prime: no rounding, no growing fractions. A sum that follows over the rationals also
follows here unless a denominator is a multiple of the prime, and the sums of tables have small ones. Products of two
remainders fit in 63 bits."""

Numbers: TypeAlias = NDArray[np.int64]


class LinearSpan:
    """All sums that follow from the admitted ones, kept as a reduced echelon form.

    In that form a single atom follows if and only if it stands alone in a row, so one look tells whether admitting
    one more sum would give a watched atom away. A row of ones is a group of people whose size follows: it must not be
    a small one either.
    """

    def __init__(self, atoms: Sequence[int], watched: frozenset[int], values: Sequence[int], k: int) -> None:
        """atoms: the columns. watched: atoms that must never follow. values: the size of every atom of the system."""
        self._values: Numbers = np.array([values[atom] for atom in atoms], dtype=np.int64)
        self._k = k
        self._column = {atom: number for number, atom in enumerate(atoms)}
        self._watched = np.array([atom in watched for atom in atoms], dtype=bool)
        self._rows: Numbers = np.zeros((16, len(atoms)), dtype=np.int64)
        self._pivots: list[int] = []

    def _reduced(self, form: Mapping[int, int]) -> Numbers:
        row: Numbers = np.zeros(len(self._column), dtype=np.int64)
        for atom, coefficient in form.items():
            row[self._column[atom]] = coefficient % PRIME
        if self._pivots:
            weights = row[self._pivots]
            for number in np.flatnonzero(weights):
                row = (row - weights[number] * self._rows[number]) % PRIME
        return row

    def follows(self, form: Mapping[int, int]) -> bool:
        """Whether the value of this sum is known already."""
        return not self._reduced(form).any()

    def admit(self, form: Mapping[int, int], *, anyway: bool = False) -> bool:
        """Add a sum unless it gives a watched atom away; False if it does and was left out.

        anyway: the reader knows it whatever we do; it is added, and False says what it costs.
        """
        row = self._reduced(form)
        nonzero = np.flatnonzero(row)
        if not nonzero.size:
            return True
        pivot = int(nonzero[0])
        row = row * pow(int(row[pivot]), -1, PRIME) % PRIME
        rank = len(self._pivots)
        touched = np.flatnonzero(self._rows[:rank, pivot])
        changed = (self._rows[touched] - self._rows[touched, pivot][:, None] * row) % PRIME
        safe = not self._gives_away(np.vstack([changed, row[None, :]]))
        if not (safe or anyway):
            return False
        self._rows[touched] = changed
        if rank == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        self._rows[rank] = row
        self._pivots.append(pivot)
        return safe

    def _gives_away(self, rows: Numbers) -> bool:
        groups = rows[(rows <= 1).all(axis=1)] != 0
        watched = groups & self._watched
        lone = (groups.sum(axis=1) == 1) & watched.any(axis=1)
        small = (groups @ self._values < self._k) & watched.any(axis=1)
        return bool(lone.any() or small.any())
