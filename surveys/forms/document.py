"""The survey document: what staff write, and everything that answers are judged by."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from base.errors import FieldError
from base.findings import finding
from base.localized import Language, Localized
from base.times import Instant
from base.validation import wrong
from surveys.forms.conditions import Condition
from surveys.forms.types import Question, Words
from surveys.forms.types.question import Key, Line, Whole

MOST_QUESTIONS = 200
"""How many questions, headings and texts a survey can have."""

GEOJSON = frozenset({"mask", "geojson"})
"""Parts of a document that are shapes."""

WITHOUT_TEXTS = GEOJSON | {"show_if", "eligibility"}
"""Parts of a document that hold no texts of its own, whatever their fields are called."""

Assurance = Literal["open", "registered", "attested", "code"]
"""How sure we are that one person answers once; every release names it."""


class _DocumentPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnyoneRegistered(_DocumentPart):
    """Anyone registered in the municipality."""

    kind: Literal["registered"]


class InArea(_DocumentPart):
    """Those who follow one of these districts."""

    kind: Literal["area"]
    areas: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class Interested(_DocumentPart):
    """Those with one of these interests."""

    kind: Literal["interest"]
    interests: Annotated[list[Key], Field(min_length=1, max_length=50)]


class WasThere(_DocumentPart):
    """Those whose sealed state says that one of these triggers fired for them."""

    kind: Literal["present"]
    triggers: Annotated[list[UUID], Field(min_length=1, max_length=50)]


Eligibility = Annotated[AnyoneRegistered | InArea | Interested | WasThere, Field(discriminator="kind")]


class SurveyDocument(_DocumentPart):
    """A survey as staff write it; every text in each of its languages."""

    title: Localized
    intro: Localized | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=12)]
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    assurance: Assurance = "open"
    eligibility: Eligibility = AnyoneRegistered(kind="registered")
    smallest_group: Annotated[Whole, Field(ge=3, le=1000)] = 5
    plan_id: Annotated[Line, StringConstraints(max_length=100)] | None = None
    questions: Annotated[list[Question], Field(min_length=1, max_length=MOST_QUESTIONS)]

    @model_validator(mode="after")
    def _check(self) -> "SurveyDocument":
        if len(set(self.languages)) != len(self.languages):
            raise wrong("a language is named twice")
        if self.opens_at is not None and self.closes_at is not None and self.opens_at >= self.closes_at:
            raise wrong("closes_at must be after opens_at")
        if not any(not isinstance(q, Words) for q in self.questions):
            raise wrong("a survey asks at least one question")
        return self

    def stored(self) -> dict[str, object]:
        """As JSON: what goes into the database and over the wire."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def is_due(self, moment: datetime) -> bool:
        """Whether its time to close has come."""
        return self.closes_at is not None and moment >= self.closes_at


def misplaced(document: SurveyDocument) -> list[FieldError]:
    """What makes a document no survey at all: keys used twice, conditions on what does not come before them or cannot
    be so. Refused already when a draft is saved.
    """
    found: list[FieldError] = []
    earlier: dict[str, Question] = {}
    for place, question in enumerate(document.questions):
        here = f"/questions/{place}"
        if question.key in earlier:
            found.append(finding(f"{here}/key", "Another question has this key already."))
        if question.show_if is not None:
            found.extend(_misplaced_conditions(question.show_if, f"{here}/show_if", earlier))
        earlier.setdefault(question.key, question)
    return found


def _misplaced_conditions(condition: Condition, pointer: str, earlier: dict[str, Question]) -> Iterator[FieldError]:
    for where, leaf in condition.leaves(pointer):
        assert leaf.question is not None
        about = earlier.get(leaf.question)
        if about is None or isinstance(about, Words):
            yield finding(f"{where}/question", "A condition is about a question that comes before this one.")
            continue
        operator = leaf.operator
        if operator == "answered":
            continue
        if operator not in about.compared_by:
            sentence = "A {kind} question cannot be compared by {operator}."
            yield finding(f"{where}/{operator}", sentence, kind=about.type, operator=operator)
            continue
        operand = leaf.operand(operator)
        for value in operand if isinstance(operand, list) else [operand]:
            if not about.could_be(value):
                yield finding(f"{where}/{operator}", "This can never be an answer to that question.")
