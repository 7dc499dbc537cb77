"""Whom a message is for: districts with their children, interests and languages, each narrowing the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid
from base.sql import load
from municipality.directory import town
from push.attention import opening
from push.counts import Count, shown
from push.manners import Wishes, reader
from push.manners import read as manners_of

_AUDIENCE = load(__file__, "audience.sql")
_PREVIEW = _AUDIENCE + load(__file__, "preview.sql")
_WAITING = _AUDIENCE + load(__file__, "waiting.sql")


@dataclass(frozen=True, slots=True)
class Audience:
    """Residents who follow one of the districts (or a child of it), follow one of the interests, read one of the
    languages. What is empty narrows nothing; with all three empty it is everyone.
    """

    areas: tuple[UUID, ...] = ()
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read one as it is stored."""
        areas = tuple(UUID(each) for each in stored.get("areas", ()))
        return cls(areas, tuple(stored.get("interests", ())), tuple(stored.get("languages", ())))

    def stored(self) -> dict[str, list[str]]:
        """As it is stored."""
        return {
            "areas": [str(each) for each in self.areas],
            "interests": list(self.interests),
            "languages": list(self.languages),
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a message would reach, rounded: by language, and by the district or interest that makes it theirs.

    `without_consent` are meant but have not agreed to messages, `without_address` have agreed but have no device that
    can be woken. Both find the message when they open the app. `deferred` are in quiet hours now. `languages_missing`
    are read by at least the smallest group of those reached, and the message is not written in them.
    """

    reached: Count
    without_consent: Count
    without_address: Count
    deferred: Count
    languages_missing: list[str] = field(default_factory=list)
    by_language: dict[str, Count] = field(default_factory=dict)
    by_area: dict[UUID, Count] = field(default_factory=dict)
    by_interest: dict[str, Count] = field(default_factory=dict)


async def preview(work: Work, audience: Audience, written_in: Sequence[str] | None = None) -> Preview:
    """Count whom a message to this audience would reach now, written in these languages or else in the town's own.

    Raises Invalid for unknown districts or interests.
    """
    await check(work, audience)
    here = await town(work)
    k = here.smallest_group
    rows = await work.fetch(_PREVIEW, *arguments(audience))
    exact = {(row["part"], row["key"]): row["n"] for row in rows}

    def part(name: str, keys: Sequence[str]) -> dict[str, Count]:
        return {key: shown(exact.get((name, key), 0), k) for key in keys}

    languages = sorted(key for name, key in exact if name == "language")
    written = {each.split("-")[0] for each in (here.languages if written_in is None else written_in)}
    areas = part("area", [str(each) for each in audience.areas])
    return Preview(
        reached=shown(exact["reached", None], k),
        without_consent=shown(exact["without_consent", None], k),
        without_address=shown(exact["without_address", None], k),
        deferred=shown(await _in_quiet_hours(work, audience), k),
        languages_missing=[
            each for each in languages if each.split("-")[0] not in written and exact["language", each] >= k
        ],
        by_language=part("language", languages),
        by_area={UUID(key): count for key, count in areas.items()},
        by_interest=part("interest", audience.interests),
    )


async def _in_quiet_hours(work: Work, audience: Audience) -> int:
    manners, zone = await manners_of(work)
    waiting = 0
    for row in await work.fetch(_WAITING, *arguments(audience)):
        wishes = Wishes(row["quiet_from"], row["quiet_to"], "off", row["timezone"])
        if opening(reader(wishes, manners, zone, "time_sensitive", ()), now(), now()).because is not None:
            waiting += row["n"]
    return waiting


async def check(work: Work, audience: Audience, pointer: str = "") -> None:
    """Raise Invalid, naming them, for districts and interests that the municipality does not have."""
    districts = {
        row["id"]
        for row in await work.fetch(
            "select id from zone where kind = 'district' and id = any($1::uuid[])", list(audience.areas)
        )
    }
    interests = {
        row["key"]
        for row in await work.fetch("select key from interest where key = any($1::text[])", list(audience.interests))
    }
    errors = [
        FieldError(f"{pointer}/areas/{place}", "There is no such district.")
        for place, each in enumerate(audience.areas)
        if each not in districts
    ]
    errors += [
        FieldError(f"{pointer}/interests/{place}", "There is no such interest.")
        for place, each in enumerate(audience.interests)
        if each not in interests
    ]
    if errors:
        raise Invalid(errors)


def arguments(audience: Audience) -> tuple[list[UUID], list[str], list[str], object]:
    """The first four values of every statement that begins with audience.sql."""
    return list(audience.areas), list(audience.interests), list(audience.languages), now()
