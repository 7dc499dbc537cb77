"""The ledger as a superuser reads it."""

from typing import Final

from consent.models import ConsentEvent

COLUMNS: Final = ", ".join(name for name in ConsentEvent._meta.fields_db_projection if name != "mac")
"""The ledger's columns that make an event."""
