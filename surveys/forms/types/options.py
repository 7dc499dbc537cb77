"""Options to choose among, for the types that have some."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import StrictBool, StringConstraints

from base.localized import Localized
from base.validation import wrong
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.redaction import redacted
from surveys.forms.types.form_sheets import FormCells, FormSheets
from surveys.forms.types.free_text import OTHER_LENGTH, checked_text
from surveys.forms.types.question import FormPart, Line, Schema

OptionKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""How an option, row or column is called: as a question, or beginning with a digit."""

MOST_OPTIONS = 200
"""Among how many options people can choose."""

MOST_NAMED = 5
"""How many options that conditions name are searched in every combination."""


class TooManyStandIns(Exception):
    """Conditions name more options than are searched in every combination."""


class Named(FormPart):
    """A row or a column of a matrix."""

    key: OptionKey
    label: Localized


class Option(Named):
    """One thing to choose; `exclusive` stands alone, `other` asks for words."""

    exclusive: StrictBool = False
    other: StrictBool = False


class ImageOption(Named):
    """One picture to choose: its address on the municipality's own site, or a name in the app."""

    image: Line


_OTHER: Schema = {
    "type": "object",
    "properties": {"other": {"type": "string", "maxLength": OTHER_LENGTH, "pattern": "\\S"}},
    "required": ["other"],
    "additionalProperties": False,
}


def check_others(options: Iterable[Option]) -> None:
    """ValueError where two options ask for other words."""
    if sum(o.other for o in options) > 1:
        raise wrong("only one option can ask for other words")


def judged_choice(options: Iterable[Any], given: object, at: str = "") -> str | dict[str, str]:
    """One option's key, or other words. Raises Unfitting."""
    if isinstance(given, str):
        if not any(o.key == given for o in options):
            raise Unfitting("option", at)
        return given
    if not isinstance(given, dict) or set(given) != {"other"} or not any(getattr(o, "other", False) for o in options):
        raise Unfitting("option", at)
    text = checked_text(given["other"], OTHER_LENGTH, f"{at}/other")
    if not text:
        raise Unfitting("text", f"{at}/other")
    return {"other": redacted(text)}


def checked_list(given: object, longest: int) -> list[object]:
    """A list of at most so many. Raises Unfitting."""
    if not isinstance(given, list):
        raise Unfitting("options")
    if len(given) > longest:
        raise Unfitting("too_many", max=longest)
    return given


def choice_schema(options: Iterable[Any]) -> Schema:
    """One choice as JSON Schema."""
    options = list(options)
    named: Schema = {"enum": [option.key for option in options]}
    return {"anyOf": [named, _OTHER]} if any(getattr(option, "other", False) for option in options) else named


def options_chosen(options: Iterable[Any], kept: object) -> Chosen:
    """The options of a kept answer; other words are the option that asked for them."""
    parts: list[Any] = kept if isinstance(kept, list) else [kept]
    other = next((o.key for o in options if getattr(o, "other", False)), "")
    return frozenset(other if isinstance(part, dict) else part for part in parts)


def has_option(options: Iterable[Named], value: object) -> bool:
    """Whether one of the options is called so."""
    return any(option.key == value for option in options)


def options_named(keys: Sequence[str], named: Iterable[object]) -> list[str]:
    """Those of the options that conditions name. Raises TooManyStandIns."""
    values = {str(value) for value in named}
    found = [key for key in keys if key in values]
    if len(found) > MOST_NAMED:
        raise TooManyStandIns()
    return found


def in_random_order(row: FormCells) -> dict[str, Any]:
    """Whether a row of an XLSForm puts its options in another order each time."""
    return {"random_order": row.parameters("randomize").get("randomize") == "true"}


def write_options(key: str, options: Sequence[Option], sheets: FormSheets) -> None:
    """Write the options of a question into an XLSForm, which has no words for some of what they say."""
    sheets.options(key, options)
    for option in options:
        if option.other:
            sheets.note(key, "That {option} asks for other words is left out.", option=option.key)
        if option.exclusive:
            sheets.note(key, "That {option} stands alone is left out.", option=option.key)
