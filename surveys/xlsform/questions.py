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

from surveys.forms.types import ANSWERABLE, ANSWERABLE_BY_NAME, names_of
from surveys.xlsform.choices import Options, cascade, check_number, has_pictures, options_of, something_else
from surveys.xlsform.conditions import Earlier
from surveys.xlsform.keys import safe_option, unique
from surveys.xlsform.limits import limit
from surveys.xlsform.making import Made, Making
from surveys.xlsform.notes import LeftOut
from surveys.xlsform.sheets import Row

_TELLS: Final = frozenset({"audit", "start-geopoint", "background-geopoint", "background-audio", "phone number"})
_CALCULATED: Final = frozenset({"calculate", "q calculate", "add calculate prompt", "hidden"})
_ACKNOWLEDGED: Final = frozenset({"acknowledge", "q acknowledge", "add acknowledge prompt"})
_SELECTS: Final = {
    constants.SELECT_ONE: "select_one",
    constants.SELECT_ALL_THAT_APPLY: "select_multiple",
    constants.RANK: "rank",
}
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
    frame = {**_frame(making, ""), "required": making.required()}
    answers = "range" if name == "range" else "" if name in _ACKNOWLEDGED else bind.get("type", "")
    found = _read(_Cells(making, answers))
    if found is None:
        raise LeftOut("Answers of the type {kind} cannot be given here.", kind=kind.said)
    question = {**frame, **found}
    _limits(making, question, bind.get("constraint", ""))
    whole = ANSWERABLE_BY_NAME[question["type"]].whole_numbers or question.get("integer") is True
    return Made(question["type"], [(question, None)], whole=whole)


def _frame(making: Making, kind: str) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "key": making.take("name") or f"note_{making.row.number}",
        "type": kind,
        "label": making.label(),
    }
    if help_ := making.texts("hint"):
        frame["help"] = help_
    return frame


def heading(making: Making) -> Made:
    """The label of a group as the heading of a page."""
    making.take("type")
    return Made("section", [(_frame(making, "section"), None)])


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row as question types read it."""

    making: Making
    answers: str
    pictures: bool = False

    def looks(self, *known: str) -> set[str]:
        """Those of the looks that mean something here; the cell is taken up where there are no others."""
        looks = set(self.making.row.text("control", "appearance").split())
        if looks <= set(known):
            self.making.take("control", "appearance")
        return looks & set(known)

    def parameters(self, *known: str) -> Mapping[str, str]:
        """The parameters; the cell is taken up where all of them mean something here."""
        said = self.making.row.text("parameters")
        try:
            found: Mapping[str, str] = parse_parameters(said, self.making.row.number)
        except PyXFormError:
            return {}
        if set(found) <= set(known):
            self.making.take("parameters")
        return found

    def bounds(self) -> tuple[float, float, float]:
        """The least, the most and the step of a range. Raises LeftOut."""
        said = self.parameters("start", "end", "step")
        usual: Mapping[str, str] = QUESTION_TYPE_DICT["range"]["parameters"]
        try:
            low, high, step = (float(said.get(name, usual[name])) for name in ("start", "end", "step"))
        except ValueError:
            raise LeftOut("Its range is not made of numbers.") from None
        if not all(math.isfinite(number) and abs(number) <= 1e12 for number in (low, high, step)):
            raise LeftOut("Its range is not made of numbers.")
        return min(low, high), max(low, high), step

    def say_of_parameters(self, english: str, **values: Any) -> None:
        """Tell what the parameters say and the question does not."""
        column = next(self.making.row.under("parameters"), None)
        self.making.say(english, column=column.column if column else None, **values)


def _read(cells: _Cells) -> dict[str, Any] | None:
    """What the first type that takes the row makes of it, its name with it; None where none does."""
    for kind in ANSWERABLE:
        if cells.answers in kind.read_from and (found := kind.from_xlsform(cells)) is not None:
            return {"type": names_of(kind)[0], **found}
    return None


def _limits(making: Making, question: dict[str, Any], usual: str = "") -> None:
    said = making.row.text("bind", "constraint")
    if not said and not usual:
        return
    column = next((cell.column for cell in making.row.under("bind", "constraint")), None)

    limit(said or usual, question, partial(making.say, column=column))
    making.take("bind", "constraint")


def _choosing(kind: Kind, making: Making, lists: Mapping[str, Sequence[Row]], earlier: Earlier) -> Made:
    rows = lists.get(kind.listed, ())
    pictures = has_pictures(rows) and not kind.or_other
    found = _read(_Cells(making, kind.select, pictures)) if rows else None
    if found is None:
        raise LeftOut("Its options are not in the workbook.")
    question = {**_frame(making, ""), "required": making.required(), **found}
    about = ANSWERABLE_BY_NAME[question["type"]]
    wanted = making.row.text("choice_filter")
    if wanted:
        made = cascade(making, wanted, question, rows, earlier.get(next(iter(_names(wanted)), "")))
        for part, _ in made.questions:
            _limits(making, part)
        return made
    if not kind.or_other:
        check_number(rows, about.most_options)
    options = options_of(making, rows, question["type"] == "image_choice")
    if kind.or_other and about.takes_other_words:
        something_else(making, options, _spoken(question, options))
    elif kind.or_other:
        making.say("Its field for something else is left out.", column=next(making.row.under("type")).column)
    check_number(options.made, about.most_options)
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
    plain = all(kind.select == "select_one" and not kind.or_other for kind in kinds)
    if not plain or len(listed) != 1 or any(child.text("choice_filter") for child in children):
        return None
    columns = lists.get(kinds[0].listed, ())
    if not 2 <= len(columns) <= 20 or len(children) > _MOST_ROWS:
        return None
    making.take("type")
    _Cells(making, "").looks("table-list")
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
