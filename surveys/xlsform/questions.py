"""One row of an XLSForm as a question of ours, or why it cannot be one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.xlsform.expressions import CannotCarry, Expression, Group, parse

_LANGUAGES = {
    "english": "en", "norsk": "nb", "norwegian": "nb", "bokmål": "nb", "norsk bokmål": "nb", "nynorsk": "nn",
    "norsk nynorsk": "nn", "davvisámegiella": "se", "northern sami": "se", "nordsamisk": "se", "polski": "pl",
    "polish": "pl", "polsk": "pl", "українська": "uk", "ukrainian": "uk", "ukrainsk": "uk", "deutsch": "de",
    "german": "de", "français": "fr", "french": "fr", "español": "es", "spanish": "es", "عربي": "ar", "arabic": "ar",
}  # fmt: skip
_CODE = re.compile(r"\(([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\)\s*$")
_GEOMETRIES = {"geopoint": "point", "geotrace": "line", "geoshape": "area"}
_TELLS = frozenset({
    "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "simserial", "subscriberid",
    "start-geopoint", "background-geopoint", "background-audio",
})  # fmt: skip
_COSMETIC = frozenset({"w1", "w2", "w3", "w4", "minimal", "quick", "compact", "horizontal", "likert", "columns"})


class LeftOut(Exception):
    """The row cannot be carried over; the message says why."""


@dataclass(slots=True)
class Made:
    """The question or questions that a row became, each with a condition of its own, and what was changed."""

    type: str
    questions: list[tuple[dict[str, Any], dict[str, Any] | None]]
    changes: list[str] = field(default_factory=list)


def language_of(name: str) -> str | None:
    """The language tag of a column's language, such as `English (en)` or `Nynorsk`; None where it is not known."""
    if found := _CODE.search(name):
        return found[1]
    bare = name.strip().lower()
    return _LANGUAGES.get(bare) or (bare if re.fullmatch(r"[a-z]{2}", bare) else None)


def safe_key(name: str) -> str:
    """A name as our keys may be: letters, digits, - and _, beginning with a letter."""
    bare = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:60]
    return bare if re.match(r"[A-Za-z]", bare) else f"q{bare}"


def texts(given: Any, default: str) -> tuple[dict[str, str], list[str]]:
    """A text by language tag, and the languages that could not be told."""
    if not given:
        return {}, []
    if not isinstance(given, Mapping):
        return {default: str(given)}, []
    found, unknown = {}, []
    for name, text in given.items():
        tag = default if name == "default" else language_of(str(name))
        if tag is None:
            unknown.append(str(name))
        elif text:
            found[tag] = str(text)
    return found, unknown


def make(
    element: Mapping[str, Any], row: Mapping[str, Any], choices: Sequence[Mapping[str, Any]], default: str,
    types: Mapping[str, str],
) -> Made:  # fmt: skip
    """What becomes of one element of the form; `row` is as it stands in the sheet. Raises LeftOut."""
    kind = str(element.get("type"))
    if kind in _TELLS:
        raise LeftOut("It would tell who answers, or when; answers here are anonymous.")
    changes: list[str] = []
    question = _frame(element, default, changes)
    if kind in ("note", "group"):
        question["type"] = "info" if kind == "note" else "section"
        return Made(question["type"], [(question, None)], changes)
    _required(element, question, changes)
    _told(element, row, changes)
    if kind == "table-list":
        return _matrix(element, question, default, changes)
    if kind in ("select one", "select all that apply", "rank"):
        return _choosing(kind, element, row, choices, question, default, changes, types)
    _plain(kind, element, row, question)
    _limits(element, question, changes)
    whole = kind == "integer"
    return Made("integer" if whole else question["type"], [(question, None)], changes)


def _frame(element: Mapping[str, Any], default: str, changes: list[str]) -> dict[str, Any]:
    name = str(element["name"])
    label, unknown = texts(element.get("label"), default)
    help_, also_unknown = texts(element.get("hint"), default)
    for language in dict.fromkeys([*unknown, *also_unknown]):
        changes.append(f"The language {language!r} is not known; write it as 'Name (code)'.")
    if not label:
        label = {default: name}
        changes.append("It has no label; its name stands in.")
    if safe_key(name) != name:
        changes.append(f"Its name became {safe_key(name)}.")
    return {"key": name, "label": label, **({"help": help_} if help_ else {})}


