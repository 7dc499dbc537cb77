"""What numbers of every type have alike."""

from collections.abc import Iterable

from base.translation import Figure
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen


def check_within(value: float, low: float | None, high: float | None) -> None:
    """Raises Unfitting where a number lies outside."""
    if low is not None and value < low:
        raise Unfitting("below", min=Figure(f"{low:g}"))
    if high is not None and value > high:
        raise Unfitting("above", max=Figure(f"{high:g}"))


def numbers_near(named: Iterable[object], low: float | None, high: float | None, *, whole: bool) -> list[Chosen]:
    """Numbers that stand for all: those that conditions name, the limits, and the neighbours of each."""
    near: set[int | float] = {0}
    values = [value for value in named if isinstance(value, int | float)]
    for value in [*values, *(bound for bound in (low, high) if bound is not None)]:
        near |= {value - 1, value, value + 1} if whole else {value - 1, value - 1e-6, value, value + 1e-6, value + 1}
    return [
        frozenset({value})
        for value in sorted(near)
        if (low is None or value >= low) and (high is None or value <= high) and (not whole or value == int(value))
    ]
