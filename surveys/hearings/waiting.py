"""What staff have to do about hearings: statements that nobody has read, and hearings that end soon."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.waiting import Waiting

sql = load_queries(__file__)
SOON: Final = timedelta(days=7)


async def unread_statements(work: Work) -> Waiting:
    """Statements that are neither published nor refused."""
    return Waiting.of(await work.fetchrow(sql.unread_statements))


async def ending_soon(work: Work) -> Waiting:
    """Open hearings that end within a week."""
    return Waiting.of(await work.fetchrow(sql.ending_soon, at=now(), until=now() + SOON))
