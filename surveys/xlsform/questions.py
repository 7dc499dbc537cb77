"""One row of an XLSForm as a question of ours, or why it cannot be one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from pyxform import aliases, constants
from pyxform.errors import PyXFormError
from pyxform.parsing.parameters import parse as parse_parameters
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_SELECT

from surveys.xlsform.choices import Options, cascade, check_number, has_pictures, options_of, something_else
from surveys.xlsform.conditions import Earlier
from surveys.xlsform.keys import safe_option, unique
from surveys.xlsform.limits import limit
from surveys.xlsform.making import Made, Making
from surveys.xlsform.notes import LeftOut
from surveys.xlsform.sheets import Row

_GEOMETRIES: Final = {"geopoint": "point", "geotrace": "line", "geoshape": "area"}
_TELLS: Final = frozenset({"audit", "start-geopoint", "background-geopoint", "background-audio", "phone number"})
_CALCULATED: Final = frozenset({"calculate", "q calculate", "add calculate prompt", "hidden"})
_SELECTS: Final = {
    constants.SELECT_ONE: "single", constants.SELECT_ALL_THAT_APPLY: "multiple", constants.RANK: "ranking",
}  # fmt: skip
_MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row's type asks for: `select` with its list, or what pyxform's dictionary of types binds it to."""

    said: str
    select: str = ""
    listed: str = ""
    or_other: bool = False


def kind_of(said: str) -> Kind:
    """The type of a row as pyxform takes it, also written in capitals."""
    found = RE_SELECT.match(said) or RE_SELECT.match(said.lower())
    if found is None:
        return Kind(said)
    command = found["select_command"]
    outside = command in aliases.select_from_file or "${" in found["list_name"]
    select = "" if outside else _SELECTS.get(aliases.select[command], "")
    listed = said[found.start("list_name") : found.end("list_name")]
    return Kind(said, select or "outside", listed, found["specify_other"] is not None)


def _entry(said: str) -> tuple[str, Mapping[str, Any]]:
    """A type's name in pyxform's dictionary, and what stands there."""
    for name in (said, said.lower(), said.lower().replace("_", " ")):
        if name in QUESTION_TYPE_DICT:
            return name, QUESTION_TYPE_DICT[name]
    return said, {}


def make(making: Making, lists: Mapping[str, Sequence[Row]], earlier: Earlier) -> Made:
    """What becomes of a row; `lists` has the rows of each list of options, `earlier` the rows before by their names.

    Raises LeftOut.
    """
    kind = kind_of(making.row.text("type"))
    making.take("type")
    name, entry = _entry(kind.said)
    bind: Mapping[str, Any] = entry.get("bind", {})
    if name in _TELLS or "jr:preload" in bind:
        raise LeftOut("It would tell who answers, or when; answers here are anonymous.")
    if name in _CALCULATED:
        raise LeftOut("It is calculated or hidden, not asked.")
    if bind.get("readonly"):
        return Made("info", [(_frame(making, "info"), None)])
    if aliases.yes_no.get(making.row.text("bind", "readonly").lower()):
        raise LeftOut("It is only read: nobody answers it.")
    if kind.select:
        return _choosing(kind, making, lists, earlier)
    question = {**_frame(making, ""), "required": making.required()}
    _plain(kind, name, bind, making, question)
    _limits(making, question, bind.get("constraint", ""))
    whole = question["type"] == "number" and question.get("integer")
    return Made("integer" if whole else question["type"], [(question, None)])


def _frame(making: Making, kind: str) -> dict[str, Any]:
    frame: dict[str, Any] = {"key": making.take("name") or f"note_{making.row.number}", "type": kind,
                             "label": making.label()}  # fmt: skip
    if help_ := making.texts("hint"):
        frame["help"] = help_
    return frame


def heading(making: Making) -> Made:
    """The label of a group as the heading of a page."""
    making.take("type")
    return Made("section", [(_frame(making, "section"), None)])


def _looks(making: Making, *known: str) -> set[str]:
    """Those of the looks that mean something here; the cell is taken up where there are no others."""
    looks = set(making.row.text("control", "appearance").split())
    if looks <= set(known):
        making.take("control", "appearance")
    return looks & set(known)


def _parameters(making: Making, *known: str) -> Mapping[str, str]:
    """The parameters; the cell is taken up where all of them mean something here."""
    said = making.row.text("parameters")
    try:
        found: Mapping[str, str] = parse_parameters(said, making.row.number)
    except PyXFormError:
        return {}
    if set(found) <= set(known):
        making.take("parameters")
    return found


