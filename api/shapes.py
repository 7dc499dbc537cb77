"""Shapes that many endpoints take: objects without unknown fields, lines of text, whole numbers."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictBool, StringConstraints

from base.localized import Language


class Sent(BaseModel):
    """What a caller sends; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a whole number")
    return value


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of text, without control characters")
    return text


Whole = Annotated[int, BeforeValidator(_number)]
"""A whole number; 3.0 is one, true and "3" are not."""

Yes = StrictBool
"""true or false, and nothing else."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
"""One line of text, of 1 to 200 characters."""

Tag = Annotated[Language, StringConstraints(max_length=16)]
"""A language tag (BCP 47)."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
"""A key that people may read: small letters, digits, - and _."""
