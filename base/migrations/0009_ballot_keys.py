"""A ballot's row hangs on its survey, and by that on the municipality: the second key said the same again, for each row
that is handed in and for each that a shake rewrites.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

TABLES = ("answer", "participation", "receipt", "spent_ballot")


class Migration(migrations.Migration):
    """One key for each row of the box where there were two."""

    dependencies = [("medvirk", "0008_ballots")]

    operations = [
        ops.RunSQL(f'alter table "{table}" drop constraint {table}_municipality', reverse_sql=ops.RunSQL.noop)
        for table in TABLES
    ]