def _plain(kind: Kind, name: str, bind: Mapping[str, Any], making: Making, question: dict[str, Any]) -> None:
    if name == "range":
        _range(making, question)
        return
    match bind.get("type"):
        case "string" if name not in ("acknowledge", "q acknowledge", "add acknowledge prompt"):
            question["type"], question["long"] = "text", "multiline" in _looks(making, "multiline")
        case "int" | "decimal" as number:
            question["type"], question["integer"] = "number", number == "int"
        case "date":
            question["type"] = "date"
        case "geopoint" | "geotrace" | "geoshape" as shape:
            question["type"], question["geometry"] = "map", _GEOMETRIES[shape]
        case _:
            raise LeftOut("Answers of the type {kind} cannot be given here.", kind=kind.said)


def _range(making: Making, question: dict[str, Any]) -> None:
    said = _parameters(making, "start", "end", "step")
    usual: Mapping[str, str] = QUESTION_TYPE_DICT["range"]["parameters"]
    try:
        low, high, step = (float(said.get(name, usual[name])) for name in ("start", "end", "step"))
    except ValueError:
        raise LeftOut("Its range is not made of numbers.") from None
    if not all(math.isfinite(number) and abs(number) <= 1e12 for number in (low, high, step)):
        raise LeftOut("Its range is not made of numbers.")
    low, high = sorted((low, high))
    whole = low == int(low) and high == int(high) and step == int(step)
    if whole and step == 1 and 1 <= high - low <= 100:
        rated = "rating" in _looks(making, "rating")
        question.update(type="rating" if rated else "scale", min=int(low), max=int(high))
        return
    question.update(type="number", min=low, max=high, integer=whole)
    column = next(making.row.under("parameters"), None)
    making.say("It became a number from {low} to {high}; its steps are left out.",
               column=column.column if column else None, low=f"{low:g}", high=f"{high:g}")  # fmt: skip


def _limits(making: Making, question: dict[str, Any], usual: str = "") -> None:
    said = making.row.text("bind", "constraint")
    if not said and not usual:
        return
    column = next((cell.column for cell in making.row.under("bind", "constraint")), None)

    limit(said or usual, question, partial(making.say, column=column))
    making.take("bind", "constraint")


def _choosing(kind: Kind, making: Making, lists: Mapping[str, Sequence[Row]], earlier: Earlier) -> Made:
    rows = lists.get(kind.listed, ())
    if kind.select == "outside" or not rows:
        raise LeftOut("Its options are not in the workbook.")
    question = {**_frame(making, kind.select), "required": making.required()}
    if kind.select == "single" and has_pictures(rows) and not kind.or_other:
        question["type"] = "image_choice"
    if question["type"] in ("single", "multiple"):
        question["random_order"] = _parameters(making, "randomize").get("randomize") == "true"
    wanted = making.row.text("choice_filter")
    if wanted:
        found = next(iter(_names(wanted)), "")
        made = cascade(making, wanted, question, rows, earlier.get(found))
        for part, _ in made.questions:
            _limits(making, part)
        return made
    if not kind.or_other:
        check_number(rows, question["type"])
    options = options_of(making, rows, question["type"] == "image_choice")
    if kind.or_other and question["type"] in ("single", "multiple"):
        something_else(making, options, _spoken(question, options))
    elif kind.or_other:
        making.say("Its field for something else is left out.", column=next(making.row.under("type")).column)
    check_number(options.made, question["type"])
    question["options"] = options.made
    _limits(making, question)
    return Made(question["type"], [(question, None)], [options.keys])


def _names(wanted: str) -> list[str]:
    return [part.split("}")[0].strip() for part in wanted.split("${")[1:]]


def _spoken(question: Mapping[str, Any], options: Options) -> list[str]:
    """The languages of a question and its options."""
    return list(dict.fromkeys([*question["label"], *(tag for option in options.made for tag in option["label"])]))


def table(making: Making, children: Sequence[Row], lists: Mapping[str, Sequence[Row]]) -> Made | None:
    """A group of single choices from one list as a matrix; None where it is no such table."""
    kinds = [kind_of(child.text("type")) for child in children]
    listed = {kind.listed for kind in kinds}
    plain = all(kind.select == "single" and not kind.or_other for kind in kinds)
    if not plain or len(listed) != 1 or any(child.text("choice_filter") for child in children):
        return None
    columns = lists.get(kinds[0].listed, ())
    if not 2 <= len(columns) <= 20 or len(children) > _MOST_ROWS:
        return None
    making.take("type")
    _looks(making, "table-list")
    rows: list[dict[str, Any]] = []
    taken: set[str] = set()
    for child in children:
        making.claims.take(child, "type")
        name = making.claims.take(child, "name")
        key = unique(safe_option(name), taken)
        taken.add(key)
        if key != name:
            making.say("Its name became {key}.", row=child, column=next(child.under("name")).column, key=key)
        rows.append({"key": key, "label": making.label(child)})
    needed = [making.required(child) for child in children]
    if any(needed) and not all(needed):
        making.say("Only some of its rows are required; none is now.")
    options = options_of(making, columns)
    question = {**_frame(making, "matrix"), "rows": rows, "columns": options.made, "required": all(needed)}
    return Made("matrix", [(question, None)])
