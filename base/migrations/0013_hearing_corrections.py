"""What is put right in a hearing after its publication: that it was, when and why."""

import functools
from json import dumps, loads
from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check, reference, tenant

GUARDS = [
    tenant("hearing_correction"),
    reference("hearing_correction", "hearing_id", "hearing", "cascade"),
    check("hearing_correction", "what", "what in ('words', 'document_removed', 'document_replaced')"),
    "create trigger published before update on hearing_correction for each row execute function never_changed()",
]


class Migration(migrations.Migration):
    """Corrections are never changed, and go with their hearing."""

    dependencies = [("medvirk", "0012_box_stages")]

    initial = False

    operations = [
        ops.AddField("HearingDocument", "removed_at", fields.DatetimeField(null=True)),
        ops.CreateModel(
            name="HearingCorrection",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("hearing_id", fields.UUIDField()),
                ("what", fields.CharField(max_length=32)),
                ("parts", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("reason", fields.CharField(max_length=500)),
                ("corrected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("corrected_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "hearing_correction",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "What was changed in a hearing after it was published: "
                "which parts, when, by whom, why; never what stood there.",
            },
            bases=["Model"],
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in GUARDS],
    ]
