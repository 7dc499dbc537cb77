"""Whom something is for, said with and, or and not: a small expression, and the predicate it is for the database.

`{"areas": [district ids]}`, `{"interests": [keys]}`, `{"languages": [tags]}` and `{"ages": [bands of birth years]}`
are of those who have one of what is listed; `{"all": […]}`, `{"any": […]}` and `{"not": …}` combine them.

Logic has three values here, as in SQL: who has not consented to be chosen by something (what they follow by
`personal_feed`, their age by `profile_statistics`) is neither among those who have it nor among those who have not.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from base.localized import Language
from base.validation import wrong

LISTS: Final = ("areas", "interests", "languages", "ages")
DEEPEST: Final = 5
MOST: Final = 24
"""So many lists an expression may hold."""

InterestKey = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_\-]+$")]
Band = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{4}$", examples=["1980-1989"])]


class Criterion(BaseModel):
    """One of areas (districts, with their children), interests, languages, ages, each a list of which one must fit; or
    all, any, not of others. Nested 5 deep at most, with at most 24 lists.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    areas: Annotated[list[UUID], Field(min_length=1, max_length=500)] | None = None
    interests: Annotated[list[InterestKey], Field(min_length=1, max_length=100)] | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=20)] | None = None
    ages: Annotated[list[Band], Field(min_length=1, max_length=20)] | None = None
    all_: Annotated[list["Criterion"], Field(min_length=1, max_length=MOST)] | None = Field(None, alias="all")
    any_: Annotated[list["Criterion"], Field(min_length=1, max_length=MOST)] | None = Field(None, alias="any")
    not_: "Criterion | None" = Field(None, alias="not")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(each is not None for each in self._said()) != 1:
            raise wrong("one of areas, interests, languages, ages, all, any, not")
        if self.depth() > DEEPEST:
            raise wrong("conditions may be nested {most} deep", most=DEEPEST)
        if sum(1 for _ in self.leaves()) > MOST:
            raise wrong("at most {most} lists", most=MOST)
        return self

    @classmethod
    def of(cls, **said: Any) -> Self:
        """One of its fields: `Criterion.of(any=[…])`."""
        return cls.model_validate(said)

    def _said(self) -> tuple[object, ...]:
        return (self.areas, self.interests, self.languages, self.ages, self.all_, self.any_, self.not_)

    def parts(self) -> list[tuple[str, "Criterion"]]:
        """The criteria inside, each with the end of its pointer."""
        if self.not_ is not None:
            return [("/not", self.not_)]
        name, inside = ("all", self.all_) if self.all_ is not None else ("any", self.any_ or [])
        return [(f"/{name}/{place}", part) for place, part in enumerate(inside)]

    def depth(self) -> int:
        """How deep it is nested."""
        return 1 + max((part.depth() for _, part in self.parts()), default=0)

    def leaves(self, pointer: str = "") -> Iterator[tuple[str, "Criterion"]]:
        """Every list in it, with its pointer, in the order of reading."""
        if not (self.all_ or self.any_ or self.not_):
            yield pointer, self
        for end, part in self.parts():
            yield from part.leaves(pointer + end)

    def chosen_by(self) -> tuple[list[UUID], list[str]]:
        """The districts and interests that somebody can be meant by: those outside any `not`."""
        if self.not_ is not None:
            return [], []
        areas, interests = list(self.areas or ()), list(self.interests or ())
        for _, part in self.parts():
            more = part.chosen_by()
            areas += more[0]
            interests += more[1]
        return list(dict.fromkeys(areas)), list(dict.fromkeys(interests))

    def stored(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def all_of(parts: list[Criterion]) -> Criterion | None:
    """All of these; None where there are none. Not measured against the bounds again: the parts have been."""
    if len(parts) > 1:
        return Criterion.model_construct(all_=parts)
    return parts[0] if parts else None


def leaves_of(criterion: Criterion | None) -> str:
    """The lists of an expression as queries take them: JSON, in the order of reading."""
    return json.dumps([] if criterion is None else [leaf.stored() for _, leaf in criterion.leaves()])


def predicate_of(criterion: Criterion | None) -> str:
    """The expression as queries take it: an SQL/JSON path over what is known of a resident for each of its lists, true,
    false or null; None, which is everybody, holds always.

    `not` is brought down to the lists, so that what is null makes neither a list nor its opposite hold.
    """
    if criterion is None:
        return "true"
    return _predicate(criterion, itertools.count(), holds=True)


def _predicate(criterion: Criterion, places: Iterator[int], *, holds: bool) -> str:
    if criterion.not_ is not None:
        return _predicate(criterion.not_, places, holds=not holds)
    parts = [_predicate(part, places, holds=holds) for _, part in criterion.parts()]
    if not parts:
        return f"$[{next(places)}] == {json.dumps(holds)}"
    together = (criterion.all_ is not None) == holds
    return "(" + (" && " if together else " || ").join(parts) + ")"
