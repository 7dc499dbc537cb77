"""The words of a search as Kartverket's services take them, and what is read out of their lists of hits."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from national.json_service import NoAnswer

_SPELT_WRONG_FROM: Final = 4
M = TypeVar("M", bound=BaseModel)


def plain(words: str) -> str:
    """The words without what the services read as wildcards, one blank between them; perhaps none are left."""
    return " ".join(words.replace("*", " ").split())


def attempts(words: str) -> Sequence[Mapping[str, str]]:
    """How to ask for words: first for what begins so, and then, where nothing does, for what is spelt nearly so."""
    asked = plain(words)
    if not asked:
        return ()
    begun = {"sok": f"{asked}*", "fuzzy": "false"}
    return (begun,) if len(asked) < _SPELT_WRONG_FROM else (begun, {"sok": asked, "fuzzy": "true"})


def hits(answer: Mapping[str, Any], name: str, model: type[M]) -> list[M]:
    """The hits of an answer that can be read; one that cannot costs no other. NoAnswer where there is no list."""
    rows = answer.get(name)
    if not isinstance(rows, list):
        raise NoAnswer
    found = []
    for row in rows:
        try:
            found.append(model.model_validate(row))
        except ValidationError:
            continue
    return found
