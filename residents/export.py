"""Access (GDPR art. 15) and portability (art. 20): everything held, and what the resident supplied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from base.database import Work
from base.tenant import Tenant
from residents.holdings import held_rows
from residents.profile import Profile, profile


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """The rows of one table that are a resident's, and what they are in words."""

    table: str
    what: str
    rows: Sequence[dict[str, Any]]


async def everything(work: Work, tenant: Tenant) -> list[ExportedTable]:
    """Every row that is the resident's, of every table that can hold one, empty ones too."""
    return [
        ExportedTable(holding.table, holding.what, json.loads(rows)) for holding, rows in await held_rows(work, tenant)
    ]


async def supplied(work: Work, tenant: Tenant) -> Profile:
    """What the resident told the municipality themselves, to be taken elsewhere."""
    return await profile(work, tenant)
