"""Rows of a municipality are found by their municipality and their id; what only queries touch has no model.

Tortoise knows primary keys of one column: the models keep `id` (`base/tenant_model.py`), the pair is made here.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.sql import load


class _OnlyQueried(ops.DeleteModel):
    """A table that named queries alone touch has no model; the table stays as it is."""

    async def database_forward(self, *args: object, **kwargs: object) -> None:
        """It stays."""


class Migration(migrations.Migration):
    """The primary key of every table of a municipality becomes (municipality_id, id)."""

    dependencies = [("medvirk", "0018_functions")]

    operations = [
        ops.RunSQL(load(__file__, "0019_primary_keys.sql"), reverse_sql=ops.RunSQL.noop),
        *(_OnlyQueried(name) for name in ("Answer", "Participation", "Receipt", "SpentBallot", "PushBudget")),
    ]
