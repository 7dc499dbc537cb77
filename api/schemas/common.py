"""Shapes that many endpoints take: objects without unknown fields, lines of text, whole numbers."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from base.errors import invalid
from base.localized import Language
from base.paging import After, NotACursor, Value, cursor, kind, sort_key
from base.text import OneLine
from base.validation import wrong


class RequestModel(BaseModel):
    """What a caller sends; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


def whole(value: Any) -> Any:
    """The value, which true, false and text are not allowed to be; ValueError."""
    if isinstance(value, bool | str):
        raise wrong("a whole number")
    return value


Whole = Annotated[int, Field(ge=-(2**31), lt=2**31), BeforeValidator(whole)]
"""A whole number that fits in 32 bits; 3.0 is one, true and "3" are not."""

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


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email or text
    except EmailNotValidError:
        # Its words are English, and may repeat what was written.
        raise PydanticCustomError("email", "an e-mail address, such as kari@example.no") from None


EmailGiven = Annotated[str, StringConstraints(max_length=254), AfterValidator(_address)]
"""An address as mail servers take it: domains of every script, in their ASCII form (RFC 5891); before the @ ASCII."""

T = TypeVar("T")


MOST_BYTES: Final = 80_000
"""About so much a page of a list holds where no limit was asked for, however long its items are."""


def _size(written: object) -> int:
    """How many bytes that is in JSON."""
    text = written if isinstance(written, str) else json.dumps(written, ensure_ascii=False, default=str)
    return len(text.encode())


class PageQuery(RequestModel):
    """Which part of a list is wanted: what comes after the cursor that `next` gave, at most so many."""

    cursor: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    limit: int = Field(100, ge=1, le=200)

    @property
    def one_more(self) -> int:
        """How many rows to read to know whether others follow."""
        return self.limit + 1

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """The sort key that the list goes on after, of values of these types; None at its beginning."""
        if self.cursor is None:
            return None
        try:
            return sort_key(self.cursor, kinds)
        except NotACursor:
            raise invalid("/cursor", "this is not what `next` gave") from None

    def after_time(self) -> After | None:
        """The same for a list by time."""
        key = self.after(datetime, UUID)
        return None if key is None else (key[0], key[1])

    def after_id(self) -> UUID | None:
        """The same for a list by id."""
        key = self.after(UUID)
        return None if key is None else key[0]

    def cut(
        self, found: Sequence[T], key: Callable[[T], tuple[Value, ...]], written: Callable[[T], object] | None = None
    ) -> tuple[list[T], str | None]:
        """Of `one_more` rows those that are wanted, and the cursor of what follows, from the last one's sort key.

        `written` is what of a row can be long: whoever asked for no limit gets no more of it than `MOST_BYTES`.
        """
        part = list(found[: self.limit])
        if written is not None and "limit" not in self.model_fields_set:
            sizes = accumulate(_size(written(row)) for row in part)
            part = part[: max(1, sum(size <= MOST_BYTES for size in sizes))]
        return part, cursor(*key(part[-1])) if len(found) > len(part) else None

    def of(
        self, items: Sequence[T], key: Callable[[T], tuple[Value, ...]], *, newest_first: bool = False
    ) -> tuple[list[T], str | None]:
        """The wanted part of a list that fits in memory, sorted by that key, and the cursor of what follows."""
        ordered = sorted(items, key=key, reverse=newest_first)
        if self.cursor is not None:
            kinds = [kind(value) for value in key(ordered[0])] if ordered else []
            last = self.after(*kinds) if ordered else None
            if last is not None:
                ordered = [item for item in ordered if (key(item) < last if newest_first else key(item) > last)]
        return self.cut(ordered, key)
