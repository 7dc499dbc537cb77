"""A row that the database refuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.town import Town


@asynccontextmanager
async def poisoned(town: Town, table: str, deed: str, when: str) -> AsyncIterator[None]:
    """Rows of a table that meet a condition refuse to be written, changed or deleted."""
    returned = "old" if deed == "delete" else "new"
    await town.sql(
        f"create function poison() returns trigger language plpgsql as "
        f"$$ begin if {when} then raise 'poisoned'; end if; return {returned}; end $$"
    )
    await town.sql(f'create trigger poison before {deed} on "{table}" for each row execute function poison()')
    try:
        yield
    finally:
        await town.sql("drop function poison() cascade")
