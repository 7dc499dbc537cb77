"""What a measurement gives, and how it is printed."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A rate, and the bare rate that limits it: what that is, and the ratio that is aimed at."""

    what: str
    rate: float
    unit: str
    bare: float
    bare_is: str
    aim: str = ""
    also: str = ""


def printed(rows: Sequence[Row]) -> str:
    """A table for people."""
    lines = [f"{'what':46} {'rate':>12}  {'bare':>12}  {'ratio':>6}  {'aim':>8}  bare limit; also"]
    for row in rows:
        ratio = row.rate / row.bare if row.bare else float("nan")
        rate, bare = f"{row.rate:,.0f} {row.unit}", f"{row.bare:,.0f} {row.unit}"
        about = "; ".join(part for part in (row.bare_is, row.also) if part)
        lines.append(f"{row.what:46} {rate:>12}  {bare:>12}  {ratio:6.2f}  {row.aim:>8}  {about}")
    return "\n".join(lines)


def in_turn(first: Callable[[], float], second: Callable[[], float], rounds: int = 5) -> tuple[float, float]:
    """Two rates measured A B A B …, after one round to warm up; the medians."""
    first()
    second()
    pairs = [(first(), second()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
