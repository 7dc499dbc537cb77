"""Whom a message is for: districts with their children, interests, languages and ages, combined as staff need it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid
from base.queries import load_queries
from consent.profile_data import BANDS
from geofence.models import Zone
from municipality.models import Interest
from push.audiences import criteria
from push.audiences.criteria import Criterion

sql = load_queries(__file__)


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
        return criteria.all_of([*self._lists(), *([] if self.where is None else [self.where])])

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

    async def check(self, pointer: str = "") -> None:
        """Raise Invalid, naming them, for districts, interests and ages that the municipality does not have."""
        districts = await Zone.filter(kind="district").values_list("id", flat=True)
        interests = await Interest.all().values_list("key", flat=True)
        known: dict[str, tuple[set[Any], str]] = {
            "areas": (set(districts), "There is no such district."),
            "interests": (set(interests), "There is no such interest."),
            "ages": (set(BANDS), "One of {values}."),
        }
        errors = [
            FieldError(f"{pointer}{end}/{name}/{place}", complaint, {"values": ", ".join(BANDS)})
            for end, leaf in self._leaves()
            for name, (all_of_them, complaint) in known.items()
            for place, each in enumerate(getattr(leaf, name) or ())
            if each not in all_of_them
        ]
        if errors:
            raise Invalid(errors)


async def members(work: Work, audience: Audience) -> list[tuple[UUID, bool]]:
    """Whom an audience means at this moment, in the order of their ids, and whether each consents to messages."""
    whole = audience.criterion()
    leaves, holds = criteria.leaves_of(whole), criteria.predicate_of(whole)
    rows = await work.fetch(sql.members, leaves=leaves, holds=holds, at=now())
    return [(row["id"], row["consents"]) for row in rows]
