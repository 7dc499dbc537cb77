"""What of the year is filled in: kept beside the database, so that a start that was killed goes on where it was."""

import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

NAME = "demo.json"


@dataclass(slots=True)
class Journal:
    """Which municipality was founded here and when, which steps are done, and what they made.

    `made` is written before the transaction that makes it ends: what is not in the database was never made. `tokens`
    are what the residents' phones would keep to themselves, by the resident's number.
    """

    path: Path
    municipality: UUID
    founded: datetime
    done: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    filled: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Journal | None":
        """The journal of a data folder; None where this was no folder of a demo municipality's, or of an older one."""
        path = folder / NAME
        if not path.is_file():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            path,
            **{**kept, "municipality": UUID(kept["municipality"]), "founded": datetime.fromisoformat(kept["founded"])},
        )

    def save(self) -> None:
        """Write it anew, whole or not at all."""
        kept = {
            "municipality": str(self.municipality),
            "founded": self.founded.isoformat(),
            "done": self.done,
            "made": self.made,
            "tokens": self.tokens,
            "filled": self.filled,
        }
        draft = self.path.with_name(f".{NAME}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
