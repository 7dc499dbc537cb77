"""Numbers, steps and days gathered into bands that are fixed before anybody has answered."""

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from surveys.forms.types.counting import Counted, CountedByMonth, CountedInBands, CountedSteps

LADDER = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000)
"""Where a number without bounds is cut: each band about twice as wide as the one below."""
AT_MOST = 12
LONGEST_BY_MONTH = 36


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` up to but not including `high`; None where it has no end. An exact band holds one whole number."""

    key: str
    low: float | None
    high: float | None
    exact: bool = False

    @property
    def middle(self) -> float | None:
        """What stands for the band in a mean or a median; None where it has no end."""
        if self.exact:
            return self.low
        return None if self.low is None or self.high is None else (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of a question, lowest first; `numeric` where a mean makes sense."""

    bands: tuple[Band, ...]
    place: Callable[[Any], str]
    numeric: bool

    @property
    def closed(self) -> bool:
        """Whether no band is without an end: then no answer can stand far out from the others."""
        return all(band.middle is not None for band in self.bands)


def bands_of(counted: Counted) -> Bands | None:
    """The bands of steps, numbers and days; None for other answers and for days without bounds."""
    match counted:
        case CountedSteps(steps):
            return _numbers(_steps(steps))
        case CountedInBands():
            return _numbers(_number_bands(counted))
        case CountedByMonth(low, high) if low is not None and high is not None:
            return _dates(low, high)
        case _:
            return None


def _steps(steps: range) -> list[Band]:
    if len(steps) <= AT_MOST:
        return [Band(str(n), n, n + steps.step, exact=True) for n in steps]
    bands = _even(steps[0], steps[-1] + steps.step)
    return [band for band in bands if band.low is not None and band.low <= steps[-1]]


def _number_bands(numbers: CountedInBands) -> list[Band]:
    low, high = numbers.low, numbers.high
    if low is not None and high is not None:
        if numbers.whole and high - low < AT_MOST:
            return _steps(range(math.ceil(low), math.floor(high) + 1))
        return _even(low, high + 1 if numbers.whole else high)
    cuts = [cut for cut in LADDER if (low is None or cut > low) and (high is None or cut < high)]
    ends: list[float | None] = [low, *cuts, high]
    return [_band(a, b) for a, b in pairwise(ends)]


def _even(low: float, high: float) -> list[Band]:
    """Bands of one round width (1, 2 or 5 times a power of ten), at most twelve; the last may be shorter."""
    raw = max((high - low) / AT_MOST, 1e-9)
    power = 10.0 ** math.floor(math.log10(raw))
    width = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))
    first = math.floor(low / width) + 1
    cuts = [n * width for n in range(first, math.ceil(high / width)) if low < n * width < high]
    ends = [low, *cuts, high]
    return [_band(a, b) for a, b in pairwise(ends)] or [_band(low, high)]


def _band(low: float | None, high: float | None) -> Band:
    if low is None:
        return Band(f"<{high:g}", None, high)
    return Band(f"{low:g}+", low, None) if high is None else Band(f"{low:g}–{high:g}", low, high)


def _numbers(bands: list[Band]) -> Bands:
    starts = [band.low for band in bands[1:] if band.low is not None]
    return Bands(tuple(bands), lambda value: bands[bisect_right(starts, value)].key, numeric=True)


def _dates(low: date, high: date) -> Bands:
    months = (high.year - low.year) * 12 + high.month - low.month + 1
    if months <= LONGEST_BY_MONTH:
        keys = [f"{(low.month - 1 + n) // 12 + low.year:04}-{(low.month - 1 + n) % 12 + 1:02}" for n in range(months)]
        return Bands(tuple(Band(key, None, None) for key in keys), lambda day: str(day)[:7], numeric=False)
    years = [str(year) for year in range(low.year, high.year + 1)]
    return Bands(tuple(Band(key, None, None) for key in years), lambda day: str(day)[:4], numeric=False)
