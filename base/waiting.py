"""What waits for staff, as each room counts it for the overview."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, and what all of it is about, where that is one thing."""

    count: int
    subject: UUID | None = None

    @classmethod
    def of(cls, row: asyncpg.Record | None) -> "Waiting":
        """From a row with `count` and `subject`."""
        return cls(0) if row is None else cls(row["count"], row["subject"])
