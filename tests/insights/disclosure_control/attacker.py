"""Somebody who wants to know, with all the algebra there is; written without a look at how the tables are protected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

Equation = tuple[Mapping[int, int], int]


class Attacker:
    """Knows equations over the sizes of groups, and that these are whole and not negative."""

    def __init__(self, size: int, equations: Iterable[Equation]) -> None:
        self.size = size
        self.equations = list(equations)
        self.rows: list[list[Fraction]] = []
        for form, value in self.equations:
            row = [Fraction(form.get(atom, 0)) for atom in range(size)] + [Fraction(value)]
            self._add(row)

    def _add(self, row: list[Fraction]) -> None:
        row = self._reduce(row)
        pivot = next((i for i in range(self.size) if row[i]), None)
        if pivot is None:
            assert row[-1] == 0, "what was published contradicts itself"
            return
        row = [value / row[pivot] for value in row]
        self.rows = [
            [a - other[pivot] * b for a, b in zip(other, row, strict=True)] if other[pivot] else other
            for other in self.rows
        ]
        self.rows.append(row)

    def _reduce(self, row: list[Fraction]) -> list[Fraction]:
        for known in self.rows:
            pivot = next(i for i in range(self.size) if known[i])
            if row[pivot]:
                factor = row[pivot]
                row = [a - factor * b for a, b in zip(row, known, strict=True)]
        return row

    def works_out(self, group: Iterable[int]) -> int | None:
        """The size of a group, by adding and subtracting; None where that cannot tell."""
        chosen = set(group)
        row = self._reduce([Fraction(atom in chosen) for atom in range(self.size)] + [Fraction(0)])
        return None if any(row[:-1]) else int(-row[-1])

    def bounds(self, rounds: int = 30) -> list[tuple[int, int | None]]:
        """The least and greatest whole size of each atom, by tightening one equation with the other."""
        low: list[int] = [0] * self.size
        high: list[int | None] = [None] * self.size
        forms: list[tuple[dict[int, Fraction], Fraction]] = [
            ({atom: Fraction(weight) for atom, weight in form.items()}, Fraction(value))
            for form, value in self.equations
        ]
        forms += [({i: row[i] for i in range(self.size) if row[i]}, row[-1]) for row in self.rows]
        for _ in range(rounds):
            before = (list(low), list(high))
            for form, value in forms:
                for atom, weight in form.items():
                    self._tighten(form, value, atom, weight, low, high)
            if before == (low, high):
                break
        return list(zip(low, high, strict=True))

    @staticmethod
    def _tighten(
        form: Mapping[int, Fraction],
        value: Fraction,
        atom: int,
        weight: Fraction,
        low: list[int],
        high: list[int | None],
    ) -> None:
        least: Fraction | None = value
        most: Fraction | None = value
        for other, factor in form.items():
            if other == atom:
                continue
            top = high[other]
            ends = (factor * low[other], None if top is None else factor * top)
            small, big = ends if factor > 0 else ends[::-1]
            least = None if least is None or big is None else least - big
            most = None if most is None or small is None else most - small
        if weight < 0:
            least, most = most, least
        if most is not None:
            ceiling = (most / weight).__floor__()
            top = high[atom]
            high[atom] = ceiling if top is None else min(top, ceiling)
        if least is not None:
            low[atom] = max(low[atom], (least / weight).__ceil__())

    def tables(self, most: int) -> Iterator[Sequence[int]]:
        """Every table of whole sizes up to `most` that agrees with everything known. For very small ones."""
        for sizes in product(range(most + 1), repeat=self.size):
            if all(value == sum(w * sizes[atom] for atom, w in form.items()) for form, value in self.equations):
                yield sizes
