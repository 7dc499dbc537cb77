"""What is known of a municipality before anybody has shown who they are: open to all."""

import re
from datetime import date
from uuid import UUID

from cachetools import LRUCache

from base.database import Work, work
from base.errors import NotFound
from municipality.models import Municipality, SurveyDirectory

_NUMBER = re.compile(r"[0-9]{4}", re.ASCII)


class NoSuchMunicipality(NotFound):
    """No municipality with this number is served here."""


async def town(work: Work) -> Municipality:
    """The municipality that the unit of work is bound to."""
    found = await Municipality.get_or_none(id=work.municipality)
    if found is None:
        raise NoSuchMunicipality()
    return found


async def smallest_group(work: Work, own: int = 0) -> int:
    """The k that holds for what is shown of people here: the municipality's, or `own` where that is greater.

    own: the smallest group that a survey asks for by itself. Every place that shows numbers of a survey asks here.
    """
    return max(own, (await town(work)).smallest_group)


async def today(work: Work) -> date:
    """The date where the municipality lies."""
    return (await town(work)).today()


async def list_municipalities() -> list[Municipality]:
    """Every municipality served here, by number."""
    return await Municipality.all().order_by("number")


async def find_municipality(number: str) -> UUID:
    """The municipality that bears this number now; NoSuchMunicipality where none does."""
    found = await Municipality.get_or_none(number=number) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise NoSuchMunicipality()
    return found.id


async def municipality_by_number(number: str) -> UUID:
    """As `find_municipality`, before there is a unit of work."""
    async with work(None):
        return await find_municipality(number)


async def municipality_of_survey(survey_id: UUID) -> UUID:
    """Whose survey this is, for the anonymous door, before there is a unit of work; NotFound where nobody's.

    A survey never changes hands, so what was found once is kept in memory.
    """
    if survey_id in _whose:
        return _whose[survey_id]
    async with work(None):
        found = await SurveyDirectory.get_or_none(survey_id=survey_id)
    if found is None:
        raise NotFound()
    _whose[survey_id] = found.municipality_id
    return found.municipality_id


_whose: LRUCache[UUID, UUID] = LRUCache(10_000)