def _required(element: Mapping[str, Any], question: dict[str, Any], changes: list[str]) -> None:
    said = str(element.get("bind", {}).get("required", "")).strip().lower()
    question["required"] = said in ("yes", "true", "true()")
    if said not in ("", "yes", "true", "true()", "no", "false", "false()"):
        changes.append("When it is required cannot be carried over; it is optional.")


def _told(element: Mapping[str, Any], row: Mapping[str, Any], changes: list[str]) -> None:
    if element.get("default"):
        changes.append("Its default is left out: nobody's answer is given for them.")
    if element.get("guidance_hint"):
        changes.append("Its guidance hint is left out.")
    if element.get("media"):
        changes.append("Its pictures and sounds are left out.")
    looks = {part.split("-")[0] for part in str(row.get("appearance") or "").split()}
    if odd := sorted(looks - _COSMETIC - {"multiline", "table", "field", "list", "label", "numbers", "rating"}):
        changes.append(f"Its appearance ({', '.join(odd)}) is left out.")


def _plain(kind: str, element: Mapping[str, Any], row: Mapping[str, Any], question: dict[str, Any]) -> None:
    match kind:
        case "text":
            question["type"] = "text"
            question["long"] = "multiline" in str(row.get("appearance") or "")
        case "integer" | "decimal":
            question["type"], question["integer"] = "number", kind == "integer"
        case "range":
            _range(element.get("parameters", {}), question)
            if question["type"] == "scale" and "rating" in str(row.get("appearance") or "").split():
                question["type"] = "rating"
        case "date":
            question["type"] = "date"
        case "geopoint" | "geotrace" | "geoshape":
            question["type"], question["geometry"] = "map", _GEOMETRIES[kind]
        case _:
            raise LeftOut(f"Answers of the type {kind!r} cannot be given here.")


def _range(parameters: Mapping[str, str], question: dict[str, Any]) -> None:
    try:
        low, high, step = (float(parameters.get(name, other)) for name, other in
                           (("start", "0"), ("end", "10"), ("step", "1")))  # fmt: skip
    except ValueError:
        raise LeftOut("Its range is not made of numbers.") from None
    if low == int(low) and high == int(high) and step == 1 and 1 <= high - low <= 100:
        question.update(type="scale", min=int(low), max=int(high))
    else:
        question.update(type="number", min=low, max=high, integer=step == int(step) and low == int(low))


def _limits(element: Mapping[str, Any], question: dict[str, Any], changes: list[str]) -> None:
    said = element.get("bind", {}).get("constraint")
    if not said:
        return
    try:
        _limit(parse(str(said)), question)
    except CannotCarry as reason:
        changes.append(f"Its constraint cannot be carried over: {reason}.")


def _limit(expression: Expression, question: dict[str, Any]) -> None:
    if isinstance(expression, Group):
        if expression.how != "all":
            raise CannotCarry("it has an alternative")
        for part in expression.parts:
            _limit(part, question)
        return
    what, op, value = expression.term.what, expression.op, expression.value
    kind = question["type"]
    end = {">=": "min", "<=": "max", ">": "min", "<": "max"}.get(op)
    if expression.term.name or end is None:
        raise CannotCarry("it is more than a least and a most")
    if what == "answer" and kind == "date" and isinstance(value, str) and op in (">=", "<="):
        question[end] = value
    elif what == "answer" and kind == "number" and isinstance(value, float):
        if op in ("<", ">"):
            if not question.get("integer"):
                raise CannotCarry("it is more than a least and a most")
            value += 1 if op == ">" else -1
        question[end] = value
    elif what == "length" and kind == "text" and end == "max" and isinstance(value, float):
        question["max_length"] = int(value) - (op == "<")
    elif what == "count" and kind == "multiple" and isinstance(value, float):
        question[end] = int(value) + {">": 1, "<": -1}.get(op, 0)
    else:
        raise CannotCarry("it is more than a least and a most")


