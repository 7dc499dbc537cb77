"""What residents are told of a breach of their data, and which residents."""

import functools
from json import dumps, loads
from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import keyed, reference, tenant

GUARDS = [
    tenant("breach"),
    tenant("breach_told"),
    keyed("breach"),
    reference("breach_told", "breach_id", "breach", "cascade"),
    reference("breach_told", "resident_id", "resident", "cascade"),
    "create trigger published before update or delete on breach for each row execute function never_changed()",
]


class Migration(migrations.Migration):
    """The two tables; what was told is never changed."""

    dependencies = [("medvirk", "0005_comments_and_wording")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Breach",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("told", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("purposes", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("concerned", fields.IntField()),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "breach",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "What those were told whose data a breach concerned: "
                "what happened, may follow and is done (GDPR art. 34).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BreachTold",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("breach_id", fields.UUIDField()),
                ("resident_id", fields.UUIDField()),
            ],
            options={
                "table": "breach_told",
                "app": "medvirk",
                "unique_together": (("municipality_id", "breach_id", "resident_id"),),
                "pk_attr": "id",
                "table_description": "That a resident is to be told of a breach.",
            },
            bases=["Model"],
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in GUARDS],
    ]
