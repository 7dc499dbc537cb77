"""Shapes that many endpoints take: objects without unknown fields, lines of text, whole numbers."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from base.localized import Language
from base.text import OneLine


class Sent(BaseModel):
    """What a caller sends; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a whole number")
    return value


Whole = Annotated[int, BeforeValidator(_number)]
"""A whole number; 3.0 is one, true and "3" are not."""

Yes = StrictBool
"""true or false, and nothing else."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    OneLine,
]
"""One line of text, of 1 to 200 characters."""

Tag = Annotated[Language, StringConstraints(max_length=16)]
"""A language tag (BCP 47)."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
"""A key that people may read: small letters, digits, - and _."""

T = TypeVar("T")


class Page(Sent):
    """Which part of a list is wanted: those after the one that `next` named, at most so many."""

    cursor: UUID | None = None
    limit: int = Field(100, ge=1, le=200)

    def of(self, items: Sequence[T], name: Callable[[T], UUID]) -> tuple[list[T], UUID | None]:
        """The wanted part of a list that fits in memory, and the cursor of the next one; none after a stranger."""
        names = [name(item) for item in items]
        start = 0
        if self.cursor is not None:
            start = names.index(self.cursor) + 1 if self.cursor in names else len(names)
        part = list(items[start : start + self.limit])
        return part, name(part[-1]) if start + self.limit < len(items) else None
