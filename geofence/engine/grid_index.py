"""Which bounding boxes hold a point: a pyramid of grids, asked in a microsecond without making a geometry."""

from collections.abc import Iterable, Sequence
from itertools import product
from math import floor, log
from typing import Final

FINEST_M: Final = 256.0
STEP: Final = 4
MOST_CELLS: Final = 64

Bounds = tuple[float, float, float, float]


class GridIndex:
    """Boxes (west, south, east, north, in metres) by number, each in the grid in which it spans at most 2 × 2 cells.

    So a box stands in at most four cells, and a point meets one cell of each of a handful of grids, however many boxes
    there are; a shape's own tree is asked only about what is found here.
    """

    def __init__(self, boxes: Sequence[Bounds]) -> None:
        self._boxes = [tuple(map(float, box)) for box in boxes]
        grids: dict[float, dict[tuple[int, int], list[int]]] = {}
        for number, (west, south, east, north) in enumerate(self._boxes):
            span = max(east - west, north - south, FINEST_M)
            level = max(0, -floor(-log(span / FINEST_M, STEP) + 1e-9))
            size = FINEST_M * STEP**level
            cells = grids.setdefault(size, {})
            for column in range(floor(west / size), floor(east / size) + 1):
                for row in range(floor(south / size), floor(north / size) + 1):
                    cells.setdefault((column, row), []).append(number)
        self._grids = [(1 / size, {c: tuple(n) for c, n in cells.items()}) for size, cells in sorted(grids.items())]

    def holding(self, x: float, y: float) -> list[int]:
        """The boxes that hold a point, by number."""
        found: list[int] = []
        boxes = self._boxes
        for per_m, cells in self._grids:
            for number in cells.get((floor(x * per_m), floor(y * per_m)), ()):
                west, south, east, north = boxes[number]
                if west <= x <= east and south <= y <= north:
                    found.append(number)
        return found

    def touching(self, west: float, south: float, east: float, north: float) -> list[int] | None:
        """The boxes that touch this one, by number, each once; None where it is too large to be looked through."""
        found: list[int] = []
        boxes = self._boxes
        for per_m, cells in self._grids:
            left, right, low, high = (
                floor(west * per_m),
                floor(east * per_m),
                floor(south * per_m),
                floor(north * per_m),
            )
            if left == right and low == high:  # Mostly the way is short.
                numbers: Iterable[int] = cells.get((left, low), ())
            elif (right - left + 1) * (high - low + 1) > MOST_CELLS:
                return None
            else:
                columns, rows = range(left, right + 1), range(low, high + 1)
                numbers = sorted({number for at in product(columns, rows) for number in cells.get(at, ())})
            for number in numbers:
                w, s, e, n = boxes[number]
                if w <= east and e >= west and s <= north and n >= south:
                    found.append(number)
        return found
