"""Sweeping up after a shake: PostgreSQL keeps deleted rows in its files until they are vacuumed away.

It needs the privilege MAINTAIN (PostgreSQL 17); where the application's role lacks it the operator sweeps, and is told.
What stays in the files even then is said in docs/PRIVACY.md.
"""

from typing import Final

import structlog

from base.statements import vacuum

log = structlog.get_logger(__name__)

TABLES: Final = ("answer", "receipt", "spent_ballot", "participation", "survey_code")


async def sweep() -> bool:
    """Vacuum the tables of the box; False where this role may not."""
    if await vacuum(TABLES):
        return True
    log.warning("the box's old rows wait for autovacuum: the role may not VACUUM (MAINTAIN, PostgreSQL 17)")
    return False
