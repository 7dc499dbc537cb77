"""How far a hidden number could be from the truth, as far as a reader of the published sums can tell.

A reader who knows A·x = b and that no group has a negative size can bound each hidden x by linear programming, and a
clever one by trying whole numbers only. We do not compute his bounds; we find *witnesses*: other whole, non-negative
tables that agree with everything published. What a witness shows, no reader can exclude, however he computes. If for
every hidden atom a witness makes it at least k, then by the duality of linear programming no sum that follows from the
published ones, and no set of groups in particular, contains that atom and is smaller than k.

The walk is a simplex method that starts from the true table instead of a corner, so that a nonbasic atom may stand at
any value ("superbasic", Murtagh & Saunders 1978), and takes whole steps only.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]

CLOSE = 1e-7
STEPS = 60
"""A walk that has not arrived after this many steps counts as one that cannot: more is suppressed then, never less."""
MULTIPLES = (1, 2, 3, 4, 6, 12)


class WitnessTables:
    """The whole tables that agree with some sums, explored from the true one."""

    def __init__(self, atoms: Sequence[int], forms: Sequence[Mapping[int, int]], values: Sequence[int]) -> None:
        """atoms: the unknowns. forms: sums over them whose value is known. values: the true size of every atom."""
        self._column = {atom: number for number, atom in enumerate(atoms)}
        self._x: Reals = np.array([values[atom] for atom in atoms], dtype=np.float64)
        self.low: Reals = self._x.copy()
        self.high: Reals = self._x.copy()
        matrix: Reals = np.zeros((len(forms), len(atoms)))
        for number, form in enumerate(forms):
            for atom, coefficient in form.items():
                matrix[number, self._column[atom]] = coefficient
        self._matrix = matrix
        self.spent = 0
        """How many numbers were looked at in the last walk."""
        # Beside the table, how each of its rows came out of the sums.
        whole = np.hstack([matrix, np.eye(len(forms))])
        whole, self._basis = _echelon(whole, np.argsort(-self._x, kind="stable"))
        self._table, self._origin = whole[:, : len(atoms)], whole[:, len(atoms) :]

    def widen(self, atom: int, k: int) -> bool:
        """Whether witnesses show that the atom may be k or more, and that its range is at least k wide."""
        column = self._column[atom]
        self.spent = 0
        self._walk(column, +1.0, max(float(k), self.low[column] + k))
        if self.high[column] >= k and self.high[column] - self.low[column] < k:
            self._walk(column, -1.0, self.high[column] - k)
        return bool(self.high[column] >= k and self.high[column] - self.low[column] >= k)

    def holders(self, atom: int) -> dict[int, float]:
        """After a walk that did not arrive: the sums that hold the atom where it is, each with its weight.

        It is the row of the table that belongs to the atom, the certificate of linear programming's duality.
        """
        column = self._column[atom]
        if column not in self._basis:
            return {}
        weights = self._origin[self._basis.index(column)]
        return {int(number): float(weights[number]) for number in np.flatnonzero(np.abs(weights) > CLOSE)}

    def _walk(self, column: int, sign: float, goal: float) -> None:
        bland = False
        closed = np.zeros(len(self._x), dtype=bool)
        for _ in range(STEPS):
            if sign * (goal - (self.high if sign > 0 else self.low)[column]) <= CLOSE:
                return
            self.spent += self._table.size
            gain = sign * self._gradient(column)
            direction = np.sign(gain)
            open_ways = np.flatnonzero(~closed & (np.abs(gain) > CLOSE) & ((direction > 0) | (self._x > CLOSE)))
            if not open_ways.size:
                return
            room, blocking = self._room(open_ways, direction[open_ways])
            best = int(np.argmax(np.where(np.isinf(room), np.inf, np.abs(gain[open_ways]) * room)))
            if room[best] <= CLOSE and bland:
                best = 0
            bland = bool(room[best] <= CLOSE)
            entering = int(open_ways[best])
            blocked_by = int(blocking[best])
            before = self._x
            self._step(entering, float(direction[entering]), float(room[best]), column, goal)
            if blocked_by >= 0:
                self._pivot(blocked_by, entering)
                closed[:] = False
            elif before is self._x or np.array_equal(before, self._x):
                closed[entering] = True

    def _gradient(self, column: int) -> Reals:
        """How the atom moves when each nonbasic atom grows by one."""
        if column in self._basis:
            gradient: Reals = -self._table[self._basis.index(column)].copy()
            gradient[column] = 0.0
        else:
            gradient = np.zeros(len(self._x))
            gradient[column] = 1.0
        return gradient

    def _room(self, ways: NDArray[np.intp], direction: Reals) -> tuple[Reals, NDArray[np.intp]]:
        """How far each way is open, and which row ends it (−1: its own zero, or nothing)."""
        own = np.where(direction < 0, self._x[ways], np.inf)
        if not self._basis:
            return own, np.full(len(ways), -1, dtype=np.intp)
        fall = self._table[:, ways] * direction
        with np.errstate(divide="ignore", invalid="ignore"):
            limits = np.where(fall > CLOSE, self._x[self._basis][:, None] / fall, np.inf)
        rows = limits.argmin(axis=0)
        least = limits[rows, np.arange(len(ways))]
        return np.minimum(least, own), np.where(least <= own, np.where(np.isinf(least), -1, rows), -1)

    def _step(self, entering: int, direction: float, room: float, column: int, goal: float) -> None:
        """Go that way as far as whole numbers and the goal ask; what is reached is checked against every sum."""
        move: Reals = np.zeros(len(self._x))
        move[entering] = direction
        move[self._basis] = -self._table[:, entering] * direction
        unit = next((m for m in MULTIPLES if np.abs(move * m - np.round(move * m)).max() < CLOSE), 0)
        if not unit:
            return
        wanted = max(np.ceil((goal - self._x[column]) / move[column] / unit - CLOSE) * unit, 0.0)
        length = min(np.floor(room / unit + CLOSE) * unit, wanted) if np.isfinite(room) else wanted
        witness = np.round(self._x + length * move)
        moved = np.flatnonzero(witness - self._x)
        change = witness[moved] - self._x[moved]
        if not moved.size or witness[moved].min() < 0 or (self._matrix[:, moved] @ change).any():
            return
        self._x = witness
        np.minimum(self.low, witness, out=self.low)
        np.maximum(self.high, witness, out=self.high)

    def _pivot(self, row: int, entering: int) -> None:
        """Exchange a basic atom for the entering one; the point stays where it is."""
        factors = self._table[:, entering] / self._table[row, entering]
        factors[row] = 0.0
        rows = np.flatnonzero(factors)
        for part in (self._table, self._origin):
            columns = np.flatnonzero(part[row])
            block = np.ix_(rows, columns)
            changed = part[block] - np.outer(factors[rows], part[row, columns])
            changed[np.abs(changed) < 1e-11] = 0.0
            part[block] = changed
        own = self._table[row, entering]
        self._table[row] /= own
        self._origin[row] /= own
        self._basis[row] = entering


def _echelon(matrix: Reals, order: NDArray[np.intp]) -> tuple[Reals, list[int]]:
    """Reduced echelon form whose pivots lie in the columns of `order`, rather in those that come first."""
    table = matrix.copy()
    basis: list[int] = []
    row = 0
    for column in order:
        if row == len(table):
            break
        best = row + int(np.abs(table[row:, column]).argmax())
        if abs(table[best, column]) < CLOSE:
            continue
        table[[row, best]] = table[[best, row]]
        table[row] /= table[row, column]
        others = np.flatnonzero(np.abs(table[:, column]) > CLOSE)
        others = others[others != row]
        table[others] -= np.outer(table[others, column], table[row])
        basis.append(int(column))
        row += 1
    table = table[:row]
    table[np.abs(table) < 1e-11] = 0.0
    return table, basis
