"""One row made many: a table is filled from a row that the domain functions wrote, by one statement."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from base.database import Work

COLUMNS = (
    "select column_name from information_schema.columns where table_schema = 'public' and table_name = $1 "
    "and is_generated = 'NEVER' order by ordinal_position"
)


async def copied(work: Work, table: str, row: UUID, ids: int | Sequence[UUID], **changed: str) -> list[UUID]:
    """Copies of a row, one for each id; `changed` gives a column's SQL, in which `n` counts the copies from 1.

    Whatever columns the table has: it is read from the database, so that this fills tables of any version.
    """
    wanted = [uuid4() for _ in range(ids)] if isinstance(ids, int) else list(ids)
    columns = [found["column_name"] for found in await work.fetch(COLUMNS, table)]
    values = {"id": "copy.id", **changed}
    selected = ", ".join(f"({values[c]})" if c in values else f'source."{c}"' for c in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    await work.execute(
        f'insert into "{table}" ({named}) select {selected} from "{table}" as source, '
        "unnest($2::uuid[]) with ordinality as copy (id, n) where source.id = $1",
        row,
        wanted,
    )
    return wanted
