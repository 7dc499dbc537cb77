"""Bars of a published table, measured out for the page that draws them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: `length` in percent of the chart's width; a hidden cell has none."""

    label: str
    count: int | None
    share: float | None
    length: float
    hidden: bool


def bars(cells: Iterable[tuple[str, int | None, float | None]]) -> list[Bar]:
    """A bar for each (label, count, share); the longest reaches 100. A cell without a count is hidden."""
    rows = list(cells)
    longest = max((count for _, count, _ in rows if count is not None), default=0) or 1
    return [
        Bar(label, count, share, round(100 * (count or 0) / longest, 2), count is None) for label, count, share in rows
    ]