def _options(
    choices: Sequence[Mapping[str, Any]], default: str, changes: list[str], pictures: bool
) -> list[dict[str, Any]]:
    found = []
    for choice in choices:
        label, unknown = texts(choice.get("label"), default)
        changes.extend(f"The language {name!r} of its options is not known." for name in unknown)
        option: dict[str, Any] = {"key": str(choice["name"]), "label": label or {default: str(choice["name"])}}
        if pictures:
            image, _ = texts(choice["media"]["image"], default)
            option["image"] = next(iter(image.values()))
        found.append(option)
    return found


def _choosing(
    kind: str, element: Mapping[str, Any], row: Mapping[str, Any], choices: Sequence[Mapping[str, Any]],
    question: dict[str, Any], default: str, changes: list[str], types: Mapping[str, str],
) -> Made:  # fmt: skip
    if not choices:
        raise LeftOut("Its options are not in the workbook.")
    pictures = kind == "select one" and all("image" in choice.get("media", {}) for choice in choices)
    question["type"] = {"select one": "single", "rank": "ranking"}.get(kind, "multiple")
    if pictures:
        question["type"] = "image_choice"
    question["options"] = _options(choices, default, changes, pictures)
    if "or_other" in str(row.get("type")).replace(" ", "_"):
        question["options"].append({"key": "other", "label": {default: "Annet"}, "other": True})
        changes.append("Its field for something else became an option that asks for words.")
    if question["type"] in ("single", "multiple"):
        question["random_order"] = str(element.get("parameters", {}).get("randomize")) == "true"
    _limits(element, question, changes)
    wanted = str(element.get("choice_filter") or "")
    if not wanted:
        return Made(question["type"], [(question, None)], changes)
    return _cascade(wanted, question, choices, changes, types)


def _cascade(
    wanted: str, question: dict[str, Any], choices: Sequence[Mapping[str, Any]], changes: list[str],
    types: Mapping[str, str],
) -> Made:  # fmt: skip
    """Options that depend on one earlier choice become one question for each of its options."""
    found = re.fullmatch(r"\s*([\w-]+)\s*=\s*\$\{\s*([^}\s]+)\s*\}\s*", wanted)
    if found is None or types.get(found[2]) != "single":
        raise LeftOut("Which options are offered depends on more than one earlier single choice.")
    values = dict.fromkeys(str(choice.get(found[1], "")) for choice in choices)
    parts: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for value in values:
        keys = {str(choice["name"]) for choice in choices if str(choice.get(found[1], "")) == value}
        options = [option for option in question["options"] if option["key"] in keys]
        if len(options) < 2:
            changes.append(f"For {value or 'nothing'} there is only one option; it is not asked then.")
            continue
        part = {**question, "key": f"{question['key']}_{value}", "options": options}
        parts.append((part, {"question": found[2], "is": value}))
    if not parts:
        raise LeftOut("None of its parts has two options to choose from.")
    changes.append(f"It became {len(parts)} questions, one for each answer to {found[2]}.")
    return Made(question["type"], parts, changes)


def _matrix(element: Mapping[str, Any], question: dict[str, Any], default: str, changes: list[str]) -> Made:
    children = element["children"]
    lists = {str(child.get("itemset")) for child in children}
    if not children or len(lists) != 1 or any(child.get("type") != "select one" for child in children):
        raise LeftOut("A table can only ask single choices from one list.")
    rows = []
    for child in children:
        label, _ = texts(child.get("label"), default)
        rows.append({"key": str(child["name"]), "label": label or {default: str(child["name"])}})
        if child.get("bind", {}).get("relevant") or child.get("bind", {}).get("constraint"):
            changes.append(f"The condition or constraint of the row {child['name']} is left out.")
    needed = [str(child.get("bind", {}).get("required", "")).lower() in ("yes", "true", "true()") for child in children]
    if any(needed) and not all(needed):
        changes.append("Only some of its rows are required; none is now.")
    question.update(type="matrix", rows=rows, columns=_options(children[0]["choices"], default, changes, False))
    question["required"] = all(needed)
    return Made("matrix", [(question, None)], changes)
