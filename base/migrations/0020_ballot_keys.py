"""What lies in the box is found by its ballot, a participation by its participant: these are their primary keys."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.sql import load


class Migration(migrations.Migration):
    """Primary keys of tables that are never asked for an id."""

    dependencies = [("medvirk", "0019_primary_keys")]

    operations = [ops.RunSQL(load(__file__, "0020_ballot_keys.sql"), reverse_sql=ops.RunSQL.noop)]
