"""Whom something is for, said with and, or and not: a small expression, and the SQL it is.

`{"areas": [district ids]}`, `{"interests": [keys]}`, `{"languages": [tags]}` and `{"ages": [bands of birth years]}`
are of those who have one of what is listed; `{"all": […]}`, `{"any": […]}` and `{"not": …}` combine them.

Logic has three values here, as in SQL: who has not consented to be chosen by something (what they follow by
`personal_feed`, their age by `profile_statistics`) is neither among those who have it nor among those who have not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from base.localized import Language

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
            raise ValueError("one of areas, interests, languages, ages, all, any, not")
        if self.depth() > DEEPEST:
            raise ValueError(f"nested at most {DEEPEST} deep")
        if sum(1 for _ in self.leaves()) > MOST:
            raise ValueError(f"at most {MOST} lists")
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


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as SQL: `flags` are columns of a resident `r` (null: not to be known), `holds` an expression over
    them; `values` are its parameters, the first of them `$first`.
    """

    flags: list[str]
    holds: str
    values: list[list[Any]]


def every(parts: list[Criterion]) -> Criterion | None:
    """All of these; None where there are none. Not measured against the bounds again: the parts have been."""
    if len(parts) > 1:
        return Criterion.model_construct(all_=parts)
    return parts[0] if parts else None


def write(criterion: Criterion | None, first: int, now: str) -> Written:
    """The SQL of an expression (None: everybody), its parameters from `$first` on, its moment the parameter `now`."""
    return _written(criterion, first, lambda leaf, value: _flag(leaf, value, now))


def write_counted(criterion: Criterion | None, first: int) -> Written:
    """The same of a row `r` of the night's snapshot."""
    return _written(criterion, first, lambda leaf, value: _COUNTED[_name(leaf)].format(value=value))


def _written(criterion: Criterion | None, first: int, flag: Callable[[Criterion, str], str]) -> Written:
    if criterion is None:
        return Written([], "true", [])
    leaves = [leaf for _, leaf in criterion.leaves()]
    flags = [flag(leaf, f"${first + place}") for place, leaf in enumerate(leaves)]
    holds = _expression(criterion, iter([f"f{place}" for place in range(len(leaves))]))
    return Written(flags, holds, [_values(leaf) for leaf in leaves])


def _values(leaf: Criterion) -> list[Any]:
    return list(leaf.areas or leaf.interests or leaf.languages or leaf.ages or ())


_CONSENTS: Final = (
    "exists (select from standing_consent s where s.resident_id = r.id and s.purpose = '{purpose}' and s.granted "
    "and (s.lapses_at is null or s.lapses_at > {now}))"
)
_LEAVES: Final[Mapping[str, tuple[str | None, str]]] = {
    "areas": (
        "personal_feed",
        "exists (select from resident_area a where a.resident_id = r.id "
        "and a.zone_id in (select d.id from district d where d.root = any({value}::uuid[])))",
    ),
    "interests": (
        "personal_feed",
        "exists (select from resident_interest i where i.resident_id = r.id and i.interest_key = any({value}::text[]))",
    ),
    "languages": (None, "r.language = any({value}::text[])"),
    "ages": ("profile_statistics", "r.birth_year_band = any({value}::text[])"),
}


_COUNTED: Final[Mapping[str, str]] = {
    "areas": "case when r.follows then r.areas && {value}::uuid[] end",
    "interests": "case when r.follows then r.interests && {value}::text[] end",
    "languages": "r.language = any({value}::text[])",
    "ages": "r.age = any({value}::text[])",
}


def _name(leaf: Criterion) -> str:
    return next(name for name in _LEAVES if getattr(leaf, name) is not None)


def _flag(leaf: Criterion, value: str, now: str) -> str:
    purpose, has = _LEAVES[_name(leaf)]
    said = has.format(value=value)
    if purpose is None:
        return said
    return f"case when {_CONSENTS.format(purpose=purpose, now=now)} then {said} end"


def _expression(criterion: Criterion, flags: Iterator[str]) -> str:
    if criterion.not_ is not None:
        return f"(not {_expression(criterion.not_, flags)})"
    parts = [_expression(part, flags) for _, part in criterion.parts()]
    if not parts:
        return next(flags)
    return "(" + (" and " if criterion.all_ is not None else " or ").join(parts) + ")"
