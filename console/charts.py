"""Bars of a published table, measured out for the page that draws them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: `length` in percent of its width, which is everybody who answered; none where hidden."""

    label: str
    count: int | None
    share: float | None
    length: float
    hidden: bool


def bars(cells: Iterable[tuple[str, int | None, float | None]]) -> list[Bar]:
    """A bar for each (label, count, share), as long as its share. Where no share is shown, since how many answered is
    hidden, the longest reaches 100. A cell without a count is hidden.
    """
    rows = list(cells)
    longest = max((count for _, count, _ in rows if count is not None), default=0) or 1
    whole = any(share is not None for _, _, share in rows)
    return [
        Bar(
            label,
            count,
            share,
            length=round(100 * ((share or 0) if whole else (count or 0) / longest), 2),
            hidden=count is None,
        )
        for label, count, share in rows
    ]
