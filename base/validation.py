"""What validators of pydantic raise, so that it is said in the reader's language."""

from typing import LiteralString

from pydantic_core import PydanticCustomError


def wrong(sentence: LiteralString, /, **values: object) -> PydanticCustomError:
    """What a validator of pydantic raises: a ValueError whose sentence has translations, as those of a `FieldError`."""
    return PydanticCustomError("sentence", sentence, {**values, "sentence": sentence})
