"""The options of a question, and questions whose options depend on an earlier choice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.text import readable
from surveys.forms.types import ANSWERABLE_BY_NAME, ImageChoice
from surveys.xlsform.conditions import AskedRow, equals
from surveys.xlsform.expressions import CannotCarry
from surveys.xlsform.keys import safe_option, unique
from surveys.xlsform.languages import other_word
from surveys.xlsform.making import Made, Making
from surveys.xlsform.notes import LeftOut
from surveys.xlsform.sheets import Row

_FILTER: Final = re.compile(r"\s*([^\s=]+)\s*=\s*\$\{\s*([^}\s]+)\s*\}\s*")


@dataclass(frozen=True, slots=True)
class Options:
    """Options in their order, and their keys by their names in the form."""

    made: list[dict[str, Any]]
    keys: dict[str, str]


def options_of(making: Making, rows: Sequence[Row], pictures: bool = False) -> Options:
    """The rows of a list as options, their cells taken up."""
    made: list[dict[str, Any]] = []
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for row in rows:
        name = making.claims.take(row, "name")
        making.claims.take(row, "list name")
        key = unique(safe_option(name), taken)
        taken.add(key)
        keys.setdefault(name, key)
        if key != name:
            making.say("Its name became {key}.", row=row, column=_column(row), key=key)
        option: dict[str, Any] = {"key": key, "label": making.label(row)}
        if pictures:
            option["image"] = _picture(making, row)
        made.append(option)
    return Options(made, keys)


def _column(row: Row) -> str | None:
    return next((cell.column for cell in row.under("name")), None)


def _picture(making: Making, row: Row) -> str:
    """One picture for all languages; the others are left over and told."""
    cells = sorted(
        row.under("media", "image"),
        key=lambda cell: making.languages.tag(cell, ("media", "image")) != making.languages.default,
    )
    return " ".join(readable(making.claims.cell(row, cells[0])).split())


def has_pictures(rows: Sequence[Row]) -> bool:
    """Whether every option has a picture, and there are no more than can be shown."""
    return len(rows) <= ImageChoice.most_options and all(any(row.under("media", "image")) for row in rows)


def check_number(rows: Sequence[Any], most: int) -> None:
    """LeftOut where there are too few or too many options."""
    if len(rows) < 2:
        raise LeftOut("It has fewer than two options to choose from.")
    if len(rows) > most:
        raise LeftOut("It has {number} options; there can be {most}.", number=len(rows), most=most)


def something_else(making: Making, options: Options, languages: Sequence[str]) -> None:
    """An option that asks for words, called so in each language of the question."""
    key = unique("other", {option["key"] for option in options.made})
    options.made.append({"key": key, "label": {tag: other_word(tag) for tag in languages}, "other": True})
    options.keys.setdefault("other", key)
    column = next(making.row.under("type")).column
    making.say("Its field for something else became an option that asks for words.", column=column)


def cascade(making: Making, wanted: str, question: dict[str, Any], rows: Sequence[Row], about: AskedRow | None) -> Made:
    """Options that depend on one earlier choice become one question for each of its options that has two or more."""
    found = _FILTER.fullmatch(wanted)
    if found is None or about is None or about.type != "single":
        raise LeftOut("Which options are offered depends on more than one earlier single choice.")
    column = found[1]
    by_value: dict[str, list[Row]] = {}
    for row in rows:
        by_value.setdefault(row.text(column), []).append(row)
    column_of = next(making.row.under("choice_filter")).column
    questions: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    keys: list[Mapping[str, str]] = []
    for value, those in by_value.items():
        try:
            shown = equals(about, value)
        except CannotCarry:
            making.say(
                "{value} is none of the answers to {name}: these options are never offered.",
                column=column_of,
                value=value or "''",
                name=about.name,
            )
            continue
        if len(those) < 2:
            making.say("For {value} there is only one option; it is not asked then.", column=column_of, value=value)
            continue
        check_number(those, ANSWERABLE_BY_NAME[question["type"]].most_options)
        options = options_of(making, those, question["type"] == "image_choice")
        for row in those:
            making.claims.take(row, column)
        key = f"{question['key'][:40]}_{safe_option(value)[:20]}"
        questions.append(({**question, "key": key, "options": options.made}, shown))
        keys.append(options.keys)
    if not questions:
        raise LeftOut("None of its parts has two options to choose from.")
    making.take("choice_filter")
    making.say(
        "It became {number} questions, one for each answer to {name}.",
        column=column_of,
        number=len(questions),
        name=about.name,
    )
    return Made(question["type"], questions, keys)
