"""How large the town is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything. Surveys that are neither open nor published are drafts."""

    surveys: int = 1_000
    open: int = 100
    published: int = 200
    districts: int = 60
    zones: int = 10_000
    messages: int = 500
    under_way: int = 20
    hearings: int = 200
    statements: int = 50
    residents: int = 5_020
    audit: int = 100_000
    others: int = 100
    """Of each smaller thing: items of information, templates, beacons, members, keys, topics."""


FULL = Size()


def small(items: int) -> Size:
    """A town with so many of everything that a list shows."""
    return Size(
        items * 3,
        open=items,
        published=items,
        districts=items,
        zones=items,
        messages=items * 2,
        under_way=items,
        hearings=items,
        statements=items,
        residents=20,
        audit=items * 3,
        others=items,
    )
