"""What is held of a resident, in every room: found by walking the schema, so that no table can be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from base.database import Work
from base.errors import Unauthorized
from base.queries import Query, load_queries
from base.tenant import Tenant
from residents.models import Resident
from residents.subject import subject

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class Holding:
    """A table that holds something of residents': by which column it knows them, and what it is in words."""

    table: str
    column: str
    what: str

    @property
    def stays(self) -> bool:
        """Whether its rows outlive the resident: those of the ledger, under a name that is then nobody's."""
        return self.column == "subject"


async def holdings(work: Work) -> Sequence[Holding]:
    """Every table that holds something of residents', the resident's own first."""
    return [Holding(**dict(row)) for row in await work.fetch(sql.resident_tables)]


async def held_rows(work: Work, tenant: Tenant) -> list[tuple[Holding, str]]:
    """What is held of the resident who calls, table by table: its rows, a JSON list."""
    return [(_holding(row), row["rows"]) for row in await _held(work, tenant, sql.held_rows)]


async def count_held(work: Work, tenant: Tenant) -> list[tuple[Holding, int]]:
    """How many rows are held of the resident who calls, table by table."""
    return [(_holding(row), row["rows"]) for row in await _held(work, tenant, sql.count_held)]


def _holding(row: asyncpg.Record) -> Holding:
    return Holding(row["table"], row["column"], row["what"])


async def _held(work: Work, tenant: Tenant, query: Query) -> list[asyncpg.Record]:
    resident = await Resident.get_or_none(id=tenant.resident)
    if resident is None:
        raise Unauthorized()
    return await work.fetch(query, resident=resident.id, subject=subject(resident.consent_salt, resident.id))
