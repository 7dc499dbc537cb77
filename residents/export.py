"""Access (GDPR art. 15) and portability (art. 20): everything held, and what the resident supplied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from base.database import Work
from base.tenant import Tenant
from residents.holdings import held, holdings
from residents.profile import Profile, profile


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one table that are a resident's, and what they are in words."""

    table: str
    what: str
    rows: Sequence[dict[str, Any]]


async def everything(work: Work, tenant: Tenant) -> list[Held]:
    """Every row that is the resident's, of every table that can hold one, empty ones too."""
    who = await held(work, tenant)
    return [
        Held(
            holding.table,
            holding.what,
            [
                json.loads(row["row"])
                for row in await work.fetch(
                    f'select to_jsonb(t) as row from "{holding.table}" t where "{holding.column}" = $1',  # noqa: S608 - names from the schema itself
                    who.value(holding),
                )
            ],
        )
        for holding in await holdings(work)
    ]


async def supplied(work: Work, tenant: Tenant) -> Profile:
    """What the resident told the municipality themselves, to be taken elsewhere."""
    return await profile(work, tenant)
