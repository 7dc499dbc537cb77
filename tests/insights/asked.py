"""A small survey with everything that ties one number to another, and people who answer it."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

from surveys.forms.answers import judge
from surveys.forms.document import SurveyDocument

Given = Mapping[str, Any]


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": {"nb": key.title()}} for key in keys]


def asked(key: str, type_: str, *, required: bool = True, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type_, "label": {"nb": f"{key}?"}, "required": required, **more}


def survey(*questions: dict[str, Any]) -> SurveyDocument:
    return SurveyDocument.model_validate({"title": {"nb": "Torget"}, "languages": ["nb"], "questions": list(questions)})


KNOTTED = survey(
    asked("age", "single", options=options("young", "old"), breakdown=True),
    asked("use", "single", options=options("daily", "never")),
    asked("like", "multiple", options=options("trees", "benches"), required=False),
    asked("why", "single", options=options("far", "dull"), show_if={"question": "use", "is": "never"}),
)
"""Who is asked why follows from another question, so that one number tells of the other."""


def all_kinds_of_people(document: SurveyDocument) -> list[Given]:
    """Every set of answers that the survey allows, of its single and multiple questions."""

    def answers(question: Any) -> Iterator[Any]:
        keys = [option.key for option in question.options]
        yield None
        if question.type == "single":
            yield from keys
        else:
            yield from (list(some) for size in range(1, len(keys) + 1) for some in combinations(keys, size))

    kinds: list[Given] = []
    keys = [question.key for question in document.questions]
    for given in product(*(list(answers(question)) for question in document.questions)):
        filled = {key: answer for key, answer in zip(keys, given, strict=True) if answer is not None}
        if not judge(document, filled, 25832).complaints:
            kinds.append(filled)
    return kinds
