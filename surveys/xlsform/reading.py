"""An XLSForm becomes a survey, and what cannot come along is listed row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from base.errors import FieldError, Invalid
from base.rows import failed
from surveys.forms.document import SurveyDocument, misplaced
from surveys.xlsform.expressions import CannotCarry, condition, parse
from surveys.xlsform.questions import LeftOut, Made, language_of, make, safe_key
from surveys.xlsform.workbooks import NotAnXlsform, Workbook


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a row (as the sheet counts them, the header being row 1): changed or left out, and why."""

    row: int | None
    name: str
    kind: Literal["changed", "left_out"]
    detail: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The survey, as a draft to look through, and all that did not come along as it was."""

    document: SurveyDocument
    notes: Sequence[Note]


class NothingToImport(Invalid):
    """No question of the form could be carried over."""


def import_form(workbook: Workbook, default_language: str) -> Imported:
    """Make a survey of an XLSForm. Texts without a language are taken to be in `default_language`.

    Raises NothingToImport where no question is left.
    """
    reading = _Reading(workbook, default_language)
    questions = list(reading.questions(workbook.form["children"], None, False))
    return reading.finished(questions)


class _Reading:
    def __init__(self, workbook: Workbook, default_language: str) -> None:
        self.form, self.notes = workbook.form, list[Note]()
        named = str(workbook.form.get("default_language", "default"))
        self.default = (None if named == "default" else language_of(named)) or default_language
        self.rows = {str(r.get("name")): n for n, r in reversed(list(enumerate(workbook.survey_rows, 2)))}
        self.raw = {str(r.get("name")): r for r in workbook.survey_rows}
        self.choices: dict[str, list[Mapping[str, Any]]] = {}
        for row in workbook.choice_rows:
            listed = str(row.get("list_name") or row.get("list name"))
            for choice in self.form.get("choices", {}).get(listed, ()):
                if str(choice["name"]) == str(row.get("name")):
                    self.choices.setdefault(listed, []).append(choice)
        self.types: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.languages: dict[str, None] = {}

    def note(self, element: Mapping[str, Any], kind: Literal["changed", "left_out"], detail: str) -> None:
        name = str(element.get("name", ""))
        self.notes.append(Note(self.rows.get(name), name, kind, detail))

    def questions(
        self, elements: Sequence[Mapping[str, Any]], around: dict[str, Any] | None, lost: bool
    ) -> Iterator[dict[str, Any]]:
        """The questions of a group and the groups in it; `around` is when the group is shown, `lost` that it cannot
        be carried.
        """
        for element in elements:
            name, kind = str(element.get("name", "")), element.get("type")
            if name not in self.rows:
                continue  # Made by pyxform: the field of or_other, the labels of a table, the instance's id.
            if kind in ("group", "repeat"):
                yield from self._group(element, around, lost)
            elif lost:
                self.note(element, "left_out", "It lies in a group that cannot be carried over.")
            else:
                yield from self._alone(element, around)

    def _alone(self, element: Mapping[str, Any], around: dict[str, Any] | None) -> list[dict[str, Any]]:
        """The questions of one row; none, and a note, where nobody foresaw what stands in it."""
        try:
            return list(self._question(element, around))
        except Exception as error:
            failed("surveys.xlsform", error)
            self.note(element, "left_out", "This row cannot be read.")
            return []

    def _group(self, element: Mapping[str, Any], around: dict[str, Any] | None, lost: bool) -> Iterator[dict[str, Any]]:
        if element["type"] == "repeat" and not lost:
            self.note(element, "left_out", "A survey asks each question once; repeats cannot be carried over.")
        lost = lost or element["type"] == "repeat"
        shown, understood = self._shown(element, around)
        if not understood and not lost:
            self.note(element, "left_out", "When the group is shown cannot be carried over, so nothing in it is asked.")
            lost = True
        children = element.get("children", ())
        table = str(self.raw.get(str(element["name"]), {}).get("appearance", ""))
        if "table-list" in table and not lost:
            # pyxform hands the table's own label to a note of its making.
            said: Mapping[str, Any] = next(
                (c for c in children if str(c.get("name")).startswith("generated_table_list_label")), {}
            )
            told = {"type": "table-list", "children": self._table(children), "label": said.get("label")}
            yield from self._made(element, shown, {**element, **told})
            return
        if element.get("label") and not lost:
            yield from self._made(element, shown, {**element, "type": "group"})
        yield from self.questions(children, shown, lost)

    def _table(self, children: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [child for child in children if str(child.get("name")) in self.rows]

    def _question(self, element: Mapping[str, Any], around: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
        shown, understood = self._shown(element, around)
        if not understood:
            self.note(element, "left_out", "When it is shown cannot be carried over, so it is not asked.")
            return
        yield from self._made(element, shown, element)

    def _shown(self, element: Mapping[str, Any], around: dict[str, Any] | None) -> tuple[dict[str, Any] | None, bool]:
        """When an element is shown, and whether that could be understood."""
        relevant = element.get("bind", {}).get("relevant")
        if not relevant:
            return around, True
        try:
            own = condition(parse(str(relevant)), self.types)
        except CannotCarry as reason:
            self.note(element, "changed", f"Its condition cannot be carried over: {reason}.")
            return around, False
        own = self._with_keys(own)
        return ({"all": [around, own]} if around else own), True

    def _with_keys(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._with_keys(inside) for inside in part]
        if isinstance(part, dict):
            return {
                name: self.keys[inside] if name == "question" else self._with_keys(inside)
                for name, inside in part.items()
            }
        return part

    def _made(
        self, original: Mapping[str, Any], shown: dict[str, Any] | None, element: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        listed = self.choices.get(str(element.get("itemset", "")), [])
        row = self.raw.get(str(original["name"]), {})
        try:
            made: Made = make(element, row, listed, self.default, self.types)
        except LeftOut as reason:
            self.note(original, "left_out", str(reason))
            return
        for detail in made.changes:
            self.note(original, "changed", detail)
        name = str(original["name"])
        for question, only_if in made.questions:
            question["key"] = self._free(safe_key(question["key"]))
            conditions = [c for c in (shown, self._with_keys(only_if)) if c]
            if conditions:
                question["show_if"] = conditions[0] if len(conditions) == 1 else {"all": conditions}
            self.languages.update(dict.fromkeys(question["label"]))
            yield question
        if len(made.questions) == 1:
            self.types[name], self.keys[name] = made.type, made.questions[0][0]["key"]

    def _free(self, key: str) -> str:
        taken = set(self.keys.values())
        return next(k for k in (key, *(f"{key[:60]}_{n}" for n in range(2, 1000))) if k not in taken)

    def finished(self, questions: list[dict[str, Any]]) -> Imported:
        """The document; questions that ours does not allow are noted and left out until the rest stands."""
        title = str(self.form.get("title") or "Untitled")
        while questions:
            languages = list(self.languages) or [self.default]
            whole = {"title": dict.fromkeys(languages, title), "languages": languages, "questions": questions}
            try:
                document = SurveyDocument.model_validate(whole)
            except ValidationError as error:
                wrong = {e["loc"][1]: e["msg"] for e in error.errors() if e["loc"][:1] == ("questions",)}
                if not wrong:
                    raise NothingToImport([FieldError("", e["msg"]) for e in error.errors()]) from None
            else:
                wrong = {int(e.pointer.split("/")[2]): e.detail for e in misplaced(document)}
                if not wrong:
                    return Imported(document, self.notes)
            for place in sorted((p for p in wrong if isinstance(p, int)), reverse=True):
                gone = questions.pop(place)
                self.note({"name": gone["key"]}, "left_out", wrong[place].removeprefix("Value error, "))
        raise NothingToImport([FieldError("", f"{n.name}: {n.detail}") for n in self.notes][:50] or [
            FieldError("", "The form asks nothing.")])  # fmt: skip


__all__ = ["Imported", "NotAnXlsform", "Note", "NothingToImport", "import_form"]
