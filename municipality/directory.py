"""What is known of a municipality before anybody has shown who they are: open to all."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from base import clock
from base.database import Work, work
from base.errors import NotFound
from municipality.ages import in_force

_NUMBER = re.compile(r"[0-9]{4}", re.ASCII)


class NoSuchMunicipality(NotFound):
    """No municipality with this number is served here."""


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality as everybody may know it.

    `boundary` is GeoJSON (lon, lat; WGS84) or None; `srid` names the projected system that areas are measured in;
    `smallest_group` is k, the least number of people that is ever published; `age_of_consent`, in years, is the one in
    force today.
    """

    id: UUID
    number: str
    name: Mapping[str, str]
    languages: tuple[str, ...]
    timezone: str
    srid: int
    boundary: Mapping[str, Any] | None
    contact: Mapping[str, Any]
    smallest_group: int
    age_of_consent: int

    def today(self) -> date:
        """The date where the municipality lies."""
        return clock.today(self.timezone)


COLUMNS = "id, number, name, languages, timezone, srid, boundary, contact, smallest_group, age_of_consent, settings"


def _town(row: asyncpg.Record) -> Town:
    values: dict[str, Any] = dict(row)
    for column in ("name", "languages", "boundary", "contact", "settings"):
        values[column] = json.loads(values[column]) if values[column] is not None else None
    settings = values.pop("settings") or {}
    values["age_of_consent"] = in_force(settings, clock.today(values["timezone"]), values["age_of_consent"])
    return Town(**{**values, "languages": tuple(values["languages"])})


async def town(work: Work) -> Town:
    """The municipality that the unit of work is bound to."""
    row = await work.fetchrow(f"select {COLUMNS} from municipality where id = $1", work.municipality)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchMunicipality()
    return _town(row)


async def smallest_group(work: Work, own: int = 0) -> int:
    """The k that holds for what is shown of people here: the municipality's, or `own` where that is greater.

    own: the smallest group that a survey asks for by itself. Every place that shows numbers of a survey asks here.
    """
    return max(own, (await town(work)).smallest_group)


async def today(work: Work) -> date:
    """The date where the municipality lies."""
    timezone = await work.fetchval("select timezone from municipality where id = $1", work.municipality)
    if timezone is None:
        raise NoSuchMunicipality()
    return clock.today(timezone)


async def list_municipalities(work: Work) -> list[Town]:
    """Every municipality served here, by number."""
    return [_town(row) for row in await work.fetch(f"select {COLUMNS} from municipality order by number")]  # noqa: S608 - our own column names


async def find_municipality(work: Work, number: str) -> UUID:
    """The municipality that bears this number now; NoSuchMunicipality where none does."""
    found: UUID | None = None
    if _NUMBER.fullmatch(number):
        found = await work.fetchval("select id from municipality where number = $1", number)
    if found is None:
        raise NoSuchMunicipality()
    return found


async def municipality_by_number(number: str) -> UUID:
    """As `find_municipality`, before there is a unit of work."""
    async with work(None) as w:
        return await find_municipality(w, number)


async def municipality_of_survey(survey_id: UUID) -> UUID:
    """Whose survey this is, for the anonymous door, before there is a unit of work; NotFound where nobody's.

    A survey never changes hands, so what was found once is kept in memory.
    """
    if survey_id in _whose:
        return _whose[survey_id]
    async with work(None) as w:
        found: UUID | None = await w.fetchval(
            "select municipality_id from survey_directory where survey_id = $1", survey_id
        )
    if found is None:
        raise NotFound()
    if len(_whose) >= _MOST_KEPT:
        _whose.clear()
    _whose[survey_id] = found
    return found


_whose: dict[UUID, UUID] = {}
_MOST_KEPT = 10_000
