"""Drafts are kept as they are, finished or not, and whoever has one open sees who else has."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import primary_key, tenant

GUARDS = [guard(table) for table in ("survey_draft", "draft_editor") for guard in (primary_key, tenant)]


class Migration(migrations.Migration):
    """Drafts, and who has them open."""

    dependencies = [("medvirk", "0024_document_versions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SurveyDraft",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("written", fields.JSONField()),
                ("plan", fields.JSONField()),
                ("version", fields.IntField(default=1)),
                ("whole", fields.BooleanField()),
                ("begun_at", fields.DatetimeField()),
                ("saved_at", fields.DatetimeField()),
                ("saved_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "survey_draft",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "What staff have written of a survey so far, finished or not, and how it is to be "
                "launched; gone once it is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DraftEditor",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("survey_id", fields.UUIDField()),
                ("tab", fields.UUIDField()),
                ("member_id", fields.UUIDField(null=True)),
                ("seen_at", fields.DatetimeField()),
            ],
            options={
                "table": "draft_editor",
                "app": "medvirk",
                "unique_together": (("municipality_id", "survey_id", "tab"),),
                "pk_attr": "id",
                "table_description": "Who has a draft open just now, in which window; forgotten within minutes.",
            },
            bases=["Model"],
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in GUARDS],
    ]
