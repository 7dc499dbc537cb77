"""Lists on pages: so many at a time, and where the older ones are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from base.errors import NotFound
from base.paging import After, NotACursor, cursor, sort_key

AT_A_TIME: Final = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged:
    """Whether a page is a later one, and the cursor of the one after it."""

    later: bool
    older: str | None


def after(text: str | None) -> After | None:
    """The sort key that `?cursor=` names; NotFound where it is none."""
    if text is None:
        return None
    try:
        at, row = sort_key(text, (datetime, UUID))
    except NotACursor:
        raise NotFound() from None
    return at, row


def cut(found: Sequence[T], text: str | None, key: Callable[[T], After]) -> tuple[Sequence[T], Paged]:
    """Of one more row than are shown those that are, and where the others are."""
    part = found[:AT_A_TIME]
    older = cursor(*key(part[-1])) if len(found) > AT_A_TIME else None
    return part, Paged(text is not None, older)
