"""What the daily clearing asks of a room: which rows have outlived their time, and what is done to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.database import Work
from base.models import IdempotencyKey
from base.queries import Query, load_queries
from base.rows import change_rows
from base.tenant_model import TenantModel

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class Clearing:
    """One named query that deletes or changes rows of a table.

    It takes `:only` (see `base.rows.change_rows`), and as it needs them `:at`, the moment of the clearing, and the
    lifetimes of the municipality by their names (`municipality.lifetimes.Lifetimes`).
    """

    model: type[TenantModel]
    query: Query

    async def run(self, work: Work, values: Mapping[str, object]) -> int:
        """How many rows were cleared; one that cannot be cleared stays, and keeps no other. Raises DatabaseIsAway."""
        taken = {name: values[name] for name in self.query.parameters if name in values}
        return await change_rows(work, self.query.name, self.query, self.model, **taken)


CLEARINGS = (Clearing(IdempotencyKey, sql.clear_idempotency_keys),)
