"""Messages are counted for good, told by platform, of several kinds; phones bring keys; couriers have a budget."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check, reference, tenant

KINDS = "kind in ('announcement', 'reminder', 'outcome', 'notice') and (kind = 'notice') = (notice is not null)"
KEYS = "(p256dh is null) = (auth is null)"


class Migration(migrations.Migration):
    """Totals that outlive deliveries, kinds of campaigns, the platform of a delivery, keys of phones, budgets."""

    dependencies = [("medvirk", "0003_rests_on_law")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CampaignTotal",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("campaign_id", fields.UUIDField()),
                ("platform", fields.CharField(default="", max_length=8)),
                ("state", fields.CharField(max_length=16)),
                ("reason", fields.CharField(null=True, max_length=32)),
                ("n", fields.IntField()),
            ],
            options={
                "table": "campaign_total",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "How many residents a campaign ended how for, exactly; it outlives deliveries.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushBudget",
            fields=[
                ("courier", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("amount", fields.FloatField(default=0)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "push_budget",
                "app": "medvirk",
                "pk_attr": "courier",
                "table_description": "What may be handed to a courier just now, by all workers: a bucket that fills.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Campaign",
            name="counted_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Campaign",
            name="first_s",
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name="Campaign",
            name="kind",
            field=fields.CharField(default="announcement", db_default="announcement", max_length=16),
        ),
        ops.AddField(
            model_name="Campaign",
            name="notice",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="Campaign",
            name="p95_s",
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name="Campaign",
            name="reminds",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="Campaign",
            name="settled_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Campaign",
            name="topic",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="Delivery",
            name="platform",
            field=fields.CharField(null=True, max_length=8),
        ),
        ops.AddField(
            model_name="PushAddress",
            name="auth",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="PushAddress",
            name="p256dh",
            field=fields.CharField(null=True, max_length=128),
        ),
        ops.RunSQL(tenant("campaign_total"), reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(reference("campaign_total", "campaign_id", "campaign", "cascade"), reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(check("campaign", "kinds", KINDS), reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(check("push_address", "keys", KEYS), reverse_sql=ops.RunSQL.noop),
    ]
