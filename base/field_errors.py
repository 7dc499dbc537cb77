"""What pydantic finds wrong, in plain sentences that have translations, and where."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from base.errors import FieldError

SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This field is missing.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This must be text.",
    "string_too_short": "This must have at least {min_length} characters.",
    "string_too_long": "This can have at most {max_length} characters.",
    "too_short": "This must have at least {min_length} items; it has {actual_length}.",
    "too_long": "This can have at most {max_length} items; it has {actual_length}.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This number is too large.",
    "int_from_float": "This must be a whole number.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "finite_number": "This must be a finite number.",
    "greater_than": "This must be greater than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "multiple_of": "This must be a multiple of {multiple_of}.",
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "literal_error": "This must be {expected}.",
    "enum": "This must be {expected}.",
    "union_tag_not_found": "The field {discriminator} must say which kind this is.",
    "union_tag_invalid": "The field {discriminator} must be one of {expected_tags}.",
    "uuid_type": "This must be an id (UUID).",
    "uuid_parsing": "This must be an id (UUID).",
    "date_type": "This must be a date, like 2026-12-15.",
    "date_parsing": "This must be a date, like 2026-12-15.",
    "date_from_datetime_parsing": "This must be a date, like 2026-12-15.",
    "date_from_datetime_inexact": "This must be a date, like 2026-12-15.",
    "datetime_type": "This must be a time with its zone (RFC 3339), like 2026-12-15T12:00:00Z.",
    "datetime_parsing": "This must be a time with its zone (RFC 3339), like 2026-12-15T12:00:00Z.",
    "datetime_from_date_parsing": "This must be a time with its zone (RFC 3339), like 2026-12-15T12:00:00Z.",
    "datetime_object_invalid": "This must be a time with its zone (RFC 3339), like 2026-12-15T12:00:00Z.",
    "timezone_aware": "This must be a time with its zone (RFC 3339), like 2026-12-15T12:00:00Z.",
    "string_pattern_mismatch": "This is not written as it must be ({pattern}).",
    "text_character": "Character {place} ({sign}) is not text: a control character or the like.",
    "text_line": "This is one line of text; character {place} ({sign}) does not belong in it.",
    "text_empty": "There is nothing to read in this.",
    "email": "This must be an e-mail address, like kari@example.no.",
    "json_type": "This must be JSON.",
}
"""By pydantic's type of error (and those of `base.text`): the sentence, with the values that pydantic names."""


def what_is_wrong(error: ErrorDetails) -> tuple[str, Mapping[str, object]]:
    """The sentence, and the values to fill it with: bounds of ours, never what was sent."""
    values = error.get("ctx", {})
    sentence = SENTENCES.get(error["type"], values.get("sentence"))
    if sentence is None:
        return error["msg"].removeprefix("Value error, "), {}
    return sentence, values


def field_errors(errors: ValidationError, sent: object) -> Iterator[FieldError]:
    """Each field at fault with a pointer into what was sent, and nothing of it."""
    for error in errors.errors(include_input=False, include_url=False):
        yield FieldError(pointer(_place(error, sent)), *what_is_wrong(error))


def _place(error: ErrorDetails, sent: object) -> tuple[int | str, ...]:
    """Where it is: pydantic's place without the names of the kinds and unions that it looked at on the way."""
    found: list[int | str] = []
    steps = error["loc"]
    at: Any = sent
    for place, step in enumerate(steps):
        if (isinstance(at, list) and isinstance(step, int) and step < len(at)) or (isinstance(at, dict) and step in at):
            at = cast("Any", at)[step]
        elif not (isinstance(at, dict) and error["type"] == "missing" and place == len(steps) - 1):
            continue
        found.append(step)
    return tuple(found)


def pointer(place: tuple[int | str, ...]) -> str:
    """An RFC 6901 JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
