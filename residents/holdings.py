"""What is held of a resident, in every room: found by walking the schema, so that no table can be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Work
from base.errors import Unauthorized
from base.sql import load
from base.tenant import Tenant
from residents.subject import subject


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


@dataclass(frozen=True, slots=True)
class Held:
    """A resident in the columns of the schema: their id, and the subject under which the ledger knows them."""

    id: UUID
    subject: bytes

    def value(self, holding: Holding) -> UUID | bytes:
        """What a table's rows of this resident bear in its column."""
        return self.subject if holding.stays else self.id


async def holdings(work: Work) -> Sequence[Holding]:
    """Every table that holds something of residents', the resident's own first."""
    return [
        Holding(row["table"], row["column"], row["what"]) for row in await work.fetch(load(__file__, "holdings.sql"))
    ]


async def held(work: Work, tenant: Tenant) -> Held:
    """The resident who calls, as the schema's columns know them."""
    salt = await work.fetchval("select consent_salt from resident where id = $1", tenant.resident)
    if salt is None:
        raise Unauthorized()
    return Held(tenant.resident, subject(salt, tenant.resident))
