"""A zone keeps the id by which the file it came from knows it, so that the file can be brought up to date."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check

UNIQUE = (
    "create unique index zone_external_id on zone (municipality_id, kind, external_id) where external_id is not null"
)


class Migration(migrations.Migration):
    """An id of somebody else's for zones."""

    dependencies = [("medvirk", "0014_audience_snapshot")]
    operations = [
        ops.AddField(model_name="Zone", name="external_id", field=fields.CharField(null=True, max_length=200)),
        ops.RunSQL(UNIQUE, reverse_sql="drop index zone_external_id"),
        ops.RunSQL(
            check("zone", "external_id_written", "external_id <> ''"),
            reverse_sql="alter table zone drop constraint zone_external_id_written",
        ),
    ]
