"""Whom a message is for: districts with their children, interests, languages and ages, combined as staff need it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid
from base.sql import load
from consent.entrusted import BANDS
from push import criteria
from push.criteria import Criterion


@dataclass(frozen=True, slots=True)
class Audience:
    """Residents who follow one of the districts (or a child of it), follow one of the interests, read one of the
    languages, belong to one of the bands of birth years, and whom `where` means. What is empty narrows nothing; with
    all of it empty it is everyone.
    """

    areas: tuple[UUID, ...] = ()
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    where: Criterion | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read one as it is stored."""
        areas = tuple(UUID(each) for each in stored.get("areas", ()))
        interests, languages, ages = (tuple(stored.get(name, ())) for name in ("interests", "languages", "ages"))
        where = stored.get("where")
        return cls(areas, interests, languages, ages, None if where is None else Criterion.model_validate(where))

    def stored(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "areas": [str(each) for each in self.areas],
            "interests": list(self.interests),
            "languages": list(self.languages),
            "ages": list(self.ages),
            "where": None if self.where is None else self.where.stored(),
        }

    def criterion(self) -> Criterion | None:
        """All of it as one expression; None for everyone."""
        return criteria.every([*self._lists(), *([] if self.where is None else [self.where])])

    def chosen_by(self) -> tuple[list[UUID], list[str]]:
        """The districts and interests that somebody can be meant by."""
        whole = self.criterion()
        return ([], []) if whole is None else whole.chosen_by()

    def purposes(self) -> tuple[str, ...]:
        """The consents, besides that to messages, that choosing these residents rests on."""
        leaves = [leaf for _, leaf in self._leaves()]
        feed = any(leaf.areas or leaf.interests for leaf in leaves)
        ages = any(leaf.ages for leaf in leaves)
        return (*(("personal_feed",) if feed else ()), *(("profile_statistics",) if ages else ()))

    def _lists(self) -> list[Criterion]:
        return [
            *([Criterion.model_construct(areas=list(self.areas))] if self.areas else []),
            *([Criterion.model_construct(interests=list(self.interests))] if self.interests else []),
            *([Criterion.model_construct(languages=list(self.languages))] if self.languages else []),
            *([Criterion.model_construct(ages=list(self.ages))] if self.ages else []),
        ]

    def _leaves(self) -> Iterator[tuple[str, Criterion]]:
        for leaf in self._lists():
            yield "", leaf
        if self.where is not None:
            yield from self.where.leaves("/where")

    async def check(self, work: Work, pointer: str = "") -> None:
        """Raise Invalid, naming them, for districts, interests and ages that the municipality does not have."""
        districts = await work.fetch("select id from zone where kind = 'district'")
        interests = await work.fetch("select key from interest")
        known: dict[str, tuple[set[Any], str]] = {
            "areas": ({row["id"] for row in districts}, "There is no such district."),
            "interests": ({row["key"] for row in interests}, "There is no such interest."),
            "ages": (set(BANDS), f"One of {', '.join(BANDS)}."),
        }
        errors = [
            FieldError(f"{pointer}{end}/{name}/{place}", complaint)
            for end, leaf in self._leaves()
            for name, (all_of_them, complaint) in known.items()
            for place, each in enumerate(getattr(leaf, name) or ())
            if each not in all_of_them
        ]
        if errors:
            raise Invalid(errors)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement about an audience, and its values: one set-based query, whatever the expression."""

    sql: str
    values: list[Any]


def ask(audience: Audience, statement: str, *values: object, **places: str) -> Question:
    """The statement of a `.sql` file of this room, which goes on from audience.sql, about an audience.

    Its own `values` are $3 and on; `places` fill what it has in braces.
    """
    whole = audience.criterion()
    written = criteria.write(whole, 3 + len(values), "$2")
    areas = [area for _, leaf in (whole.leaves() if whole is not None else ()) for area in leaf.areas or ()]
    flags = "".join(f",\n        {flag} as f{place}" for place, flag in enumerate(written.flags))
    return Question(
        (load(__file__, "audience.sql") + load(__file__, statement)).format(flags=flags, holds=written.holds, **places),
        [areas, now(), *values, *written.values],
    )
